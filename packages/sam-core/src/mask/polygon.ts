import { SamCoreError } from '../errors.ts';
import type { Size } from '../geometry.ts';
import { findRegions, type Region } from './regions.ts';
import { type Rle, rleUnion } from './rle.ts';
import { countsOfEdges } from './window.ts';

/** A closed outline [x0, y0, x1, y1, …] in image pixels, continuous (pixel i covers [i, i+1)); not repeated at the end. */
export type Ring = readonly number[];

/** One outline and what is cut out of it. */
export interface Polygon {
  readonly outer: Ring;
  readonly holes: readonly Ring[];
}

/**
 * Outlines of a mask along pixel borders: one polygon for each 4-connected part, with its holes. Without
 * simplification {@link rleFromPolygons} gives back the very same mask; the run-length code stays the truth, polygons
 * are a view of it.
 *
 * @param tolerance largest distance in pixels by which a dropped corner may lie off the outline (Douglas–Peucker);
 *                  0 keeps every corner. Rings that collapse are dropped.
 * @returns outer rings clockwise on screen (y down), holes counter-clockwise
 */
export function polygonsFromRle(rle: Rle, tolerance = 0): Polygon[] {
  return findRegions(rle, 'inside', 4).flatMap((region) => {
    const rings = traceRings(region, rle.height).map((ring) => simplifyRing(ring, tolerance));
    // the first top edge met in reading order lies on the outline, never on a hole
    const [outer, ...holes] = rings;
    if (outer === undefined || outer.length < 6) return [];
    return [{ outer, holes: holes.filter((hole) => hole.length >= 6) }];
  });
}

/** East, south, west, north: the step of each, and the pixels ahead of a corner on the right and on the left hand. */
const STEPS = [
  { dx: 1, dy: 0, right: [0, 0], left: [0, -1] },
  { dx: 0, dy: 1, right: [-1, 0], left: [0, 0] },
  { dx: -1, dy: 0, right: [-1, -1], left: [-1, 0] },
  { dx: 0, dy: -1, right: [0, -1], left: [-1, -1] },
] as const;

/** Walks along every border of one part with the part on the right hand; corners only. */
function traceRings({ box, spans }: Region, height: number): number[][] {
  const [w, h] = [box.x1 - box.x0 + 2, box.y1 - box.y0 + 2];
  // one pixel of margin on each side, so that no look ahead leaves the array
  const bits = new Uint8Array(w * h);
  for (const [start, end] of spans) {
    const x = Math.floor(start / height);
    const at = x - box.x0 + 1;
    for (let y = start - x * height; y < end - x * height; y++) bits[(y - box.y0 + 1) * w + at] = 1;
  }
  const seen = new Uint8Array(w * h);
  const rings: number[][] = [];
  for (let y = 1; y < h; y++) {
    for (let x = 1; x < w; x++) {
      const at = y * w + x;
      if (bits[at] && !bits[at - w] && !seen[at]) rings.push(walk(x, y));
    }
  }
  return rings;

  function walk(startX: number, startY: number): number[] {
    const ring: number[] = [];
    let [x, y, heading] = [startX, startY, 0];
    do {
      if (heading === 0) seen[y * w + x] = 1;
      const { dx, dy } = STEPS[heading]!;
      x += dx;
      y += dy;
      const { right, left } = STEPS[heading]!;
      const before = heading;
      // right first: where two pixels touch at a corner only, stay with one's own
      if (!bits[(y + right[1]) * w + x + right[0]]) heading = (heading + 1) & 3;
      else if (bits[(y + left[1]) * w + x + left[0]]) heading = (heading + 3) & 3;
      if (heading !== before) ring.push(x + box.x0 - 1, y + box.y0 - 1);
    } while (x !== startX || y !== startY || heading !== 0);
    return ring;
  }
}

/**
 * Douglas–Peucker on a closed ring, split at its first corner and the one farthest from it.
 *
 * @param tolerance in the ring's units; 0 or less returns the ring as it is
 */
