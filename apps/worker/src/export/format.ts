import type { Readable } from 'node:stream';
import type { DatasetVersion, ExportImage, ExportItem } from '@maskloop/db';
import type {
  ExportFormat,
  ExportLoss,
  ExportOptions,
  ExportReport,
  ItemKind,
  LabelClass,
  MaskBox,
  Role,
  Split,
  UserId,
} from '@maskloop/domain';
import type { Rle } from '@maskloop/sam-core';
import type { Content } from './archive.ts';
import type { ArchiveReader } from './archive-reader.ts';
import type { ClassTable, ExportClass } from './classes.ts';

/** What a format needs to know about the dataset version it writes. */
export interface ExportOrder {
  readonly format: ExportFormat;
  readonly dataset: DatasetVersion;
  /** all classes of the project, deleted ones too */
  readonly classes: readonly LabelClass[];
  readonly options: ExportOptions;
}

/** How an export reaches the world. */
export interface ExportIo {
  /** the dataset version image by image, in the same order each time; a few images in memory */
  images(kinds: readonly ItemKind[]): AsyncIterable<ExportImage>;
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

/** A mask that can be written. */
export interface ReadyMask {
  /** 1, 2, 3 … over the export */
  readonly id: number;
  readonly item: ExportItem;
  readonly rle: Rle;
  readonly box: MaskBox;
  readonly class: ExportClass;
}

/** A picture with what is to be written of it. */
export interface Picture {
  /** 1, 2, 3 … over the export */
  readonly id: number;
  readonly image: ExportImage;
  readonly split: Split;
  readonly fileName: string;
  /** the file name without ending: different for each picture, letter case aside */
  readonly stem: string;
  /** in drawing order, the lowest first */
  readonly masks: readonly ReadyMask[];
  /** rejected proposals; none unless the format has a place for them */
  readonly negatives: readonly ReadyMask[];
}

/** Where a format puts what it writes. */
export interface Output {
  /** a file of the archive, now */
  file(path: string, content: Content): Promise<void>;
  /** an entry of a list that is written later */
  spool(list: string, entry: string | object): Promise<void>;
  /** whether the list has an entry */
  has(list: string): boolean;
  /** the list's entries with the separator between them */
  list(list: string, separator: string): AsyncIterable<Buffer>;
  readonly classes: ClassTable;
  roleOf(userId: UserId): Role | null;
}

/** How many masks (of a picture) a loss concerns. */
export type Losses = Partial<Record<ExportLoss, number>>;

export interface FormatWriter {
  /** picture by picture, in order @returns losses that only the writer can know */
  picture(picture: Picture): Promise<Losses | undefined>;
  /** what comes after the pictures */
  end(): Promise<void>;
}

/** A mask as it was found in the archive. */
export interface FoundMask {
  /** null: it is not there, or cannot be read */
  readonly rle: Rle | null;
  /** what should be there; left out: the mask itself. null: cannot be said beforehand, any difference is a loss */
  readonly expected?: Rle | null;
  /** what else is wrong with it: a field, a class */
  readonly wrong?: string | undefined;
}

export interface FormatReader {
  /** picture by picture, in order @returns one for each of the picture's masks, in their order */
  picture(picture: Picture): Promise<readonly FoundMask[]>;
  /** @returns masks that nobody asked for, after all that were */
  end?(): Promise<number>;
}

/** One file format. The same dataset version with the same options gives the same bytes. */
export interface Format {
  /** raised when the same dataset version would be written differently; stands in each archive */
  readonly rulesVersion: string;
  /** EX11: what the file can say; each `false` is a loss */
  readonly keeps: {
    readonly overlaps: boolean;
    readonly instances: boolean;
    readonly parts: boolean;
    readonly unclassified: boolean;
    readonly provenance: boolean;
    readonly orientation: boolean;
    /** EX6: has a place for rejected proposals; the others leave them out */
    readonly negatives?: true;
  };
  /** where a picture's file lies in the archive, when the pictures are asked for */
  picturePath(picture: Picture): string;
  /** EX4: which of a picture's masks cannot be written, and why */
  leaveOut?(masks: readonly ReadyMask[], order: ExportOrder): ReadonlyMap<ReadyMask, string>;
  write(order: ExportOrder, output: Output): FormatWriter;
  /** the archive is read by code that shares as little as possible with the writer */
  read(order: ExportOrder, archive: ArchiveReader): FormatReader;
}
