import type { Box } from '@maskloop/sam-core';
import type { LabelMap } from './label-map.ts';

/** The picture is looked at in squares, this many along its longer side. */
const SQUARES = 12;
/** A square counts as done when no more than this share of it is free. */
const ENOUGH = 0.35;

/**
 * The next region that no mask claims, in reading order.
 * @param cursor where the last one was found; -1 to begin
 * @returns the region in image pixels and the cursor to go on from; null when all is covered
 */
export function nextUncovered(map: LabelMap, cursor: number): { box: Box; cursor: number } | null {
  const side = Math.ceil(Math.max(map.width, map.height) / SQUARES);
  const columns = Math.ceil(map.width / side);
  const rows = Math.ceil(map.height / side);
  const count = columns * rows;
  for (let step = 1; step <= count; step++) {
    const index = (cursor + step + count) % count;
    const x0 = (index % columns) * side;
    const y0 = Math.floor(index / columns) * side;
    const box = { x0, y0, x1: Math.min(map.width, x0 + side), y1: Math.min(map.height, y0 + side) };
    if (freeShare(map, box) > ENOUGH) return { box: scaled(box, 1 / map.scale), cursor: index };
  }
  return null;
}

function freeShare({ labels, width }: LabelMap, { x0, y0, x1, y1 }: Box): number {
  let free = 0;
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) if (labels[y * width + x] === 0) free++;
  }
  return free / ((x1 - x0) * (y1 - y0));
}

function scaled({ x0, y0, x1, y1 }: Box, factor: number): Box {
  return { x0: x0 * factor, y0: y0 * factor, x1: x1 * factor, y1: y1 * factor };
}