export function simplifyRing(ring: Ring, tolerance: number): Ring {
  const n = ring.length >> 1;
  if (tolerance <= 0 || n <= 3) return ring;
  const x = (i: number) => ring[(i % n) * 2]!;
  const y = (i: number) => ring[(i % n) * 2 + 1]!;
  const keep = new Uint8Array(n);
  let far = 0;
  for (let i = 1; i < n; i++) {
    if ((x(i) - x(0)) ** 2 + (y(i) - y(0)) ** 2 > (x(far) - x(0)) ** 2 + (y(far) - y(0)) ** 2) far = i;
  }
  keep[0] = keep[far] = 1;
  const open: [number, number][] = [
    [0, far],
    [far, n],
  ];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const [a, b] = span;
    let worst = -1;
    let most = tolerance ** 2;
    for (let i = a + 1; i < b; i++) {
      const off = squaredDistance(x(i), y(i), x(a), y(a), x(b), y(b));
      if (off > most) [most, worst] = [off, i];
    }
    if (worst < 0) continue;
    keep[worst] = 1;
    open.push([a, worst], [worst, b]);
  }
  return ring.filter((_, i) => keep[i >> 1] === 1);
}

/** Squared distance of (px, py) to the segment a–b. */
function squaredDistance(px: number, py: number, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / length));
  return (px - ax - t * dx) ** 2 + (py - ay - t * dy) ** 2;
}

/**
 * Paints polygons: a pixel is inside when its centre is inside a polygon (even-odd within one polygon, so holes may
 * run either way round) and in any of several. What lies outside the image is cut off.
 *
 * @throws SamCoreError GEOMETRY_INVALID for a ring of fewer than three corners or with a value that is not finite
 */
export function rleFromPolygons(polygons: readonly Polygon[], { width, height }: Size): Rle {
  const empty: Rle = { width, height, counts: Uint32Array.of(width * height) };
  return polygons.map((polygon) => paint(polygon, { width, height })).reduce(rleUnion, empty);
}

function paint({ outer, holes }: Polygon, { width, height }: Size): Rle {
  const crossings = new Map<number, number[]>();
  for (const ring of [outer, ...holes]) {
    assertRing(ring);
    for (let i = 0; i < ring.length; i += 2) {
      const j = (i + 2) % ring.length;
      let [ax, ay, bx, by] = [ring[i]!, ring[i + 1]!, ring[j]!, ring[j + 1]!];
      if (ax > bx) [ax, ay, bx, by] = [bx, by, ax, ay];
      // half-open, so that a corner shared by two edges counts once
      const first = Math.max(0, Math.ceil(ax - 0.5));
      const last = Math.min(width, Math.ceil(bx - 0.5));
      for (let x = first; x < last; x++) {
        const y = ay + ((x + 0.5 - ax) / (bx - ax)) * (by - ay);
        const column = crossings.get(x);
        if (column === undefined) crossings.set(x, [y]);
        else column.push(y);
      }
    }
  }
  const edges: number[] = [];
  const pixel = (y: number) => Math.min(height, Math.max(0, Math.ceil(y - 0.5)));
  for (const x of [...crossings.keys()].sort((a, b) => a - b)) {
    const ys = crossings.get(x)!.sort((a, b) => a - b);
    for (let i = 0; i + 1 < ys.length; i += 2) {
      const [start, end] = [pixel(ys[i]!), pixel(ys[i + 1]!)];
      if (end > start) edges.push(x * height + start, x * height + end);
    }
  }
  return { width, height, counts: countsOfEdges(edges, edges.length, width * height) };
}

function assertRing(ring: Ring): void {
  if (ring.length >= 6 && ring.length % 2 === 0 && ring.every(Number.isFinite)) return;
  throw new SamCoreError(
    'GEOMETRY_INVALID',
    `a ring needs three or more finite corners as [x, y, …], got ${ring.length} values`,
    { length: ring.length },
  );
}
