import type { Box } from '../geometry.ts';
import { type Rle, rleSubtract, rleUnion } from './rle.ts';
import { countsOfEdges } from './window.ts';

/** One connected part of a mask. */
export interface Region {
  /** pixels */
  readonly area: number;
  /** image pixels, x1 and y1 EXCLUSIVE */
  readonly box: Box<'image'>;
  /** the vertical spans it is made of, [start, end) in column-major positions, rising */
  readonly spans: readonly (readonly [start: number, end: number])[];
}

/** 8: pixels touching at a corner belong together; 4: only those sharing a side. */
export type Connectivity = 4 | 8;

/**
 * Connected parts, found on the runs without decoding: vertical spans of neighbouring columns are joined when they
 * touch.
 *
 * @param of which pixels to group: the mask's, or what it leaves out
 * @returns parts in order of their first span (leftmost column, then topmost)
 */
export function findRegions(
  rle: Rle,
  of: 'inside' | 'outside' = 'inside',
  connectivity: Connectivity = 8,
): Region[] {
  const vertical = verticalSpans(rle, of);
  const { starts, ends, columns } = vertical;
  const parent = Uint32Array.from(starts.keys());
  const root = (i: number): number => {
    let at = i;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  const { height } = rle;
  const reach = connectivity === 8 ? 1 : 0;
  for (let x = 1; x < rle.width; x++) {
    let left = columns[x - 1]!;
    for (let i = columns[x]!; i < columns[x + 1]!; i++) {
      // one column to the left = `height` positions earlier
      const top = starts[i]! - height - reach;
      const bottom = ends[i]! - height + reach;
      while (left < columns[x]! && ends[left]! <= top) left++;
      for (let j = left; j < columns[x]! && starts[j]! < bottom; j++) {
        const [a, b] = [root(i), root(j)];
        if (a !== b) parent[Math.max(a, b)] = Math.min(a, b);
      }
    }
  }
  return collect(vertical, root, height);
}

/** What a clean-up did; `changed` is false when the very same mask comes back. */
export interface Cleaned {
  readonly rle: Rle;
  readonly changed: boolean;
}

/**
 * Fills background parts below `minArea` pixels. Like the reference it counts EVERY small background part (8-connected)
 * as a hole, also one that touches the image's border.
 *
 * @source segment_anything/utils/amg.py, remove_small_regions(mode="holes")
 */
export function fillSmallHoles(rle: Rle, minArea: number): Cleaned {
  const small = findRegions(rle, 'outside').filter((region) => region.area < minArea);
  return small.length === 0 ? { rle, changed: false } : { rle: repaint(rle, small, 1), changed: true };
}

/**
 * Drops parts (8-connected) below `minArea` pixels. Like the reference it keeps the largest when all are small;
 * the paper (§B) would drop the mask.
 *
 * @source segment_anything/utils/amg.py, remove_small_regions(mode="islands")
 */
export function removeSmallIslands(rle: Rle, minArea: number): Cleaned {
  const regions = findRegions(rle);
  const small = regions.filter((region) => region.area < minArea);
  if (small.length === 0) return { rle, changed: false };
  const kept = small.length === regions.length ? largest(small, rle) : null;
  return {
    rle: repaint(
      rle,
      small.filter((region) => region !== kept),
      0,
    ),
    changed: true,
  };
}

/** Among equals the one that the reference's labelling meets first: it scans blocks of 2 x 2 pixels, row by row. */
function largest(regions: readonly Region[], { width, height }: Rle): Region | undefined {
  const most = Math.max(...regions.map((region) => region.area));
  const blocksPerRow = (width + 1) >> 1;
  const firstBlock = ({ spans }: Region): number => {
    let first = Number.POSITIVE_INFINITY;
    for (const [start] of spans) {
      const x = Math.floor(start / height);
      first = Math.min(first, ((start - x * height) >> 1) * blocksPerRow + (x >> 1));
    }
    return first;
  };
  const equals = regions.filter((region) => region.area === most);
  return equals.length < 2 ? equals[0] : equals.sort((a, b) => firstBlock(a) - firstBlock(b))[0];
}

function repaint(rle: Rle, regions: readonly Region[], value: 0 | 1): Rle {
  const spans = regions.flatMap((region) => region.spans).sort((a, b) => a[0] - b[0]);
  const patch: Rle = {
    width: rle.width,
    height: rle.height,
    counts: countsOfEdges(spans.flat(), spans.length * 2, rle.width * rle.height),
  };
  return value === 1 ? rleUnion(rle, patch) : rleSubtract(rle, patch);
}

interface VerticalSpans {
  /** column-major positions; a span never leaves its column */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** index of the first span of each column, and one more at the end */
  readonly columns: Uint32Array;
}

function verticalSpans({ width, height, counts }: Rle, of: 'inside' | 'outside'): VerticalSpans {
  const starts: number[] = [];
  const ends: number[] = [];
  const columns = new Uint32Array(width + 1);
  const wanted = of === 'inside' ? 1 : 0;
  let at = 0;
  counts.forEach((count, run) => {
    const end = at + count;
    while ((run & 1) === wanted && at < end) {
      const x = Math.floor(at / height);
      const stop = Math.min(end, (x + 1) * height);
      starts.push(at);
      ends.push(stop);
      columns[x + 1] = columns[x + 1]! + 1;
      at = stop;
    }
    at = end;
  });
  for (let x = 0; x < width; x++) columns[x + 1] = columns[x + 1]! + columns[x]!;
  return { starts, ends, columns };
}

function collect({ starts, ends }: VerticalSpans, root: (i: number) => number, height: number): Region[] {
  const byRoot = new Map<
    number,
    { area: number; x0: number; y0: number; x1: number; y1: number; spans: [number, number][] }
  >();
  for (let i = 0; i < starts.length; i++) {
    const [start, end] = [starts[i]!, ends[i]!];
    const x = Math.floor(start / height);
    const y0 = start - x * height;
    const y1 = end - x * height;
    const id = root(i);
    const part = byRoot.get(id);
    if (part === undefined) {
      byRoot.set(id, { area: end - start, x0: x, y0, x1: x + 1, y1, spans: [[start, end]] });
      continue;
    }
    part.area += end - start;
    part.x1 = x + 1;
    part.y0 = Math.min(part.y0, y0);
    part.y1 = Math.max(part.y1, y1);
    part.spans.push([start, end]);
  }
  return Array.from(byRoot.values(), ({ area, spans, ...box }) => ({ area, box, spans }));
}
