/** A held-out figure of a model version. */
export interface Metric {
  readonly key: string;
  readonly value: number;
}

/** The numbers of a model version's metrics, nested ones by path; what is no number is left out. */
export function readMetrics(metrics: unknown, prefix = ''): Metric[] {
  if (metrics === null || typeof metrics !== 'object' || Array.isArray(metrics)) return [];
  return Object.entries(metrics).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'number' && Number.isFinite(value)
      ? [{ key: `${prefix}${key}`, value }]
      : readMetrics(value, `${prefix}${key}.`),
  );
}
