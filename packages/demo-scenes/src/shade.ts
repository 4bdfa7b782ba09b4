import { Hit, Marcher } from './march.ts';
import { type Glass, type Material, Surface } from './material.ts';
import { hash } from './random.ts';
import type { Piece, Scene } from './scene.ts';

const FAR = 2000;
/** How far off a surface a new ray starts, cm. */
const LIFT = 0.015;
/** Brightest a bounced or mirrored sample may be: a few very bright samples would show as dots. */
const BOUNCE_MOST = 3;
const MIRROR_MOST = 14;
/** Rougher than this, reflections are looked up instead of traced. */
const MIRROR_ROUGH = 0.34;
/** Rougher than this, the lights' highlights are worked out instead of met by chance, which would sparkle. */
const SHARP_ROUGH = 0.27;
const SHARP_ROUGH_METAL = 0.155;
const GLASS_BOUNCES = 12;

interface Radiance {
  r: number;
  g: number;
  b: number;
}

/** Colour from three numbers in a fixed object, so that the inner loop makes no garbage. */
const black = (): Radiance => ({ r: 0, g: 0, b: 0 });

function set(c: Radiance, r: number, g: number, b: number): void {
  c.r = r;
  c.g = g;
  c.b = b;
}

/**
 * Works out the light that one camera ray brings back: light from the rectangles with soft shadows, one bounce
 * from everything else, reflections, and clear glass. The parts are kept apart because the noisy ones (shadow,
 * bounce) are smoothed over the picture before they are put together; all linear.
 */
export class Shader {
  /** Piece met by the last camera ray (-1 for none) and where. */
  readonly first = new Hit();
  met = -1;
  /** Ready light: reflections, glow, all that is seen through glass. */
  readonly ready = black();
  /** Diffuse light from the rectangles as if nothing stood in between, and as it is. */
  readonly open = black();
  readonly shadowed = black();
  readonly albedo = black();
  /** Highlights of the lights on dull surfaces. */
  readonly gloss = black();
  /** Light that arrives by one bounce, to be multiplied by the albedo. */
  readonly bounce = black();

