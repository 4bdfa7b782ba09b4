import type { Shape } from './sdf.ts';

/** A point of a drawn outline, cm: for `lathe` (distance from the axis, height), for `extrude` (x, z). */
export type Point2 = readonly [number, number];

/** Cells along the longer side of a baked outline; fine enough that mirror-like glaze shows no steps. */
const CELLS = 360;

/**
 * A body of revolution about y.
 *
 * @param outline closed polygon of (radius, height), either way round, radius not below 0
 */
export function lathe(outline: readonly Point2[]): Shape {
  const { distance, low, high } = bake(outline, true);
  return {
    distance: (x, y, z) => distance(Math.sqrt(x * x + z * z), y),
    low: [-high[0], low[1], -high[0]],
    high: [high[0], high[1], high[0]],
  };
}

/**
 * A slab about the plane y = 0.
 *
 * @param outline closed polygon of (x, z)
 * @param half half the thickness, cm, rounding included
 * @param round radius of the edges, cm
 */
export function extrude(outline: readonly Point2[], half: number, round = 0): Shape {
  const { distance, low, high } = bake(outline, false);
  return {
    distance: (x, y, z) => {
      const qr = distance(x, z) + round;
      const qy = Math.abs(y) - half + round;
      const mr = qr > 0 ? qr : 0;
      const my = qy > 0 ? qy : 0;
      return Math.sqrt(mr * mr + my * my) + Math.min(Math.max(qr, qy), 0) - round;
    },
    low: [low[0], -half, low[1]],
    high: [high[0], half, high[1]],
  };
}

/**
 * Rounds a polygon: a Catmull-Rom curve through its corners, `steps` pieces to a side.
 *
 * @param closed whether the last corner is joined to the first
 */
export function smooth(corners: readonly Point2[], closed = false, steps = 10): Point2[] {
  const n = corners.length;
  const corner = (i: number): Point2 =>
    (closed ? corners[((i % n) + n) % n] : corners[Math.min(Math.max(i, 0), n - 1)]) as Point2;
  const points: Point2[] = [];
  for (let i = 0; i < (closed ? n : n - 1); i++) {
    const [p0, p1, p2, p3] = [corner(i - 1), corner(i), corner(i + 1), corner(i + 2)];
    for (let s = 0; s < steps; s++) {
      const t = s / steps;
      const blend = (k: 0 | 1) =>
        0.5 *
        (2 * p1[k] +
          (p2[k] - p0[k]) * t +
          (2 * p0[k] - 5 * p1[k] + 4 * p2[k] - p3[k]) * t * t +
          (3 * p1[k] - p0[k] - 3 * p2[k] + p3[k]) * t * t * t);
      points.push([blend(0), blend(1)]);
    }
  }
  if (!closed) points.push(corner(n - 1));
  return points;
}

/**
 * The outline of a vessel's wall: the outer line upward, a round rim, the same line back inside.
 *
 * @param outer (radius, height) from the middle of the foot to the rim
 * @param thickness how thick the wall is, cm
 * @param floor thickness of the bottom, cm
 */
export function wall(outer: readonly Point2[], thickness: number, floor = thickness): Point2[] {
  const [, rimY] = outer[outer.length - 1] as Point2;
  const inner: Point2[] = [];
  const bottom = (outer[0] as Point2)[1] + floor;
  for (let i = outer.length - 1; i >= 0; i--) {
    const [r, y] = outer[i] as Point2;
    if (y > bottom && r > thickness && y < rimY) inner.push([r - thickness, y]);
  }
  const [rimR] = outer[outer.length - 1] as Point2;
  const rim: Point2[] = Array.from({ length: 7 }, (_, i) => {
    const angle = (Math.PI * i) / 6;
    return [
      rimR - thickness / 2 + (Math.cos(angle) * thickness) / 2,
      rimY + (Math.sin(angle) * thickness) / 2,
    ];
  });
  const [lastR] = inner[inner.length - 1] ?? [rimR - thickness];
  return [...outer.slice(0, -1), ...rim, ...inner, [lastR * 0.93, bottom + 0.02], [0, bottom]];
}

interface Baked {
  readonly distance: (u: number, v: number) => number;
  readonly low: Point2;
  readonly high: Point2;
}

function bake(outline: readonly Point2[], onAxis: boolean): Baked {
  const us = outline.map(([u]) => u);
  const vs = outline.map(([, v]) => v);
  const low: Point2 = [Math.min(...us), Math.min(...vs)];
  const high: Point2 = [Math.max(...us), Math.max(...vs)];
  const pad = 0.06 * Math.max(high[0] - low[0], high[1] - low[1]) + 0.05;
  const [u0, v0] = [onAxis ? 0 : low[0] - pad, low[1] - pad];
  const [uSpan, vSpan] = [high[0] + pad - u0, high[1] + pad - v0];
  const cell = Math.max(uSpan, vSpan) / CELLS;
  const [nu, nv] = [Math.ceil(uSpan / cell) + 1, Math.ceil(vSpan / cell) + 1];
  const corners = Float64Array.from(outline.flat());
  const grid = new Float32Array(nu * nv);
  for (let j = 0; j < nv; j++) {
    for (let i = 0; i < nu; i++) {
      grid[j * nu + i] = polygonDistance(corners, u0 + i * cell, v0 + j * cell, onAxis);
    }
  }
  const [uMost, vMost] = [nu - 1.001, nv - 1.001];
  const distance = (u: number, v: number) => {
    const gu = (u - u0) / cell;
    const gv = (v - v0) / cell;
    const cu = gu < 0 ? 0 : gu > uMost ? uMost : gu;
    const cv = gv < 0 ? 0 : gv > vMost ? vMost : gv;
    const i = cu | 0;
    const j = cv | 0;
    const [fu, fv] = [cu - i, cv - j];
    const k = j * nu + i;
    const a = grid[k] as number;
    const c = grid[k + nu] as number;
    const top = a + ((grid[k + 1] as number) - a) * fu;
    const bottom = c + ((grid[k + nu + 1] as number) - c) * fu;
    const d = top + (bottom - top) * fv;
    if (cu === gu && cv === gv) return d;
    const [ou, ov] = [(gu - cu) * cell, (gv - cv) * cell];
    // outside the grid the body is at least the way back to the grid plus its margin away
    return Math.sqrt(ou * ou + ov * ov) + pad * 0.8;
  };
  return { distance, low, high };
}

/** Signed distance to a polygon whose corners lie flat in `corners` as u0, v0, u1, v1, ... */
function polygonDistance(corners: Float64Array, u: number, v: number, onAxis: boolean): number {
  let least = Number.POSITIVE_INFINITY;
  let inside = false;
  const n = corners.length;
  let bu = corners[n - 2] as number;
  let bv = corners[n - 1] as number;
  for (let i = 0; i < n; i += 2) {
    const au = corners[i] as number;
    const av = corners[i + 1] as number;
    const eu = bu - au;
    const ev = bv - av;
    const wu = u - au;
    const wv = v - av;
    if (av > v !== bv > v && u < (eu * wv) / ev + au) inside = !inside;
    // a side on the axis only closes the polygon: it is no surface
    if (!(onAxis && au < 1e-6 && bu < 1e-6)) {
      const along = (wu * eu + wv * ev) / (eu * eu + ev * ev || 1);
      const t = along < 0 ? 0 : along > 1 ? 1 : along;
      const du = wu - eu * t;
      const dv = wv - ev * t;
      const d = du * du + dv * dv;
      if (d < least) least = d;
    }
    bu = au;
    bv = av;
  }
  return inside ? -Math.sqrt(least) : Math.sqrt(least);
}
