import type { Box, Size } from '../geometry.ts';
import { type Rle, rleBox } from './rle.ts';

/**
 * How far two outlines may lie apart and still be one, in pixels: a quarter of a per cent of the image's diagonal, 1 at
 * least (5 in 1920 x 1080). DAVIS allows 0.8 %, in which most outlines of small masks agree whatever they show.
 */
export function boundaryTolerance({ width, height }: Size): number {
  return Math.max(1, Math.round(0.0025 * Math.hypot(width, height)));
}

/**
 * Boundary F-measure: the harmonic mean of the shares of each mask's boundary pixels that lie within `tolerance`
 * (Euclidean) of the other's boundary. A boundary pixel is inside and shares a side with one that is outside; the
 * image's border is no boundary, because no person drew it there.
 *
 * @param tolerance pixels
 * @returns 0..1; 1 where neither mask has a boundary, 0 where only one has
 * @source Perazzi et al., A Benchmark Dataset and Evaluation Methodology for Video Object Segmentation (DAVIS), CVPR 2016
 */
export function boundaryF(a: Rle, b: Rle, tolerance: number): number {
  const [boxA, boxB] = [rleBox(a), rleBox(b)];
  if (boxA === null || boxB === null) return boxA === boxB ? 1 : 0;
  const around = {
    x0: Math.min(boxA.x0, boxB.x0),
    y0: Math.min(boxA.y0, boxB.y0),
    x1: Math.max(boxA.x1, boxB.x1),
    y1: Math.max(boxA.y1, boxB.y1),
  };
  const [edgeA, edgeB] = [boundaryOf(a, around), boundaryOf(b, around)];
  if (edgeA.pixels.length === 0 || edgeB.pixels.length === 0) {
    return edgeA.pixels.length === edgeB.pixels.length ? 1 : 0;
  }
  const offsets = disk(tolerance);
  const precision = shareNear(edgeA, edgeB, offsets);
  const recall = shareNear(edgeB, edgeA, offsets);
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

/** Boundary pixels of a mask in a window, and a map of them with one byte per pixel of the window, column by column. */
interface Boundary {
  readonly pixels: readonly { readonly x: number; readonly y: number }[];
  readonly map: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** @param around image pixels, x1 and y1 EXCLUSIVE; holds the whole mask */
function boundaryOf(rle: Rle, around: Box<'image'>): Boundary {
  const [width, height] = [around.x1 - around.x0, around.y1 - around.y0];
  const inside = new Uint8Array(width * height);
  for (let i = 1, start = rle.counts[0] ?? 0; i < rle.counts.length; i += 2) {
    for (let at = start, end = start + rle.counts[i]!; at < end; ) {
      const x = Math.floor(at / rle.height);
      const stop = Math.min(end, (x + 1) * rle.height);
      const column = (x - around.x0) * height - around.y0 - x * rle.height;
      inside.fill(1, column + at, column + stop);
      at = stop;
    }
    start += rle.counts[i]! + (rle.counts[i + 1] ?? 0);
  }
  // outside of the window there are no mask's pixels; outside of the image there is nothing at all
  const isOut = (x: number, y: number): boolean => {
    if (x >= 0 && y >= 0 && x < width && y < height) return inside[x * height + y] === 0;
    const [imageX, imageY] = [x + around.x0, y + around.y0];
    return imageX >= 0 && imageY >= 0 && imageX < rle.width && imageY < rle.height;
  };
  const map = new Uint8Array(width * height);
  const pixels: { x: number; y: number }[] = [];
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      if (inside[x * height + y] === 0) continue;
      if (!isOut(x - 1, y) && !isOut(x + 1, y) && !isOut(x, y - 1) && !isOut(x, y + 1)) continue;
      map[x * height + y] = 1;
      pixels.push({ x, y });
    }
  }
  return { pixels, map, width, height };
}

/** Steps to all pixels within a radius, the nearest first: outlines that agree are found with few looks. */
function disk(radius: number): readonly { readonly dx: number; readonly dy: number; readonly far: number }[] {
  const steps: { dx: number; dy: number; far: number }[] = [];
  const reach = Math.floor(radius);
  for (let dx = -reach; dx <= reach; dx++) {
    for (let dy = -reach; dy <= reach; dy++) {
      const far = Math.hypot(dx, dy);
      if (far <= radius) steps.push({ dx, dy, far });
    }
  }
  return steps.sort((a, b) => a.far - b.far);
}

/** Share of the first boundary's pixels that have one of the second within reach. */
function shareNear(of: Boundary, to: Boundary, offsets: ReturnType<typeof disk>): number {
  const { map, width, height } = to;
  let near = 0;
  for (const { x, y } of of.pixels) {
    const found = offsets.some(({ dx, dy }) => {
      const [tx, ty] = [x + dx, y + dy];
      return tx >= 0 && ty >= 0 && tx < width && ty < height && map[tx * height + ty] === 1;
    });
    if (found) near++;
  }
  return near / of.pixels.length;
}
