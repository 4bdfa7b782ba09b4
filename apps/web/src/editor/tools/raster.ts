import type { BitMask, Box, Point } from '@maskloop/sam-core';

export interface Nib {
  /** diameter or side in image pixels */
  readonly size: number;
  readonly shape: 'round' | 'square';
}

/**
 * Draws a brush mark from one point to another into a bitmap, in place.
 * @param value 1 paints, 0 erases
 * @returns the touched rectangle, far edges exclusive; null when all of it lies outside
 */
export function stampLine(mask: BitMask, from: Point, to: Point, nib: Nib, value: 0 | 1): Box | null {
  const radius = Math.max(0.5, nib.size / 2);
  const x0 = Math.max(0, Math.floor(Math.min(from.x, to.x) - radius));
  const y0 = Math.max(0, Math.floor(Math.min(from.y, to.y) - radius));
  const x1 = Math.min(mask.width, Math.ceil(Math.max(from.x, to.x) + radius));
  const y1 = Math.min(mask.height, Math.ceil(Math.max(from.y, to.y) + radius));
  if (x1 <= x0 || y1 <= y0) return null;
  const reaches = nib.shape === 'round' ? roundReach(from, to, radius) : squareReach(from, to, radius);
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) {
      // a pixel belongs to the mark when its centre does
      if (reaches(x + 0.5, y + 0.5)) mask.data[y * mask.width + x] = value;
    }
  }
  return { x0, y0, x1, y1 };
}

type Reach = (x: number, y: number) => boolean;

function roundReach(from: Point, to: Point, radius: number): Reach {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length2 = dx * dx + dy * dy;
  return (x, y) => {
    const t = length2 === 0 ? 0 : ((x - from.x) * dx + (y - from.y) * dy) / length2;
    const near = Math.min(1, Math.max(0, t));
    const ex = x - from.x - near * dx;
    const ey = y - from.y - near * dy;
    return ex * ex + ey * ey <= radius * radius;
  };
}

/** The square swept along the line: the t where |x - x(t)| <= r and those where |y - y(t)| <= r must meet. */
function squareReach(from: Point, to: Point, radius: number): Reach {
  return (x, y) => {
    const [ax, bx] = span(x - from.x, to.x - from.x, radius);
    const [ay, by] = span(y - from.y, to.y - from.y, radius);
    return Math.max(ax, ay, 0) <= Math.min(bx, by, 1);
  };
}

/** @returns the t for which |offset - t * step| <= radius, as [from, to] */
function span(offset: number, step: number, radius: number): [number, number] {
  if (step === 0) return Math.abs(offset) <= radius ? [0, 1] : [1, 0];
  const a = (offset - radius) / step;
  const b = (offset + radius) / step;
  return a < b ? [a, b] : [b, a];
}

/**
 * Fills a polygon by the even-odd rule into a bitmap, in place; a pixel is inside when its centre is.
 * @returns the touched rectangle, far edges exclusive; null when nothing lies in the picture
 */
export function fillPolygon(mask: BitMask, points: readonly Point[], value: 0 | 1): Box | null {
  const ys = points.map((point) => point.y);
  const xs = points.map((point) => point.x);
  const y0 = Math.max(0, Math.floor(Math.min(...ys)));
  const y1 = Math.min(mask.height, Math.ceil(Math.max(...ys)));
  const x0 = Math.max(0, Math.floor(Math.min(...xs)));
  const x1 = Math.min(mask.width, Math.ceil(Math.max(...xs)));
  if (points.length < 3 || x1 <= x0 || y1 <= y0) return null;
  for (let y = y0; y < y1; y++) {
    const crossings = crossingsAt(points, y + 0.5);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const from = Math.max(0, Math.ceil((crossings[pair] ?? 0) - 0.5));
      const to = Math.min(mask.width, Math.ceil((crossings[pair + 1] ?? 0) - 0.5));
      if (to > from) mask.data.fill(value, y * mask.width + from, y * mask.width + to);
    }
  }
  return { x0, y0, x1, y1 };
}

function crossingsAt(points: readonly Point[], y: number): number[] {
  const found: number[] = [];
  points.forEach((a, index) => {
    const b = points[(index + 1) % points.length] ?? a;
    if (a.y <= y === b.y <= y) return;
    found.push(a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x));
  });
  return found.sort((a, b) => a - b);
}

/** The smallest rectangle around both. */
export function unite(a: Box | null, b: Box | null): Box | null {
  if (a === null || b === null) return a ?? b;
  return {
    x0: Math.min(a.x0, b.x0),
    y0: Math.min(a.y0, b.y0),
    x1: Math.max(a.x1, b.x1),
    y1: Math.max(a.y1, b.y1),
  };
}
