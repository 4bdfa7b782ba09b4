import type { Readable } from 'node:stream';
import type { DatasetVersion, ExportImage } from '@maskloop/db';
import type { ExportReport, LabelClass, Role, UserId } from '@maskloop/domain';

/** What a format needs to know about the dataset version it writes. */
export interface ExportOrder {
  readonly dataset: DatasetVersion;
  /** all classes of the project, deleted ones too */
  readonly classes: readonly LabelClass[];
  /** put the picture files into the archive */
  readonly includeImages: boolean;
}

/** How a format reaches the world. */
export interface ExportIo {
  /** the dataset version image by image, in the same order each time; a few images in memory */
  images(): AsyncIterable<ExportImage>;
  /** what a person was in the project when the version was frozen; null: nothing */
  roleOf(userId: UserId): Role | null;
  /** a picture file as it was uploaded */
  picture(sha256: string): Promise<Readable>;
  /** folder for unfinished files, removed by the caller */
  readonly folder: string;
  /** 0..1 */
  progress(fraction: number): void;
  readonly signal: AbortSignal;
}

export interface BuiltArchive {
  /** of the finished file, in `io.folder` */
  readonly path: string;
  readonly report: ExportReport;
}

/**
 * Writes the archive, then reads it back and compares it with the database mask by mask.
 * @throws Error when the file does not hold what was written
 */
export type BuildArchive = (order: ExportOrder, io: ExportIo) => Promise<BuiltArchive>;
