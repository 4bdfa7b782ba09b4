import { type Box, type Point, pointGrid } from '@maskloop/sam-core';
import type { LabelMap } from './label-map.ts';

/** Points per side, as many as automatic generation asks the model about (SAM §5). */
const GRID = 32;
/** The picture is looked at in squares, this many along its longer side. */
const SQUARES = 12;
/** A square counts as done when no more than this share of it is free. */
const ENOUGH = 0.35;

/** @returns the points of a regular grid that no mask claims, image pixels */
export function freePoints(map: LabelMap): Point[] {
  return pointGrid(GRID, map.image).filter((point) => map.top(point) === null);
}

export interface Uncovered {
  /** image pixels */
  readonly box: Box;
  /** the free grid point nearest to its middle: a good place for a first click */
  readonly point: Point;
  readonly cursor: number;
}

/**
 * The next region that no mask claims, in reading order: enough of its pixels are free, and one of the grid points
 * in it as well, so that thin gaps between masks are passed over.
 * @param cursor where the last one was found; -1 to begin
 * @returns the region and the cursor to go on from; null when all is covered
 */
export function nextUncovered(map: LabelMap, cursor: number): Uncovered | null {
  const side = Math.ceil(Math.max(map.width, map.height) / SQUARES);
  const columns = Math.ceil(map.width / side);
  const rows = Math.ceil(map.height / side);
  const count = columns * rows;
  const free = freePoints(map);
  for (let step = 1; step <= count; step++) {
    const index = (cursor + step + count) % count;
    const x0 = (index % columns) * side;
    const y0 = Math.floor(index / columns) * side;
    const cells = { x0, y0, x1: Math.min(map.width, x0 + side), y1: Math.min(map.height, y0 + side) };
    const box = scaled(cells, 1 / map.scale);
    const point = nearestToMiddle(free, box);
    if (point && freeShare(map, cells) > ENOUGH) return { box, point, cursor: index };
  }
  return null;
}

function nearestToMiddle(points: readonly Point[], { x0, y0, x1, y1 }: Box): Point | null {
  const distance = ({ x, y }: Point) => Math.hypot(x - (x0 + x1) / 2, y - (y0 + y1) / 2);
  let best: Point | null = null;
  for (const point of points) {
    if (point.x < x0 || point.x >= x1 || point.y < y0 || point.y >= y1) continue;
    if (best === null || distance(point) < distance(best)) best = point;
  }
  return best;
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
