import type { Box, Size } from '../geometry.ts';
import type { BitMask } from './bit-mask.ts';

/**
 * Run lengths of a mask, scanned COLUMN by column, starting with a run of zeros (which may be 0 long).
 * Runs after the first are positive; their sum is width · height.
 */
export interface Rle extends Size {
  readonly counts: Uint32Array;
}

/** The COCO form as stored and exported: `size` is [height, width], `counts` pycocotools' compressed string. */
export interface CocoRle {
  readonly size: readonly [height: number, width: number];
  readonly counts: string;
}

const notYet = (): never => {
  throw new Error('not yet');
};

export const encodeRle = (_mask: BitMask): Rle => notYet();
export const decodeRle = (_rle: Rle): BitMask => notYet();
export const compressCounts = (_counts: ArrayLike<number>): string => notYet();
export const expandCounts = (_text: string): Uint32Array => notYet();
export const toCocoRle = (_rle: Rle): CocoRle => notYet();
export interface RleLimits {
  /** refuse when the mask is not of this size */
  readonly size?: Size;
  /** most pixels (default 2^28) */
  readonly maxPixels?: number;
  /** most runs (default 2^22) */
  readonly maxRuns?: number;
  /** default false: an empty mask is refused */
  readonly allowEmpty?: boolean;
}
/** Untrusted JSON ({size, counts: string | number[]}) → Rle. Throws SamCoreError RLE_INVALID. */
export const parseRle = (_value: unknown, _limits?: RleLimits): Rle => notYet();
export const rleArea = (_rle: Rle): number => notYet();
/** x1 and y1 exclusive; null when empty. */
export const rleBox = (_rle: Rle): Box<'image'> | null => notYet();
export const rleUnion = (_a: Rle, _b: Rle): Rle => notYet();
export const rleIntersection = (_a: Rle, _b: Rle): Rle => notYet();
export const rleSubtract = (_a: Rle, _b: Rle): Rle => notYet();
export const rleIou = (_a: Rle, _b: Rle): number => notYet();
