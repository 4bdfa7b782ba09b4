import type { Bump, Surface, Texture } from './material.ts';
import { fractal, noise } from './noise.ts';
import { hash } from './random.ts';
import { hex, mix, type Vec3 } from './vec3.ts';

function put(s: Surface, c: Vec3): void {
  s.r = c[0];
  s.g = c[1];
  s.b = c[2];
}

/** 0 below `low`, 1 above `high`, smooth between. */
export function ramp(low: number, high: number, v: number): number {
  const t = Math.min(Math.max((v - low) / (high - low), 0), 1);
  return t * t * (3 - 2 * t);
}

const mod = (v: number, m: number) => v - m * Math.floor(v / m);

/**
 * Boards with grain along x, side by side along z.
 *
 * @param board width of a board, cm; 0 for one piece
 */
export function wood(light: string, dark: string, board = 0, grain = 1): Texture {
  const [a, b] = [hex(light), hex(dark)];
  return (s) => {
    const index = board > 0 ? Math.floor(s.z / board) : 0;
    const shift = hash(index, 31) * 90;
    const x = s.x * 0.045 * grain + shift;
    const y = s.y * 0.35 * grain;
    const z = s.z * 0.42 * grain + shift * 3;
    const warp = fractal(x * 0.7, y, z * 0.55, 2);
    const rings = 0.5 + 0.5 * Math.sin((z * 0.9 + warp * 7 + y) * 5.2);
    const fibre = fractal(x * 9, y * 9, z * 14, 2);
    let t = 0.42 * rings * rings + 0.55 * fibre + 0.5 * (warp - 0.5);
    if (board > 0) t += (hash(index, 5) - 0.5) * 0.5;
    put(s, mix(a, b, Math.min(Math.max(t, 0), 1)));
    if (board > 0) {
      const edge = Math.abs(mod(s.z, board) - board / 2) - board / 2;
      const gap = ramp(-0.14, -0.03, edge);
      s.r *= 1 - 0.75 * gap;
      s.g *= 1 - 0.78 * gap;
      s.b *= 1 - 0.8 * gap;
    }
    s.rough += (fibre - 0.5) * 0.25;
  };
}

/** Fine relief of wood, grain along x. */
export const woodRelief = (depth = 0.012): Bump => ({
  height: (x, y, z) => depth * noise(x * 0.6, y * 4, z * 6),
  step: 0.04,
});

/** Polished stone with veins. `scale` in veins per about 10 cm. */
export function marble(ground: string, vein: string, scale = 1): Texture {
  const [a, b] = [hex(ground), hex(vein)];
  return (s) => {
    const [x, y, z] = [s.x * 0.06 * scale, s.y * 0.06 * scale, s.z * 0.06 * scale];
    const bend = fractal(x, y, z, 4);
    const line = Math.abs(fractal(x * 1.3 + bend * 2.2, y * 1.3, z * 1.3 - bend * 1.5, 4) - 0.5);
    const thin = Math.abs(fractal(x * 3 + 7, y * 3, z * 3 + bend * 3, 3) - 0.5);
    const t = 0.75 * (1 - ramp(0, 0.05, line)) + 0.3 * (1 - ramp(0, 0.03, thin)) + 0.28 * bend;
    put(s, mix(a, b, Math.min(t, 1)));
  };
}

/** Woven checks (gingham) in the xz plane; `size` cm a band. */
export function checks(ground: string, band: string, size: number): Texture {
  const [a, b] = [hex(ground), hex(band)];
  return (s) => {
    const u = mod(s.x, size * 2) < size ? 1 : 0;
    const v = mod(s.z, size * 2) < size ? 1 : 0;
    const thread = 0.06 * (noise(s.x * 9, 0, s.z * 9) - 0.5);
    put(s, mix(a, b, Math.min(Math.max((u + v) * 0.48 + thread, 0), 1)));
  };
}

/** Stripes across `axis`, cm widths in turn, colours in turn. */
export function stripes(axis: 'x' | 'y' | 'z', bands: readonly (readonly [number, string])[]): Texture {
  const total = bands.reduce((sum, [width]) => sum + width, 0);
  const table = bands.map(([width, code]) => [width, hex(code)] as const);
  return (s) => {
    let at = mod(s[axis], total);
    for (const [width, colour] of table) {
      if (at < width) return put(s, colour);
      at -= width;
    }
  };
}