  readonly #scene: Scene;
  readonly #pieces: readonly Piece[];
  readonly #marcher: Marcher;
  readonly #second = new Hit();
  readonly #surface = new Surface();
  readonly #secondSurface = new Surface();
  readonly #scratch = black();
  readonly #lit = black();
  readonly #litOpen = black();
  #pixel = 0;
  #sample = 0;
  #u = 0;
  #v = 0;
  // world normal after the bump, and the geometric one
  #nx = 0;
  #ny = 1;
  #nz = 0;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#pieces = scene.pieces;
    this.#marcher = new Marcher(scene);
  }

  /**
   * Follows one camera ray and fills in the fields above.
   *
   * @param pixel index of the pixel, for its own random numbers
   * @param sample index of the sample within the pixel
   */
  look(
    ox: number,
    oy: number,
    oz: number,
    dx: number,
    dy: number,
    dz: number,
    pixel: number,
    sample: number,
  ): void {
    this.#pixel = pixel;
    this.#sample = sample;
    set(this.ready, 0, 0, 0);
    set(this.open, 0, 0, 0);
    set(this.shadowed, 0, 0, 0);
    set(this.albedo, 0, 0, 0);
    set(this.bounce, 0, 0, 0);
    set(this.gloss, 0, 0, 0);
    const hit = this.first;
    if (!this.#marcher.trace(ox, oy, oz, dx, dy, dz, FAR, false, hit)) {
      this.met = -1;
      this.#surroundings(dx, dy, dz, this.ready);
      return;
    }
    this.met = hit.piece;
    const look = (this.#pieces[hit.piece] as Piece).material;
    if (look.glass) {
      this.#throughGlass(ox, oy, oz, dx, dy, dz, hit, look.glass);
      return;
    }
    const [px, py, pz] = [ox + dx * hit.t, oy + dy * hit.t, oz + dz * hit.t];
    this.#full(px, py, pz, dx, dy, dz, hit, look, 0);
  }

  /** Shades an opaque point completely into open, shadowed, albedo, bounce and (added) ready. */
  #full(
    px: number,
    py: number,
    pz: number,
    dx: number,
    dy: number,
    dz: number,
    hit: Hit,
    look: Material,
    stream: number,
  ): void {
    const s = this.#surface;
    this.#apply(s, hit, look);
    const { wx, wy, wz } = hit;
    const [nx, ny, nz] = [this.#nx, this.#ny, this.#nz];
    const diffuse = (1 - s.metal) * (1 - s.shine);
    const { r, g, b } = s;
    this.ready.r += r * s.glow;
    this.ready.g += g * s.glow;
    this.ready.b += b * s.glow;

    const cos = Math.max(-(dx * nx + dy * ny + dz * nz), 0.02);
    const grazing = (1 - cos) ** 5;
    const base = 1 - s.rough * s.rough;
    const mirrored = s.rough < MIRROR_ROUGH;
    const sharp = s.rough < (s.metal > 0 ? SHARP_ROUGH_METAL : SHARP_ROUGH);

    set(this.gloss, 0, 0, 0);
    this.#direct(px, py, pz, wx, wy, wz, nx, ny, nz, dx, dy, dz, s, !sharp, stream);
    this.open.r = this.#litOpen.r * r * diffuse;
    this.open.g = this.#litOpen.g * g * diffuse;
    this.open.b = this.#litOpen.b * b * diffuse;
    this.shadowed.r = this.#lit.r * r * diffuse;
    this.shadowed.g = this.#lit.g * g * diffuse;
    this.shadowed.b = this.#lit.b * b * diffuse;
    set(this.albedo, r * diffuse, g * diffuse, b * diffuse);

    const tintR = s.metal > 0 ? r : s.shine;
    const tintG = s.metal > 0 ? g : s.shine;
    const tintB = s.metal > 0 ? b : s.shine;
    const fr = tintR + (1 - tintR) * grazing * base;
    const fg = tintG + (1 - tintG) * grazing * base;
    const fb = tintB + (1 - tintB) * grazing * base;
    const rough = s.rough;
    const translucent = s.translucent;

    this.#bounceInto(this.bounce, px, py, pz, wx, wy, wz, nx, ny, nz, stream);
    if (translucent > 0) {
      this.bounce.r *= 1 + 0.3 * translucent;
      this.bounce.g *= 1 + 0.3 * translucent;
      this.bounce.b *= 1 + 0.3 * translucent;
    }

    // reflections
    const k = 2 * (dx * nx + dy * ny + dz * nz);
    let [rx, ry, rz] = [dx - k * nx, dy - k * ny, dz - k * nz];
    const away = rx * wx + ry * wy + rz * wz;
    if (away < 0.02) {
      const lift = 0.02 - away;
      rx += wx * lift;
      ry += wy * lift;
      rz += wz * lift;
    }
    if (mirrored) {
      const spread = rough * rough * 1.2;
      this.#pair(stream + 5);
      const angle = 2 * Math.PI * this.#u;
      const radius = spread * Math.sqrt(this.#v);
      const [ax, ay, az] = Math.abs(ry) < 0.9 ? [-rz, 0, rx] : [0, rz, -ry];
      const size = 1 / Math.sqrt(ax * ax + ay * ay + az * az);
      const [ux, uy, uz] = [ax * size, ay * size, az * size];
      const [vx, vy, vz] = [ry * uz - rz * uy, rz * ux - rx * uz, rx * uy - ry * ux];
      const [cu, cv] = [radius * Math.cos(angle), radius * Math.sin(angle)];
      this.#mirror(
        px,
        py,
        pz,
        wx,
        wy,
        wz,
        rx + ux * cu + vx * cv,
        ry + uy * cu + vy * cv,
        rz + uz * cu + vz * cv,
        sharp,
      );
    } else {
      this.#surroundings(rx, ry, rz, this.#scratch);
      // what stands around hides part of the room; a fixed share is close enough for a dull reflection
      const share = 0.5 * (1 - 0.6 * rough);
      this.#scratch.r *= share;
      this.#scratch.g *= share;
      this.#scratch.b *= share;
    }
    this.ready.r += this.#scratch.r * fr;
    this.ready.g += this.#scratch.g * fg;
    this.ready.b += this.#scratch.b * fb;
  }

  /** Sets the surface up and leaves the bumped world normal in #nx.. */
  #apply(s: Surface, hit: Hit, look: Material): void {
    s.x = hit.x;
    s.y = hit.y;
    s.z = hit.z;
    s.nx = hit.nx;
    s.ny = hit.ny;
    s.nz = hit.nz;
    look.apply(s);
    const m = (this.#pieces[hit.piece] as Piece).rotation;
    this.#nx = m[0] * s.nx + m[1] * s.ny + m[2] * s.nz;
    this.#ny = m[3] * s.nx + m[4] * s.ny + m[5] * s.nz;
    this.#nz = m[6] * s.nx + m[7] * s.ny + m[8] * s.nz;
  }

  /** Light from the rectangles: #litOpen without, #lit with shadows (both over pi), gloss the highlights. */
  #direct(
    px: number,
    py: number,
    pz: number,
    wx: number,
    wy: number,
    wz: number,
    nx: number,
    ny: number,
    nz: number,
    dx: number,
    dy: number,
    dz: number,
    s: Surface,
    highlights: boolean,
    stream: number,
  ): void {
    set(this.#lit, 0, 0, 0);
    set(this.#litOpen, 0, 0, 0);
    const lights = this.#scene.lights;
    for (let i = 0; i < lights.length; i++) {
      const light = lights[i] as (typeof lights)[number];
      this.#pair(stream + 10 + i);
      const [a, b] = [2 * this.#u - 1, 2 * this.#v - 1];
      let lx = light.centre[0] + a * light.halfU[0] + b * light.halfV[0] - px;
      let ly = light.centre[1] + a * light.halfU[1] + b * light.halfV[1] - py;
      let lz = light.centre[2] + a * light.halfU[2] + b * light.halfV[2] - pz;
      const square = lx * lx + ly * ly + lz * lz;
      const away = Math.sqrt(square);
      lx /= away;
      ly /= away;
      lz /= away;
      const cosLight = -(lx * light.normal[0] + ly * light.normal[1] + lz * light.normal[2]);
      if (cosLight <= 0) continue;
      const flat = wx * lx + wy * ly + wz * lz;
      let cos = nx * lx + ny * ly + nz * lz;
      let side = 1;
      if (flat <= 0) {
        if (s.translucent <= 0) continue;
        side = -1;
        cos = -flat * s.translucent;
      }
      if (cos <= 0) continue;
      const weight = (cos * cosLight * light.area) / (square * Math.PI);
      const [er, eg, eb] = [
        light.radiance[0] * weight,
        light.radiance[1] * weight,
        light.radiance[2] * weight,
      ];
      this.#litOpen.r += er;
      this.#litOpen.g += eg;
      this.#litOpen.b += eb;
      // a thin leaf must not shadow its own far side
      const lift = side > 0 ? LIFT : -0.3;
      const m = this.#marcher;
      if (m.blocked(px + wx * lift, py + wy * lift, pz + wz * lift, lx, ly, lz, away - 0.1)) continue;
      this.#lit.r += er * m.keptR;
      this.#lit.g += eg * m.keptG;
      this.#lit.b += eb * m.keptB;
      if (highlights && side > 0) {
        let [hx, hy, hz] = [lx - dx, ly - dy, lz - dz];
        const size = 1 / Math.sqrt(hx * hx + hy * hy + hz * hz);
        hx *= size;
        hy *= size;
        hz *= size;
        const nh = Math.max(nx * hx + ny * hy + nz * hz, 0);
        const alpha = s.rough * s.rough;
        const q = nh * nh * (alpha * alpha - 1) + 1;
        const lobe = (alpha * alpha) / (q * q * 4);
        const vh = Math.max(-(dx * hx + dy * hy + dz * hz), 0);
        const f = (1 - vh) ** 5;
        const gain = Math.min(lobe, 20);
        this.gloss.r += er * m.keptR * gain * (s.metal > 0 ? s.r : s.shine + (1 - s.shine) * f);
        this.gloss.g += eg * m.keptG * gain * (s.metal > 0 ? s.g : s.shine + (1 - s.shine) * f);
        this.gloss.b += eb * m.keptB * gain * (s.metal > 0 ? s.b : s.shine + (1 - s.shine) * f);
      }
    }
  }

  /** One ray in a cosine-weighted direction: what it meets, lit, or the room. */
  #bounceInto(
    out: Radiance,
    px: number,
    py: number,
    pz: number,
    wx: number,
    wy: number,
    wz: number,
    nx: number,
    ny: number,
    nz: number,
    stream: number,
  ): void {
    this.#pair(stream + 3);
    const z = 1 - 2 * this.#u;
    const ring = Math.sqrt(Math.max(1 - z * z, 0)) * 0.998;
    const angle = 2 * Math.PI * this.#v;
    let [bx, by, bz] = [nx + ring * Math.cos(angle), ny + ring * Math.sin(angle), nz + z * 0.998];
    const size = 1 / Math.sqrt(bx * bx + by * by + bz * bz);
    bx *= size;
    by *= size;
    bz *= size;
    const flat = bx * wx + by * wy + bz * wz;
    if (flat < 0) {
      bx -= 2 * flat * wx;
      by -= 2 * flat * wy;
      bz -= 2 * flat * wz;
    }
    const hit = this.#second;
    const [ox, oy, oz] = [px + wx * LIFT, py + wy * LIFT, pz + wz * LIFT];
    if (this.#marcher.trace(ox, oy, oz, bx, by, bz, FAR, true, hit)) {
      this.#simple(ox + bx * hit.t, oy + by * hit.t, oz + bz * hit.t, bx, by, bz, hit, out, stream + 20);
    } else {
      this.#surroundings(bx, by, bz, out);
    }
    out.r = Math.min(out.r, BOUNCE_MOST);
    out.g = Math.min(out.g, BOUNCE_MOST);
    out.b = Math.min(out.b, BOUNCE_MOST);
  }

  /** What a mirror ray sees, into #scratch: the nearer of the lights (if asked) and the scene, else the room. */
  #mirror(
    px: number,
    py: number,
    pz: number,
    wx: number,
    wy: number,
    wz: number,
    rx: number,
    ry: number,
    rz: number,
    withLights: boolean,
  ): void {
    const size = 1 / Math.sqrt(rx * rx + ry * ry + rz * rz);
    const [mx, my, mz] = [rx * size, ry * size, rz * size];
    const hit = this.#second;
    const out = this.#scratch;
    const [ox, oy, oz] = [px + wx * LIFT, py + wy * LIFT, pz + wz * LIFT];
    const found = this.#marcher.trace(ox, oy, oz, mx, my, mz, FAR, true, hit);
    if (withLights && this.#seesLight(ox, oy, oz, mx, my, mz, found ? hit.t : FAR, out)) return;
    if (found) this.#simple(ox + mx * hit.t, oy + my * hit.t, oz + mz * hit.t, mx, my, mz, hit, out, 30);
    else this.#surroundings(mx, my, mz, out);
    out.r = Math.min(out.r, MIRROR_MOST);
    out.g = Math.min(out.g, MIRROR_MOST);
    out.b = Math.min(out.b, MIRROR_MOST);
  }

  #seesLight(
    ox: number,
    oy: number,
    oz: number,
    dx: number,
    dy: number,
    dz: number,
    most: number,
    out: Radiance,
  ): boolean {
    for (const light of this.#scene.lights) {
      const { centre: c, normal: n, halfU, halfV, panes } = light;
      if (panes[0] === 0) continue;
      const facing = dx * n[0] + dy * n[1] + dz * n[2];
      if (facing >= 0) continue;
      const t = ((c[0] - ox) * n[0] + (c[1] - oy) * n[1] + (c[2] - oz) * n[2]) / facing;
      if (t <= 0 || t >= most) continue;
      const [x, y, z] = [ox + dx * t - c[0], oy + dy * t - c[1], oz + dz * t - c[2]];
      const u =
        (x * halfU[0] + y * halfU[1] + z * halfU[2]) / (halfU[0] ** 2 + halfU[1] ** 2 + halfU[2] ** 2);
      const v =
        (x * halfV[0] + y * halfV[1] + z * halfV[2]) / (halfV[0] ** 2 + halfV[1] ** 2 + halfV[2] ** 2);
      if (Math.abs(u) > 1 || Math.abs(v) > 1) continue;
      const paneU = (u * 0.5 + 0.5) * panes[0];
      const paneV = (v * 0.5 + 0.5) * panes[1];
      const edge = Math.min(
        0.5 - Math.abs(paneU - Math.floor(paneU) - 0.5),
        0.5 - Math.abs(paneV - Math.floor(paneV) - 0.5),
      );
      const bright = edge < 0.05 ? 0.06 : 1;
      const [r, g, b] = light.radiance;
      set(
        out,
        Math.min(r, MIRROR_MOST) * bright,
        Math.min(g, MIRROR_MOST) * bright,
        Math.min(b, MIRROR_MOST) * bright,
      );
      return true;
    }
    return false;
  }

  /** Direct light and a little of the room: what a point looks like from another point. */
  #simple(
    px: number,
    py: number,
    pz: number,
    dx: number,
    dy: number,
    dz: number,
    hit: Hit,
    out: Radiance,
    stream: number,
  ): void {
    const s = this.#secondSurface;
    const kept = [this.#nx, this.#ny, this.#nz] as const;
    this.#apply(s, hit, (this.#pieces[hit.piece] as Piece).material);
    const { wx, wy, wz } = hit;
    this.#direct(px, py, pz, wx, wy, wz, this.#nx, this.#ny, this.#nz, dx, dy, dz, s, false, stream);
    const room = this.#scene.surroundings;
    const up = 0.5 + 0.5 * wy;
    const soft = 0.42;
    const ar = soft * (room.around[0] * 0.6 + 0.4 * (room.below[0] + (room.above[0] - room.below[0]) * up));
    const ag = soft * (room.around[1] * 0.6 + 0.4 * (room.below[1] + (room.above[1] - room.below[1]) * up));
    const ab = soft * (room.around[2] * 0.6 + 0.4 * (room.below[2] + (room.above[2] - room.below[2]) * up));
    if (s.metal > 0) {
      // a metal seen at second hand mirrors the room, with a little light of its own for what it would mirror besides
      const k = 2 * (dx * wx + dy * wy + dz * wz);
      this.#surroundings(dx - k * wx, dy - k * wy, dz - k * wz, out);
      out.r = s.r * (0.8 * out.r + 0.3 * this.#lit.r);
      out.g = s.g * (0.8 * out.g + 0.3 * this.#lit.g);
      out.b = s.b * (0.8 * out.b + 0.3 * this.#lit.b);
    } else {
      out.r = s.r * (this.#lit.r + ar + s.glow);
      out.g = s.g * (this.#lit.g + ag + s.glow);
      out.b = s.b * (this.#lit.b + ab + s.glow);
    }
    [this.#nx, this.#ny, this.#nz] = kept;
  }

  /** Follows the ray in and out of clear pieces until something opaque or the room; all into `ready`. */
  #throughGlass(
    ox: number,
    oy: number,
    oz: number,
    dx: number,
    dy: number,
    dz: number,
    first: Hit,
    firstGlass: Glass,
  ): void {
    const total = black();
    let [tr, tg, tb] = [1, 1, 1];
    let clear = firstGlass;
    const hit = new Hit();
    Object.assign(hit, first);
    for (let turn = 0; turn < GLASS_BOUNCES; turn++) {
      // on the outside of a clear piece
      let [px, py, pz] = [ox + dx * hit.t, oy + dy * hit.t, oz + dz * hit.t];
      const piece = hit.piece;
      let { wx, wy, wz } = hit;
      let cos = -(dx * wx + dy * wy + dz * wz);
      const shine = ((clear.index - 1) / (clear.index + 1)) ** 2;
      const f = shine + (1 - shine) * (1 - Math.max(cos, 0)) ** 5;
      if (turn < 3) {
        this.#mirror(px, py, pz, wx, wy, wz, dx + 2 * cos * wx, dy + 2 * cos * wy, dz + 2 * cos * wz, true);
        total.r += tr * f * this.#scratch.r;
        total.g += tg * f * this.#scratch.g;
        total.b += tb * f * this.#scratch.b;
      }
      tr *= 1 - f;
      tg *= 1 - f;
      tb *= 1 - f;
      let eta = 1 / clear.index;
      let k = Math.sqrt(Math.max(1 - eta * eta * (1 - cos * cos), 0));
      dx = eta * dx + (eta * cos - k) * wx;
      dy = eta * dy + (eta * cos - k) * wy;
      dz = eta * dz + (eta * cos - k) * wz;
      // inside it, mirrored back while the way out is too flat
      let inside = true;
      for (let turnInside = 0; turnInside < 5 && inside; turnInside++) {
        const [qx, qy, qz] = [px - wx * LIFT, py - wy * LIFT, pz - wz * LIFT];
        if (!this.#marcher.leave(piece, qx, qy, qz, dx, dy, dz, hit)) break;
        px = qx + dx * hit.t;
        py = qy + dy * hit.t;
        pz = qz + dz * hit.t;
        tr *= Math.exp(-clear.absorb[0] * hit.t);
        tg *= Math.exp(-clear.absorb[1] * hit.t);
        tb *= Math.exp(-clear.absorb[2] * hit.t);
        ({ wx, wy, wz } = hit);
        cos = dx * wx + dy * wy + dz * wz;
        eta = clear.index;
        const square = 1 - eta * eta * (1 - cos * cos);
        if (square < 0) {
          dx -= 2 * cos * wx;
          dy -= 2 * cos * wy;
          dz -= 2 * cos * wz;
        } else {
          k = Math.sqrt(square);
          dx = eta * dx + (k - eta * cos) * wx;
          dy = eta * dy + (k - eta * cos) * wy;
          dz = eta * dz + (k - eta * cos) * wz;
          inside = false;
        }
      }
      const size = 1 / Math.sqrt(dx * dx + dy * dy + dz * dz);
      dx *= size;
      dy *= size;
      dz *= size;
      ox = px + wx * LIFT;
      oy = py + wy * LIFT;
      oz = pz + wz * LIFT;
      const found = this.#marcher.trace(ox, oy, oz, dx, dy, dz, FAR, false, hit);
      if (this.#seesLight(ox, oy, oz, dx, dy, dz, found ? hit.t : FAR, this.#scratch)) {
        total.r += tr * this.#scratch.r;
        total.g += tg * this.#scratch.g;
        total.b += tb * this.#scratch.b;
        break;
      }
      if (!found) {
        this.#surroundings(dx, dy, dz, this.#scratch);
        total.r += tr * this.#scratch.r;
        total.g += tg * this.#scratch.g;
        total.b += tb * this.#scratch.b;
        break;
      }
      const look = (this.#pieces[hit.piece] as Piece).material;
      if (look.glass && turn + 1 < GLASS_BOUNCES) {
        clear = look.glass;
        continue;
      }
      set(this.ready, 0, 0, 0);
      this.#full(ox + dx * hit.t, oy + dy * hit.t, oz + dz * hit.t, dx, dy, dz, hit, look, 40);
      total.r += tr * (this.ready.r + this.gloss.r + this.shadowed.r + this.albedo.r * this.bounce.r);
      total.g += tg * (this.ready.g + this.gloss.g + this.shadowed.g + this.albedo.g * this.bounce.g);
      total.b += tb * (this.ready.b + this.gloss.b + this.shadowed.b + this.albedo.b * this.bounce.b);
      break;
    }
    set(this.ready, total.r, total.g, total.b);
    set(this.open, 0, 0, 0);
    set(this.shadowed, 0, 0, 0);
    set(this.albedo, 0, 0, 0);
    set(this.bounce, 0, 0, 0);
    set(this.gloss, 0, 0, 0);
  }

  #surroundings(dx: number, dy: number, dz: number, out: Radiance): void {
    const { above, around, below } = this.#scene.surroundings;
    const other = dy > 0 ? above : below;
    const t = Math.sqrt(Math.abs(dy));
    // brighter to the front left than to the back right, so that round things are modelled by it
    const lean = 1 + 0.25 * (dz * 0.6 - dx * 0.8);
    set(
      out,
      (around[0] + (other[0] - around[0]) * t) * lean,
      (around[1] + (other[1] - around[1]) * t) * lean,
      (around[2] + (other[2] - around[2]) * t) * lean,
    );
  }

  /** Two numbers in 0..1 that cover the square evenly over a pixel's samples; `stream` tells uses apart. */
  #pair(stream: number): void {
    const u = hash(this.#pixel, stream, 11) + (this.#sample + 1) * 0.7548776662466927;
    const v = hash(this.#pixel, stream, 23) + (this.#sample + 1) * 0.5698402909980532;
    this.#u = u - Math.floor(u);
    this.#v = v - Math.floor(v);
  }
}
