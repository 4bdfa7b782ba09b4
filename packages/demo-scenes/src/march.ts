import type { Material } from './material.ts';
import type { Piece, Scene } from './scene.ts';
import type { Distance } from './sdf.ts';

/** Where a ray met a piece. */
export class Hit {
  piece = -1;
  /** Distance along the ray, cm. */
  t = 0;
  /** Point and outward unit normal in the piece's own frame. */
  x = 0;
  y = 0;
  z = 0;
  nx = 0;
  ny = 1;
  nz = 0;
  /** Outward unit normal in the world. */
  wx = 0;
  wy = 1;
  wz = 0;
}

/** A piece with its numbers laid flat for the inner loop. */
class Solid {
  readonly distance: Distance | undefined;
  readonly material: Material;
  readonly casts: boolean;
  readonly clear: boolean;
  // local box
  readonly lx: number;
  readonly ly: number;
  readonly lz: number;
  readonly hx: number;
  readonly hy: number;
  readonly hz: number;
  // place
  readonly px: number;
  readonly py: number;
  readonly pz: number;
  // rotation, local to world
  readonly r0: number;
  readonly r1: number;
  readonly r2: number;
  readonly r3: number;
  readonly r4: number;
  readonly r5: number;
  readonly r6: number;
  readonly r7: number;
  readonly r8: number;

  constructor(piece: Piece) {
    this.distance = piece.distance;
    this.material = piece.material;
    this.casts = piece.material.castsShadow !== false;
    this.clear = piece.material.glass !== undefined;
    [this.lx, this.ly, this.lz] = piece.low;
    [this.hx, this.hy, this.hz] = piece.high;
    [this.px, this.py, this.pz] = piece.position;
    [this.r0, this.r1, this.r2, this.r3, this.r4, this.r5, this.r6, this.r7, this.r8] = piece.rotation;
  }
}

const MOST_STEPS = 110;
/** How near counts as touching, cm, and how much that grows with each cm of the way. */
const NEAR = 0.002;
const NEAR_GROWTH = 0.00004;

/** Finds what rays meet: bounding spheres and boxes first, then sphere tracing inside each box, nearest box first. */
export class Marcher {
  readonly #solids: readonly Solid[];
  readonly #spheres: Float64Array;
  readonly #entry: Float64Array;
  readonly #exit: Float64Array;
  readonly #order: Int32Array;
  // the current ray in the local frame of the current solid
  #ox = 0;
  #oy = 0;
  #oz = 0;
  #dx = 0;
  #dy = 0;
  #dz = 0;
  #t0 = 0;
  #t1 = 0;
  /** What the last shadow ray kept, per channel, 0..1. */
  keptR = 1;
  keptG = 1;
  keptB = 1;

