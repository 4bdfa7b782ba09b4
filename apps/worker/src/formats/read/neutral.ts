import type { ClassKind } from '@maskloop/domain';
import type { Box, Polygon, Rle, Size } from '@maskloop/sam-core';

/** What a reader takes: the files of one upload, a single one or those of a ZIP. */
export interface SourceFiles {
  /** paths with "/", sorted; folders are left out */
  readonly names: readonly string[];
  /** @throws Error when there is no such file; DomainError when it may not be unpacked */
  bytes(name: string): Promise<Uint8Array>;
}

/** Which picture is meant, as far as the file says. */
export interface ImageRef {
  /** most exact first; may hold folders, may lack the ending */
  readonly names: readonly string[];
  /** of the picture's bytes, hex */
  readonly sha256?: string | undefined;
  /** pixels; null: the file does not say */
  readonly size: Size | null;
}

/** Pixels of the picture, or shares of its width and height (0..1). */
export type Unit = 'pixel' | 'fraction';

export type Shape =
  | { readonly kind: 'rle'; readonly rle: Rle }
  /** of several the union counts */
  | { readonly kind: 'polygons'; readonly polygons: readonly Polygon[]; readonly unit: Unit }
  /** only a box is known: no mask, but something to prompt a model with */
  | { readonly kind: 'box'; readonly box: Box<'image'>; readonly unit: Unit };

export interface ReadObject {
  /** file and place in it, the same at every reading: ids are made of it */
  readonly source: string;
  /** null: the file names none */
  readonly className: string | null;
  readonly shape: Shape;
  /** a detector's confidence, 0..1 */
  readonly score?: number | undefined;
  readonly predictedIou?: number | undefined;
  readonly stability?: number | undefined;
  /** what parts of this object call it in `partOf` */
  readonly key?: string | undefined;
  /** `key` of the object of the same picture that this one is a part of */
  readonly partOf?: string | undefined;
}

/** What a file says of a class beside its name. */
export interface ReadClass {
  readonly name: string;
  /** name of the class of the file that it is a part of; null: of none, or the file does not say */
  readonly parent: string | null;
  /** null: the file does not say */
  readonly kind: ClassKind | null;
}

/** What a reader finds, in the order of the files. */
export type Finding =
  | { readonly type: 'classes'; readonly classes: readonly ReadClass[] }
  | { readonly type: 'image'; readonly image: ImageRef; readonly objects: readonly ReadObject[] }
  /** something that cannot be used; the rest is read on */
  | { readonly type: 'problem'; readonly where: string; readonly message: string };

/** Files opened to tell the format: a few, parsed as far as their endings say how. */
export interface Sample {
  readonly names: readonly string[];
  /** undefined: no JSON */
  readonly json: readonly { readonly name: string; readonly value: unknown }[];
  /** beginnings of XML files */
  readonly xml: readonly string[];
}

/** One file format. Reading is pure: the same files give the same findings in the same order. */
export interface FormatReader {
  recognises(sample: Sample): boolean;
  read(files: SourceFiles): AsyncGenerator<Finding>;
}
