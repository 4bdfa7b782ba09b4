/** Nearest-rank quantile. @param fraction 0..1 @throws Error for no values: a figure of nothing is no figure */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.ceil(fraction * sorted.length) - 1)];
  if (value === undefined) throw new Error('no values');
  return value;
}
