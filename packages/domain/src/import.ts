/** File formats that masks can come in; each has one reader in the worker, tied to this union. */
export const IMPORT_FORMATS = [
  'coco',
  'coco-panoptic',
  'voc',
  'yolo-seg',
  'labelme',
  'label-studio',
  'cvat',
  'sa-1b',
  'label-maps',
] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** How far an import is: looked through, waiting for a decision, writing, ended. */
export const IMPORT_STATES = ['checking', 'ready', 'running', 'done', 'failed', 'cancelled'] as const;
export type ImportState = (typeof IMPORT_STATES)[number];
