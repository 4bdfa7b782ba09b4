import type { ExportFormat } from '@maskloop/domain';
import { coco } from './coco.ts';
import type { BuildArchive } from './format.ts';

/** One module for each format; a format without one does not compile. */
export const FORMATS = { coco } satisfies Record<ExportFormat, BuildArchive>;
