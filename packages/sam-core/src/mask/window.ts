import type { Size } from '../geometry.ts';

/**
 * A rectangle of mask bytes inside an image; pixels outside the rectangle are 0. Rows are `stride` bytes apart,
 * with zeros after `width`. Stride is a multiple of 4 so that four pixels compare as one word.
 */
export interface MaskWindow {
  readonly x0: number;
  readonly y0: number;
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly data: Uint8Array;
}

export const paddedStride = (width: number): number => (width + 3) & ~3;

/** Scratch for {@link windowRuns}: no call nests or waits inside it, so one of each will do. */
let changes = new Uint32Array(1 << 12);
let sorted = new Uint32Array(1 << 12);

/**
 * Column-major run lengths of a window pasted into an image.
 *
 * Reading a row-major mask down its columns misses the cache at every pixel. Instead rows are compared with the row
 * above, four pixels at a time; the few places where they differ are sorted by column, and they ARE the run ends.
 *
 * @returns counts as in {@link Rle}
 */
export function windowRuns({ x0, y0, width, height, stride, data }: MaskWindow, image: Size): Uint32Array {
  const words = new Uint32Array(data.buffer, data.byteOffset, (stride * height) >> 2);
  const perRow = stride >> 2;
  const perColumn = new Uint32Array(width + 1);
  let found = 0;
  const note = (x: number, y: number): void => {
    if (found === changes.length) changes = grown(changes);
    changes[found++] = y * width + x;
    perColumn[x + 1] = perColumn[x + 1]! + 1;
  };
  // row `height` stands for the zeros below the window: it closes every run still open
  for (let y = 0; y <= height; y++) {
    const here = y * perRow;
    for (let i = 0; i < perRow; i++) {
      const above = y === 0 ? 0 : words[here - perRow + i]!;
      const change = above ^ (y === height ? 0 : words[here + i]!);
      if (change === 0) continue;
      const x = i << 2;
      // little-endian: the first pixel is the lowest byte
      if (change & 0x01) note(x, y);
      if (change & 0x0100) note(x + 1, y);
      if (change & 0x010000) note(x + 2, y);
      if (change & 0x01000000) note(x + 3, y);
    }
  }
  if (sorted.length < found) sorted = new Uint32Array(changes.length);
  for (let x = 0; x < width; x++) perColumn[x + 1] = perColumn[x + 1]! + perColumn[x]!;
  const next = perColumn.slice();
  for (let i = 0; i < found; i++) {
    const y = Math.floor(changes[i]! / width);
    const x = changes[i]! - y * width;
    const slot = next[x]!;
    next[x] = slot + 1;
    sorted[slot] = (x0 + x) * image.height + y0 + y;
  }
  return countsOfEdges(sorted, found, image.width * image.height);
}

/** Paired starts and ends (positions in column-major order, rising) → counts; touching runs are joined. */
export function countsOfEdges(edges: ArrayLike<number>, length: number, total: number): Uint32Array {
  const counts = new Uint32Array(length + 1);
  let n = 0;
  let at = 0;
  for (let i = 0; i < length; i += 2) {
    const start = edges[i]!;
    const end = edges[i + 1]!;
    if (start === at && n > 0) {
      counts[n - 1] = counts[n - 1]! + end - start;
    } else {
      counts[n++] = start - at;
      counts[n++] = end - start;
    }
    at = end;
  }
  if (at < total || n === 0) counts[n++] = total - at;
  return counts.slice(0, n);
}

function grown(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const bigger = new Uint32Array(array.length * 2);
  bigger.set(array);
  return bigger;
}