  constructor(scene: Scene) {
    this.#solids = scene.pieces.map((piece) => new Solid(piece));
    const n = this.#solids.length;
    this.#spheres = new Float64Array(n * 4);
    this.#entry = new Float64Array(n);
    this.#exit = new Float64Array(n);
    this.#order = new Int32Array(n);
    this.#solids.forEach((s, i) => {
      const [mx, my, mz] = [(s.lx + s.hx) / 2, (s.ly + s.hy) / 2, (s.lz + s.hz) / 2];
      this.#spheres[i * 4] = s.px + s.r0 * mx + s.r1 * my + s.r2 * mz;
      this.#spheres[i * 4 + 1] = s.py + s.r3 * mx + s.r4 * my + s.r5 * mz;
      this.#spheres[i * 4 + 2] = s.pz + s.r6 * mx + s.r7 * my + s.r8 * mz;
      this.#spheres[i * 4 + 3] = ((s.hx - s.lx) ** 2 + (s.hy - s.ly) ** 2 + (s.hz - s.lz) ** 2) / 4;
    });
  }

  /**
   * Finds the nearest piece along a ray.
   *
   * @param most cm to look
   * @param throughGlass whether clear pieces are passed over
   * @returns whether anything was met; `hit` says what
   */
  trace(
    ox: number,
    oy: number,
    oz: number,
    dx: number,
    dy: number,
    dz: number,
    most: number,
    throughGlass: boolean,
    hit: Hit,
  ): boolean {
    const solids = this.#solids;
    const order = this.#order;
    const entry = this.#entry;
    let count = 0;
    for (let i = 0; i < solids.length; i++) {
      if (!this.#meetsSphere(i, ox, oy, oz, dx, dy, dz, most)) continue;
      const solid = solids[i] as Solid;
      if (throughGlass && solid.clear) continue;
      if (!this.#enter(solid, ox, oy, oz, dx, dy, dz, most)) continue;
      entry[i] = this.#t0;
      this.#exit[i] = this.#t1;
      let k = count++;
      while (k > 0 && (entry[order[k - 1] as number] as number) > this.#t0) {
        order[k] = order[k - 1] as number;
        k--;
      }
      order[k] = i;
    }
    let best = most;
    let found = -1;
    for (let k = 0; k < count; k++) {
      const i = order[k] as number;
      const from = entry[i] as number;
      if (from >= best) break;
      const solid = solids[i] as Solid;
      const until = Math.min(this.#exit[i] as number, best);
      let t = from;
      if (solid.distance) {
        this.#toLocal(solid, ox, oy, oz, dx, dy, dz);
        t = this.#march(solid.distance, from, until, 1);
      }
      if (t >= 0 && t < best) {
        best = t;
        found = i;
      }
    }
    if (found < 0) return false;
    const solid = solids[found] as Solid;
    this.#toLocal(solid, ox, oy, oz, dx, dy, dz);
    this.#fill(hit, found, solid, best);
    return true;
  }

  /** Follows a ray inside one clear piece to where it leaves; `hit` gets the way out. */
  leave(
    piece: number,
    ox: number,
    oy: number,
    oz: number,
    dx: number,
    dy: number,
    dz: number,
    hit: Hit,
  ): boolean {
    const solid = this.#solids[piece] as Solid;
    if (!solid.distance) return false;
    this.#toLocal(solid, ox, oy, oz, dx, dy, dz);
    const t = this.#march(solid.distance, 0, 200, -1);
    if (t < 0) return false;
    this.#fill(hit, piece, solid, t);
    return true;
  }

  /** Whether anything opaque stands within `most` cm; else `keptR`, `keptG`, `keptB` say what light comes through. */
  blocked(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, most: number): boolean {
    const solids = this.#solids;
    this.keptR = this.keptG = this.keptB = 1;
    for (let i = 0; i < solids.length; i++) {
      const solid = solids[i] as Solid;
      if (!solid.casts || !this.#meetsSphere(i, ox, oy, oz, dx, dy, dz, most)) continue;
      if (!this.#enter(solid, ox, oy, oz, dx, dy, dz, most)) continue;
      if (solid.distance && this.#march(solid.distance, this.#t0, this.#t1, 1) < 0) continue;
      const clear = solid.material.glass;
      if (!clear) return true;
      this.keptR *= clear.shadow[0];
      this.keptG *= clear.shadow[1];
      this.keptB *= clear.shadow[2];
    }
    return false;
  }

  #meetsSphere(
    i: number,
    ox: number,
    oy: number,
    oz: number,
    dx: number,
    dy: number,
    dz: number,
    most: number,
  ): boolean {
    const s = this.#spheres;
    const k = i * 4;
    const x = (s[k] as number) - ox;
    const y = (s[k + 1] as number) - oy;
    const z = (s[k + 2] as number) - oz;
    const along = x * dx + y * dy + z * dz;
    const square = x * x + y * y + z * z;
    const radius = s[k + 3] as number;
    if (square - along * along > radius) return false;
    if (square <= radius) return true;
    if (along <= 0) return false;
    return along <= most || (along - most) * (along - most) <= radius;
  }

  #toLocal(s: Solid, ox: number, oy: number, oz: number, dx: number, dy: number, dz: number): void {
    const x = ox - s.px;
    const y = oy - s.py;
    const z = oz - s.pz;
    this.#ox = s.r0 * x + s.r3 * y + s.r6 * z;
    this.#oy = s.r1 * x + s.r4 * y + s.r7 * z;
    this.#oz = s.r2 * x + s.r5 * y + s.r8 * z;
    this.#dx = s.r0 * dx + s.r3 * dy + s.r6 * dz;
    this.#dy = s.r1 * dx + s.r4 * dy + s.r7 * dz;
    this.#dz = s.r2 * dx + s.r5 * dy + s.r8 * dz;
  }

  #enter(
    s: Solid,
    ox: number,
    oy: number,
    oz: number,
    dx: number,
    dy: number,
    dz: number,
    most: number,
  ): boolean {
    this.#toLocal(s, ox, oy, oz, dx, dy, dz);
    if (!s.distance) {
      const t = -this.#oy / this.#dy;
      if (!(t > 1e-4 && t < most)) return false;
      const x = this.#ox + t * this.#dx;
      const z = this.#oz + t * this.#dz;
      this.#t0 = this.#t1 = t;
      return x >= s.lx && x <= s.hx && z >= s.lz && z <= s.hz;
    }
    const ix = 1 / this.#dx;
    const iy = 1 / this.#dy;
    const iz = 1 / this.#dz;
    const ax = (s.lx - this.#ox) * ix;
    const bx = (s.hx - this.#ox) * ix;
    const ay = (s.ly - this.#oy) * iy;
    const by = (s.hy - this.#oy) * iy;
    const az = (s.lz - this.#oz) * iz;
    const bz = (s.hz - this.#oz) * iz;
    let t0 = Math.max(Math.min(ax, bx), Math.min(ay, by), Math.min(az, bz));
    let t1 = Math.min(Math.max(ax, bx), Math.max(ay, by), Math.max(az, bz));
    if (t0 < 0) t0 = 0;
    if (t1 > most) t1 = most;
    this.#t0 = t0;
    this.#t1 = t1;
    return t0 <= t1;
  }

  #march(distance: Distance, from: number, until: number, side: 1 | -1): number {
    const ox = this.#ox;
    const oy = this.#oy;
    const oz = this.#oz;
    const dx = this.#dx;
    const dy = this.#dy;
    const dz = this.#dz;
    let t = from;
    for (let step = 0; step < MOST_STEPS; step++) {
      const d = side * distance(ox + t * dx, oy + t * dy, oz + t * dz);
      const near = NEAR + t * NEAR_GROWTH;
      if (d < near) return t;
      t += d;
      if (t > until) return -1;
    }
    return -1;
  }

  #fill(hit: Hit, index: number, s: Solid, t: number): void {
    const x = this.#ox + t * this.#dx;
    const y = this.#oy + t * this.#dy;
    const z = this.#oz + t * this.#dz;
    let nx = 0;
    let ny = this.#oy >= 0 ? 1 : -1;
    let nz = 0;
    const distance = s.distance;
    if (distance) {
      const e = 0.006 + t * 0.0001;
      const a = distance(x + e, y - e, z - e);
      const b = distance(x - e, y - e, z + e);
      const c = distance(x - e, y + e, z - e);
      const d = distance(x + e, y + e, z + e);
      nx = a - b - c + d;
      ny = c + d - a - b;
      nz = b + d - a - c;
      const size = Math.sqrt(nx * nx + ny * ny + nz * nz);
      if (size > 1e-12) {
        nx /= size;
        ny /= size;
        nz /= size;
      } else {
        nx = -this.#dx;
        ny = -this.#dy;
        nz = -this.#dz;
      }
    }
    hit.piece = index;
    hit.t = t;
    hit.x = x;
    hit.y = y;
    hit.z = z;
    hit.nx = nx;
    hit.ny = ny;
    hit.nz = nz;
    hit.wx = s.r0 * nx + s.r1 * ny + s.r2 * nz;
    hit.wy = s.r3 * nx + s.r4 * ny + s.r5 * nz;
    hit.wz = s.r6 * nx + s.r7 * ny + s.r8 * nz;
  }
}
