import type { MaskBox, RevisionId } from '@maskloop/domain';
import { type Box, expandCounts, type Point, type Size } from '@maskloop/sam-core';
import type { MaskRecord } from './records.ts';

/** Where each run of a mask ends, as column-major positions; odd entries end runs of inside pixels. */
export type RunEnds = Uint32Array;

/** Run ends by revision: unpacked once, used for painting and for hit tests. */
export class RunCache {
  readonly #byRevision = new Map<RevisionId, RunEnds>();

  of(record: Pick<MaskRecord, 'pixelsId' | 'counts'>): RunEnds {
    const found = this.#byRevision.get(record.pixelsId);
    if (found) return found;
    const ends = runEndsOf(record.counts);
    this.#byRevision.set(record.pixelsId, ends);
    return ends;
  }

  /** Drops revisions that no mask has any more. */
  keepOnly(records: Iterable<MaskRecord>): void {
    const kept = new Set<RevisionId>();
    for (const record of records) kept.add(record.pixelsId);
    for (const id of this.#byRevision.keys()) if (!kept.has(id)) this.#byRevision.delete(id);
  }
}

/** @param counts COCO compressed counts */
export function runEndsOf(counts: string): RunEnds {
  const ends = expandCounts(counts);
  let end = 0;
  for (let run = 0; run < ends.length; run++) {
    end += ends[run] ?? 0;
    ends[run] = end;
  }
  return ends;
}

/** @returns index of the first run that ends after a column-major position */
export function runAt(ends: RunEnds, position: number): number {
  let [from, to] = [0, ends.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((ends[middle] ?? 0) <= position) from = middle + 1;
    else to = middle;
  }
  return from;
}

/**
 * A window of a mask at another size, by the nearest pixel.
 * @param window image pixels, continuous
 * @returns one byte (0 or 1) per pixel of `size`, row-major
 */
export function sampleRuns(ends: RunEnds, image: Size, window: Box, size: Size): Uint8Array {
  const bits = new Uint8Array(size.width * size.height);
  const stepX = (window.x1 - window.x0) / size.width;
  const stepY = (window.y1 - window.y0) / size.height;
  for (let i = 0; i < size.width; i++) {
    const x = Math.floor(window.x0 + (i + 0.5) * stepX);
    if (x < 0 || x >= image.width) continue;
    const column = x * image.height;
    const first = column + Math.max(0, Math.floor(window.y0));
    const last = column + Math.min(image.height, Math.ceil(window.y1));
    for (let run = runAt(ends, first); run < ends.length; run++) {
      const start = Math.max(first, ends[run - 1] ?? 0);
      if (start >= last) break;
      if ((run & 1) === 0) continue;
      const stop = Math.min(last, ends[run] ?? 0);
      const j0 = Math.max(0, Math.ceil((start - column - window.y0) / stepY - 0.5));
      const j1 = Math.min(size.height, Math.ceil((stop - column - window.y0) / stepY - 0.5));
      for (let j = j0; j < j1; j++) bits[j * size.width + i] = 1;
    }
  }
  return bits;
}

/** Whether a pixel is inside a mask of an image of this height. */
export function holds(ends: RunEnds, height: number, x: number, y: number): boolean {
  return (runAt(ends, x * height + y) & 1) === 1;
}

export function isInBox(box: MaskBox, point: Point): boolean {
  return point.x >= box.x && point.y >= box.y && point.x < box.x + box.width && point.y < box.y + box.height;
}

/** The part of `a` in `b`; null when they do not meet. */
export function intersect(a: Box, b: Box): Box | null {
  const x0 = Math.max(a.x0, b.x0);
  const y0 = Math.max(a.y0, b.y0);
  const x1 = Math.min(a.x1, b.x1);
  const y1 = Math.min(a.y1, b.y1);
  return x1 <= x0 || y1 <= y0 ? null : { x0, y0, x1, y1 };
}
