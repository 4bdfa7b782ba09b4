import type { Vec3 } from './vec3.ts';

/** Signed distance in cm from a local point to a surface: negative inside, never more than the true distance. */
export type Distance = (x: number, y: number, z: number) => number;

/** A solid: its distance function and a local box (cm) that contains it. */
export interface Shape {
  readonly distance: Distance;
  readonly low: Vec3;
  readonly high: Vec3;
}

const symmetric = (distance: Distance, x: number, y: number, z: number): Shape => ({
  distance,
  low: [-x, -y, -z],
  high: [x, y, z],
});

/** A ball of `radius` about the origin. */
export const sphere = (radius: number): Shape =>
  symmetric((x, y, z) => Math.sqrt(x * x + y * y + z * z) - radius, radius, radius, radius);

/** An ellipsoid with half axes `a`, `b`, `c`; the distance is a bound, good near the surface. */
export function ellipsoid(a: number, b: number, c: number): Shape {
  const [ia, ib, ic] = [1 / a, 1 / b, 1 / c];
  const least = Math.min(a, b, c);
  const distance: Distance = (x, y, z) => {
    const [px, py, pz] = [x * ia, y * ib, z * ic];
    const k0 = Math.sqrt(px * px + py * py + pz * pz);
    const k1 = Math.sqrt(px * px * ia * ia + py * py * ib * ib + pz * pz * ic * ic);
    // inside, the first-order bound overshoots near the foci and rays would jump through thin walls
    return k0 < 1 ? (k0 - 1) * least : (k0 * (k0 - 1)) / k1;
  };
  return symmetric(distance, a, b, c);
}

/** A box with half extents `x`, `y`, `z` (rounding included) and edges rounded by `round`. */
export function box(hx: number, hy: number, hz: number, round = 0): Shape {
  const [ex, ey, ez] = [hx - round, hy - round, hz - round];
  const distance: Distance = (x, y, z) => {
    const qx = Math.abs(x) - ex;
    const qy = Math.abs(y) - ey;
    const qz = Math.abs(z) - ez;
    const mx = qx > 0 ? qx : 0;
    const my = qy > 0 ? qy : 0;
    const mz = qz > 0 ? qz : 0;
    const most = qx > qy ? (qx > qz ? qx : qz) : qy > qz ? qy : qz;
    return Math.sqrt(mx * mx + my * my + mz * mz) + (most < 0 ? most : 0) - round;
  };
  return symmetric(distance, hx, hy, hz);
}

/** An upright cylinder about y with half height `half` and edges rounded by `round`. */
export function cylinder(radius: number, half: number, round = 0): Shape {
  const [er, eh] = [radius - round, half - round];
  const distance: Distance = (x, y, z) => {
    const qr = Math.sqrt(x * x + z * z) - er;
    const qy = Math.abs(y) - eh;
    const mr = qr > 0 ? qr : 0;
    const my = qy > 0 ? qy : 0;
    const most = qr > qy ? qr : qy;
    return Math.sqrt(mr * mr + my * my) + (most < 0 ? most : 0) - round;
  };
  return symmetric(distance, radius, half, radius);
}

/** A ring about y: `ring` to the middle of the tube, `tube` its radius. */
export function torus(ring: number, tube: number): Shape {
  const distance: Distance = (x, y, z) => {
    const q = Math.sqrt(x * x + z * z) - ring;
    return Math.sqrt(q * q + y * y) - tube;
  };
  return symmetric(distance, ring + tube, tube, ring + tube);
}

/** A prism about y with `sides` flat sides, inner radius `radius`, half height `half`. */
export function prism(sides: number, radius: number, half: number, round = 0): Shape {
  const sector = (2 * Math.PI) / sides;
  const distance: Distance = (x, y, z) => {
    const angle = Math.atan2(z, x);
    const off = angle - sector * Math.round(angle / sector);
    const r = Math.sqrt(x * x + z * z);
    const qr = r * Math.cos(off) - radius + round;
    const qy = Math.abs(y) - half + round;
    const mr = qr > 0 ? qr : 0;
    const my = qy > 0 ? qy : 0;
    return Math.sqrt(mr * mr + my * my) + Math.min(Math.max(qr, qy), 0) - round;
  };
  const outer = radius / Math.cos(sector / 2);
  return symmetric(distance, outer, half, outer);
}

