import { SamCoreError } from '../errors.ts';
import type { Box, Point, Size } from '../geometry.ts';
import { type BitMask, bitMask } from './bit-mask.ts';
import { paddedStride, windowRuns } from './window.ts';

/**
 * Run lengths of a mask, scanned COLUMN by column, starting with a run of zeros (which may be 0 long).
 * Runs after the first are positive; their sum is width · height. So equal masks have equal counts.
 */
export interface Rle extends Size {
  readonly counts: Uint32Array;
}

/** @returns run lengths of a row-major mask */
export function encodeRle({ width, height, data }: BitMask): Rle {
  const stride = paddedStride(width);
  let rows = data;
  if (stride !== width || data.byteOffset % 4 !== 0) {
    rows = new Uint8Array(stride * height);
    for (let y = 0; y < height; y++) rows.set(data.subarray(y * width, (y + 1) * width), y * stride);
  }
  const counts = windowRuns({ x0: 0, y0: 0, width, height, stride, data: rows }, { width, height });
  return { width, height, counts };
}

/**
 * @returns the row-major mask. Writing runs down the columns misses the cache at every pixel, so only their ends are
 *          written, and each row is then combined with the row above, four pixels at a time.
 */
export function decodeRle(rle: Rle): BitMask {
  const { width, height, counts } = rle;
  const box = rleBox(rle);
  if (box === null) return bitMask({ width, height });
  const stride = paddedStride(width);
  const data = new Uint8Array(stride * height);
  for (let i = 1, start = counts[0] ?? 0; i < counts.length; i += 2) {
    let x = Math.floor(start / height);
    let y = start - x * height;
    for (let rest = counts[i]!; rest > 0; x++, y = 0) {
      const from = y * stride + x;
      data[from] = data[from]! ^ 1;
      const end = y + rest;
      if (end < height) data[end * stride + x] = data[end * stride + x]! ^ 1;
      rest = end - height;
    }
    start += counts[i]! + (counts[i + 1] ?? 0);
  }
  const words = new Uint32Array(data.buffer);
  const perRow = stride >> 2;
  const [left, right] = [box.x0 >> 2, (box.x1 + 3) >> 2];
  // one row more than the box: there the ends of the last runs cancel out
  for (let y = box.y0 + 1; y < Math.min(box.y1 + 1, height); y++) {
    const end = y * perRow + right;
    for (let at = y * perRow + left; at < end; at++) words[at] = words[at]! ^ words[at - perRow]!;
  }
  if (stride === width) return bitMask({ width, height }, data);
  const mask = bitMask({ width, height });
  for (let y = box.y0; y < box.y1; y++)
    mask.data.set(data.subarray(y * stride, y * stride + width), y * width);
  return mask;
}

/** @returns number of pixels inside */
export function rleArea({ counts }: Rle): number {
  let area = 0;
  for (let i = 1; i < counts.length; i += 2) area += counts[i]!;
  return area;
}

/** @returns the tightest box in whole pixels, x1 and y1 EXCLUSIVE; null for an empty mask */
export function rleBox({ width, height, counts }: Rle): Box<'image'> | null {
  let [x0, y0, x1, y1] = [width, height, 0, 0];
  for (let i = 1, start = counts[0] ?? 0; i < counts.length; i += 2) {
    const end = start + counts[i]!;
    if (end > start) {
      const first = Math.floor(start / height);
      const last = Math.floor((end - 1) / height);
      x0 = Math.min(x0, first);
      x1 = last + 1;
      // a run over a column's end touches the bottom and the top row
      y0 = first === last ? Math.min(y0, start - first * height) : 0;
      y1 = first === last ? Math.max(y1, end - first * height) : height;
    }
    start = end + (counts[i + 1] ?? 0);
  }
  return x1 === 0 ? null : { x0, y0, x1, y1 };
}

/** @returns whether the pixel is inside; the point is rounded down */
export function rleHas({ height, counts }: Rle, { x, y }: Point<'image'>): boolean {
  const at = Math.floor(x) * height + Math.floor(y);
  let end = 0;
  for (let i = 0; i < counts.length; i++) {
    end += counts[i]!;
    if (at < end) return (i & 1) === 1;
  }
  return false;
}

/** @throws SamCoreError GEOMETRY_INVALID when the sizes differ; so do the next three */
export const rleUnion = (a: Rle, b: Rle): Rle => combine(a, b, (inA, inB) => inA | inB);
export const rleIntersection = (a: Rle, b: Rle): Rle => combine(a, b, (inA, inB) => inA & inB);
/** @returns what is in `a` and not in `b` */
export const rleSubtract = (a: Rle, b: Rle): Rle => combine(a, b, (inA, inB) => inA & (1 - inB));

/** @returns intersection over union, without decoding; two empty masks agree (1) */
export function rleIou(a: Rle, b: Rle): number {
  const both = rleIntersectionArea(a, b);
  const either = rleArea(a) + rleArea(b) - both;
  return either === 0 ? 1 : both / either;
}

/** @returns number of pixels inside both masks */
export function rleIntersectionArea(a: Rle, b: Rle): number {
  assertSameSize(a, b);
  let area = 0;
  walk(a, b, (length, inA, inB) => {
    if (inA & inB) area += length;
  });
  return area;
}

function combine(a: Rle, b: Rle, rule: (inA: number, inB: number) => number): Rle {
  assertSameSize(a, b);
  const counts = new Uint32Array(a.counts.length + b.counts.length + 1);
  let last = 0; // index of the run being written; its value is its parity
  walk(a, b, (length, inA, inB) => {
    if (rule(inA, inB) !== (last & 1)) last++;
    counts[last] = counts[last]! + length;
  });
  return { width: a.width, height: a.height, counts: counts.slice(0, last + 1) };
}

/** Visits the stretches on which neither mask changes. */
function walk(a: Rle, b: Rle, visit: (length: number, inA: number, inB: number) => void): void {
  let [i, j] = [0, 0];
  let [restA, restB] = [a.counts[0] ?? 0, b.counts[0] ?? 0];
  for (let rest = a.width * a.height; rest > 0; ) {
    while (restA === 0 && i < a.counts.length) restA = a.counts[++i] ?? 0;
    while (restB === 0 && j < b.counts.length) restB = b.counts[++j] ?? 0;
    const length = Math.min(restA, restB);
    if (length === 0) return;
    visit(length, i & 1, j & 1);
    restA -= length;
    restB -= length;
    rest -= length;
  }
}

function assertSameSize(a: Size, b: Size): void {
  if (a.width === b.width && a.height === b.height) return;
  throw new SamCoreError(
    'GEOMETRY_INVALID',
    `masks of ${a.width} x ${a.height} and ${b.width} x ${b.height} pixels cannot be combined`,
    { a: [a.width, a.height], b: [b.width, b.height] },
  );
}
