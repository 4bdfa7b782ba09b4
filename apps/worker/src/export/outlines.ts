import { type Polygon, polygonsFromRle, type Ring, type Rle } from '@maskloop/sam-core';
import type { Losses } from './format.ts';

/**
 * Outlines of a mask in image pixels, along pixel borders.
 * @param tolerance pixels by which an outline may leave the border; a mask too small for it keeps its exact outline
 */
export function outlinesOf(rle: Rle, tolerance: number): Polygon[] {
  const simple = polygonsFromRle(rle, tolerance);
  return simple.length > 0 ? simple : polygonsFromRle(rle, 0);
}

/**
 * A polygon with holes as one ring: each hole is joined by a cut without width where it comes nearest, as COCO's and
 * YOLO's lists of corners need it. By the even-odd rule at pixel centres it paints the very same pixels.
 */
export function withoutHoles({ outer, holes }: Polygon): Ring {
  return holes.reduce(bridged, outer);
}

/**
 * Several polygons as one ring, joined by cuts without width where they come nearest.
 * @source the idea of ultralytics/data/converter.py, merge_multi_segment
 */
export function asOneRing(polygons: readonly Polygon[]): Ring {
  return polygons.map(withoutHoles).reduce(bridged);
}

/** EX11: what of these outlines a single ring, or rings without holes, can only say by cuts. */
export function cutsIn(polygons: readonly Polygon[]): Losses {
  return {
    holes: polygons.some(({ holes }) => holes.length > 0) ? 1 : 0,
    islands: polygons.length > 1 ? 1 : 0,
  };
}

/** Pairs of corners looked at for one bridge: above, every so many corners of the longer ring are. */
const MOST_PAIRS = 1_000_000;

/** `ring` up to the corner nearest to `other`, all of `other`, back to that corner, and on. */
function bridged(ring: Ring, other: Ring): Ring {
  const [n, m] = [ring.length >> 1, other.length >> 1];
  const step = Math.max(1, Math.ceil((n * m) / MOST_PAIRS));
  let [best, at, from] = [Number.POSITIVE_INFINITY, 0, 0];
  for (let i = 0; i < n; i += step) {
    const [x, y] = [ring[2 * i] ?? 0, ring[2 * i + 1] ?? 0];
    for (let j = 0; j < m; j++) {
      const d = (x - (other[2 * j] ?? 0)) ** 2 + (y - (other[2 * j + 1] ?? 0)) ** 2;
      if (d < best) [best, at, from] = [d, i, j];
    }
  }
  return [
    ...ring.slice(0, 2 * at + 2),
    ...other.slice(2 * from),
    ...other.slice(0, 2 * from + 2),
    ...ring.slice(2 * at),
  ];
}