/** A stick from `a` to `b` whose radius goes from `ra` to `rb` (a slightly slack bound when they differ). */
export function stick(a: Vec3, b: Vec3, ra: number, rb = ra): Shape {
  const [ax, ay, az] = a;
  const [bx, by, bz] = [b[0] - ax, b[1] - ay, b[2] - az];
  const inverse = 1 / (bx * bx + by * by + bz * bz || 1);
  const slack = 1 / Math.sqrt(1 + (rb - ra) * (rb - ra) * inverse);
  const distance: Distance = (x, y, z) => {
    const [px, py, pz] = [x - ax, y - ay, z - az];
    let h = (px * bx + py * by + pz * bz) * inverse;
    h = h < 0 ? 0 : h > 1 ? 1 : h;
    const [dx, dy, dz] = [px - bx * h, py - by * h, pz - bz * h];
    return (Math.sqrt(dx * dx + dy * dy + dz * dz) - ra - (rb - ra) * h) * slack;
  };
  const wide = Math.max(ra, rb);
  return {
    distance,
    low: [Math.min(a[0], b[0]) - wide, Math.min(a[1], b[1]) - wide, Math.min(a[2], b[2]) - wide],
    high: [Math.max(a[0], b[0]) + wide, Math.max(a[1], b[1]) + wide, Math.max(a[2], b[2]) + wide],
  };
}

/**
 * A tube through `points` by a Catmull-Rom curve.
 *
 * @param radius cm at `t` in 0..1 along the tube
 * @param steps straight sticks the curve is cut into
 */
export function tube(points: readonly Vec3[], radius: number | ((t: number) => number), steps = 12): Shape {
  const radiusAt = typeof radius === 'number' ? () => radius : radius;
  const nodes = curve(points, steps);
  const sticks: Shape[] = [];
  for (let i = 0; i + 1 < nodes.length; i++) {
    const [from, to] = [nodes[i] as Vec3, nodes[i + 1] as Vec3];
    sticks.push(stick(from, to, radiusAt(i / steps), radiusAt((i + 1) / steps)));
  }
  return smoothUnion(0.15 * radiusAt(0.5), ...sticks);
}

/** `steps` + 1 points on the Catmull-Rom curve through `points`. */
export function curve(points: readonly Vec3[], steps: number): Vec3[] {
  const last = points.length - 1;
  const point = (i: number) => points[Math.min(Math.max(i, 0), last)] as Vec3;
  return Array.from({ length: steps + 1 }, (_, step) => {
    const at = (step / steps) * last;
    const i = Math.min(Math.floor(at), last - 1);
    const t = at - i;
    const [p0, p1, p2, p3] = [point(i - 1), point(i), point(i + 1), point(i + 2)];
    const blend = (k: 0 | 1 | 2) =>
      0.5 *
      (2 * p1[k] +
        (p2[k] - p0[k]) * t +
        (2 * p0[k] - 5 * p1[k] + 4 * p2[k] - p3[k]) * t * t +
        (3 * p1[k] - p0[k] - 3 * p2[k] + p3[k]) * t * t * t);
    return [blend(0), blend(1), blend(2)];
  });
}

/** What lies in any of `shapes`. */
export function union(...shapes: readonly Shape[]): Shape {
  const parts = shapes.map((shape) => shape.distance);
  return {
    distance: (x, y, z) => {
      let least = Number.POSITIVE_INFINITY;
      for (const part of parts) {
        const d = part(x, y, z);
        if (d < least) least = d;
      }
      return least;
    },
    ...cover(shapes),
  };
}

/** A union whose seams are filled over about `k` cm. */
export function smoothUnion(k: number, ...shapes: readonly Shape[]): Shape {
  const parts = shapes.map((shape) => shape.distance);
  const { low, high } = cover(shapes);
  const grow = k / 4;
  return {
    distance: (x, y, z) => {
      let sum = 1e9;
      for (const part of parts) {
        const d = part(x, y, z);
        const gap = Math.abs(sum - d);
        const least = d < sum ? d : sum;
        const h = gap < k ? k - gap : 0;
        sum = k > 0 ? least - (h * h) / (4 * k) : least;
      }
      return sum;
    },
    low: [low[0] - grow, low[1] - grow, low[2] - grow],
    high: [high[0] + grow, high[1] + grow, high[2] + grow],
  };
}

