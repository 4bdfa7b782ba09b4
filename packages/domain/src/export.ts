/** File formats a dataset version can leave in; each has one module in the worker, tied to this union. */
export const EXPORT_FORMATS = ['coco'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const BUILD_STATES = ['pending', 'running', 'done', 'failed', 'cancelled'] as const;
export type BuildState = (typeof BUILD_STATES)[number];

/** What became of an export, kept with it. */
export interface ExportReport {
  readonly images: number;
  readonly masks: number;
  /** masks that could not be written: they are named here and do not fail the export (EX4) */
  readonly bad: readonly { readonly maskId: string; readonly imageId: string; readonly reason: string }[];
  /** the written file was read back and compared mask by mask */
  readonly readBack: { readonly compared: number; readonly different: number } | null;
}
