import { z } from 'zod';

/** File formats a dataset version can leave in; each has one module in the worker, tied to this union. */
export const EXPORT_FORMATS = [
  'retraining',
  'coco',
  'coco-panoptic',
  'semantic-png',
  'instance-png',
  'yolo-seg',
  'voc',
  'datumaro',
  'label-studio',
  'labelme',
  'cvat',
  'sa-1b',
] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What can be chosen about an export. */
export const ExportOptions = z.object({
  /** put the picture files into the archive */
  includeImages: z.boolean().default(false),
  /** masks exactly, or as outlines */
  shape: z.enum(['mask', 'polygon']).default('mask'),
  /** pixels by which an outline may leave the mask's border to have fewer corners; 0: none */
  tolerance: z.number().min(0).max(10).default(0),
  /** pixels of "nobody judged this" (255) on each side of a border between two objects; 0: none */
  border: z.number().int().min(0).max(10).default(0),
});
export type ExportOptions = z.infer<typeof ExportOptions>;
export type ExportOption = keyof ExportOptions;
/** As they arrive: what is left out has its default. */
export type GivenOptions = { readonly [Option in ExportOption]?: ExportOptions[Option] | undefined };

/** EX10: which options a format has. */
export const FORMAT_OPTIONS: Readonly<Record<ExportFormat, readonly ExportOption[]>> = {
  retraining: ['includeImages'],
  coco: ['includeImages', 'shape', 'tolerance'],
  'coco-panoptic': ['includeImages'],
  'semantic-png': ['includeImages'],
  'instance-png': ['includeImages'],
  'yolo-seg': ['includeImages', 'tolerance'],
  voc: ['includeImages', 'border'],
  datumaro: ['includeImages'],
  'label-studio': ['includeImages'],
  labelme: ['includeImages', 'shape', 'tolerance'],
  cvat: ['includeImages'],
  'sa-1b': ['includeImages'],
};

/** EX10: options that a format does not have, and the tolerance of what is no outline, are as if they were not given. */
export function optionsFor(format: ExportFormat, options: GivenOptions): ExportOptions {
  const has = FORMAT_OPTIONS[format];
  const chosen = ExportOptions.parse(
    Object.fromEntries(Object.entries(options).filter(([name]) => has.includes(name as ExportOption))),
  );
  return has.includes('shape') && chosen.shape === 'mask' ? { ...chosen, tolerance: 0 } : chosen;
}

export const BUILD_STATES = ['pending', 'running', 'done', 'failed', 'cancelled'] as const;
export type BuildState = (typeof BUILD_STATES)[number];

/** EX11: what a format can fail to say, in the order of the report. All count masks, `orientation` pictures. */
export const EXPORT_LOSSES = [
  /** pixels that another mask covers are not this mask's any more */
  'overlaps',
  /** masks of one class in one picture became one region */
  'instances',
  /** pixels moved, because the outline was simplified or a border drawn */
  'outline',
  /** holes are joined to the outline by a cut without width */
  'holes',
  /** separate pieces are joined by a cut without width */
  'islands',
  /** which mask it is a part of is not in the file */
  'parts',
  /** has no class, and is written as one of the class "unclassified" */
  'unclassified',
  /** prompts, origin, stage and times are not in the file */
  'provenance',
  /** the picture file is stored turned (EXIF), and the format has no place to say so */
  'orientation',
] as const;
export type ExportLoss = (typeof EXPORT_LOSSES)[number];

/** A mask and what is the matter with it. */
export interface MaskNote {
  readonly maskId: string;
  readonly imageId: string;
  readonly reason: string;
}

/** Most masks that a report names; all are counted. */
export const NOTED_MASKS = 500;

/** What became of an export, kept with it. */
export interface ExportReport {
  readonly images: number;
  /** written */
  readonly masks: number;
  /** rejected proposals, written as such */
  readonly negatives: number;
  /** EX4: masks that could not be written; the first of them are named */
  readonly bad: readonly MaskNote[];
  readonly badCount: number;
  /** EX11: what the format could not say, and of how many */
  readonly losses: readonly { readonly kind: ExportLoss; readonly count: number }[];
  /** the written file was read back and compared mask by mask */
  readonly readBack: ReadBackReport | null;
  /** it took to build and read back */
  readonly seconds: number;
}

export interface ReadBackReport {
  readonly compared: number;
  /** that are not what the format should hold; the first of them are named */
  readonly different: number;
  readonly differences: readonly MaskNote[];
  /** of what was read with what the database holds; null: no masks */
  readonly iou: { readonly min: number; readonly mean: number } | null;
}