/** `shape` without `cut`, the edge softened over about `k` cm. */
export function carve(shape: Shape, cut: Shape, k = 0): Shape {
  const [a, b] = [shape.distance, cut.distance];
  return {
    ...shape,
    distance: (x, y, z) => {
      const [p, q] = [a(x, y, z), -b(x, y, z)];
      const h = k > 0 ? Math.max(k - Math.abs(p - q), 0) : 0;
      return Math.max(p, q) + (k > 0 ? (h * h) / (4 * k) : 0);
    },
  };
}

/** What lies in both shapes, the edge softened over about `k` cm. */
export function intersection(shape: Shape, other: Shape, k = 0): Shape {
  const [a, b] = [shape.distance, other.distance];
  const low = shape.low.map((v, i) => Math.max(v, other.low[i] as number)) as unknown as Vec3;
  const high = shape.high.map((v, i) => Math.min(v, other.high[i] as number)) as unknown as Vec3;
  return {
    distance: (x, y, z) => {
      const [p, q] = [a(x, y, z), b(x, y, z)];
      const h = k > 0 ? Math.max(k - Math.abs(p - q), 0) : 0;
      return Math.max(p, q) + (k > 0 ? (h * h) / (4 * k) : 0);
    },
    low,
    high,
  };
}

/** `shape` moved by `by`. */
export function move(shape: Shape, by: Vec3): Shape {
  const inner = shape.distance;
  const [mx, my, mz] = by;
  return {
    distance: (x, y, z) => inner(x - mx, y - my, z - mz),
    low: [shape.low[0] + mx, shape.low[1] + my, shape.low[2] + mz],
    high: [shape.high[0] + mx, shape.high[1] + my, shape.high[2] + mz],
  };
}

/** `shape` turned by 90 degrees so that its y axis lies along x (`'x'`) or z (`'z'`). */
export function lay(shape: Shape, along: 'x' | 'z'): Shape {
  const inner = shape.distance;
  const { low, high } = shape;
  if (along === 'x') {
    return {
      distance: (x, y, z) => inner(-y, x, z),
      low: [low[1], -high[0], low[2]],
      high: [high[1], -low[0], high[2]],
    };
  }
  return {
    distance: (x, y, z) => inner(x, z, -y),
    low: [low[0], -high[2], low[1]],
    high: [high[0], -low[2], high[1]],
  };
}

/**
 * `shape` with its surface pushed in by `depth(x, y, z)` cm (out where negative).
 *
 * @param most largest |depth|, cm
 * @param slope how steeply depth changes, cm per cm; steps are shortened by it
 */
export function dent(shape: Shape, depth: Distance, most: number, slope: number): Shape {
  const inner = shape.distance;
  const shrink = 1 / (1 + slope);
  const { low, high } = shape;
  return {
    distance: (x, y, z) => {
      const d = inner(x, y, z);
      // far away the dent cannot matter, and noise is dear
      return d > most * 2 + 0.5 ? d - most : (d + depth(x, y, z)) * shrink;
    },
    low: [low[0] - most, low[1] - most, low[2] - most],
    high: [high[0] + most, high[1] + most, high[2] + most],
  };
}

/** A shape given by any distance bound inside a known box. */
export const custom = (distance: Distance, low: Vec3, high: Vec3): Shape => ({ distance, low, high });

function cover(shapes: readonly Shape[]): { low: Vec3; high: Vec3 } {
  const low: [number, number, number] = [1e9, 1e9, 1e9];
  const high: [number, number, number] = [-1e9, -1e9, -1e9];
  for (const shape of shapes) {
    for (const k of [0, 1, 2] as const) {
      low[k] = Math.min(low[k], shape.low[k]);
      high[k] = Math.max(high[k], shape.high[k]);
    }
  }
  return { low, high };
}