/** Two colours blotched together; `scale` blotches per cm. */
export function mottled(one: string, other: string, scale: number, octaves = 3): Texture {
  const [a, b] = [hex(one), hex(other)];
  return (s) => put(s, mix(a, b, ramp(0.25, 0.75, fractal(s.x * scale, s.y * scale, s.z * scale, octaves))));
}

/** `ground` with round specks of `speck` on a `cell` cm lattice, on surfaces of any direction. */
export function speckled(ground: string, speck: string, cell: number, share = 0.35): Texture {
  const [a, b] = [hex(ground), hex(speck)];
  return (s) => {
    const [ix, iy, iz] = [Math.floor(s.x / cell), Math.floor(s.y / cell), Math.floor(s.z / cell)];
    const pick = hash(ix, iy, iz);
    const radius = (pick / share) * 0.45;
    const [dx, dy, dz] = [s.x / cell - ix - 0.5, s.y / cell - iy - 0.5, s.z / cell - iz - 0.5];
    put(s, pick < share && dx * dx + dy * dy + dz * dz < radius * radius + 0.04 ? b : a);
  };
}

/** Colours by height y: `[y, colour]` from low to high, blended between. */
export function byHeight(stops: readonly (readonly [number, string])[], blur = 0): Texture {
  const table = stops.map(([y, code]) => [y, hex(code)] as const);
  return (s) => {
    const y = s.y + (blur > 0 ? (fractal(s.x * 1.2, s.y * 1.2, s.z * 1.2, 2) - 0.5) * blur : 0);
    let [fromY, from] = table[0] as readonly [number, Vec3];
    for (const [toY, to] of table) {
      if (y < toY) return put(s, mix(from, to, Math.min(Math.max((y - fromY) / (toY - fromY || 1), 0), 1)));
      [fromY, from] = [toY, to];
    }
    put(s, from);
  };
}

/** Glazed tiles in the local xz plane with grout; `size` cm a tile. */
export function tiles(tile: string, grout: string, sizeX: number, sizeZ = sizeX, brick = false): Texture {
  const [a, b] = [hex(tile), hex(grout)];
  return (s) => {
    const row = Math.floor(s.z / sizeZ);
    const x = s.x + (brick && mod(row, 2) === 1 ? sizeX / 2 : 0);
    const column = Math.floor(x / sizeX);
    const dx = Math.abs(mod(x, sizeX) - sizeX / 2) - sizeX / 2;
    const dz = Math.abs(mod(s.z, sizeZ) - sizeZ / 2) - sizeZ / 2;
    const gap = ramp(-0.16, -0.1, Math.max(dx, dz));
    const tone = 0.9 + 0.14 * hash(row, column, 3);
    put(s, mix([a[0] * tone, a[1] * tone, a[2] * tone], b, gap));
    s.rough = gap > 0.5 ? 0.9 : s.rough;
  };
}

/** Relief of tiles: the joints lie lower. */
export const tileRelief = (sizeX: number, sizeZ = sizeX, brick = false): Bump => ({
  height: (x, _y, z) => {
    const row = Math.floor(z / sizeZ);
    const u = x + (brick && mod(row, 2) === 1 ? sizeX / 2 : 0);
    const dx = Math.abs(mod(u, sizeX) - sizeX / 2) - sizeX / 2;
    const dz = Math.abs(mod(z, sizeZ) - sizeZ / 2) - sizeZ / 2;
    return -0.12 * ramp(-0.35, -0.08, Math.max(dx, dz)) + 0.03 * noise(x * 0.25, 0, z * 0.25);
  },
  step: 0.05,
});

/** Relief of woven cloth in the xz plane; `pitch` cm a thread. */
export const weave = (pitch = 0.16, depth = 0.02): Bump => ({
  height: (x, y, z) => {
    const k = Math.PI / pitch;
    return depth * (Math.sin(x * k) * Math.sin((z + y) * k) + 0.8 * noise(x * 3, y * 3, z * 3));
  },
  step: 0.03,
});

/** Irregular relief; `scale` features per cm, `depth` cm. */
export const grainy = (scale: number, depth: number): Bump => ({
  height: (x, y, z) => depth * noise(x * scale, y * scale, z * scale),
  step: 0.25 / scale,
});
