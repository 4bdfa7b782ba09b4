import type { Distance } from './sdf.ts';
import type { Vec3 } from './vec3.ts';

/** The point being shaded: the marcher fills in where it is, the material how it looks. */
export class Surface {
  /** Position in the piece's own frame, cm. */
  x = 0;
  y = 0;
  z = 0;
  /** Unit normal in the piece's own frame; a bump may tilt it. */
  nx = 0;
  ny = 1;
  nz = 0;
  /** Albedo, linear, 0..1. */
  r = 0;
  g = 0;
  b = 0;
  /** 0 mirror .. 1 matt. */
  rough = 0.5;
  /** Reflectance looking straight on, 0..1; about 0.04 for all that is not metal. */
  shine = 0.04;
  /** 0 or 1: metals tint their reflection and have no diffuse light. */
  metal = 0;
  /** Share of the light that falls on the back and comes through, 0..1. */
  translucent = 0;
  /** Light given off, linear, as a multiple of the albedo. */
  glow = 0;
}

/** Clear matter: how light bends in it and what a centimetre of it swallows. */
export interface Glass {
  /** Index of refraction. */
  readonly index: number;
  /** Absorption per cm for red, green, blue. */
  readonly absorb: Vec3;
  /** What a shadow through it keeps, 0..1 per channel. */
  readonly shadow: Vec3;
}

/** How a piece looks. */
export interface Material {
  readonly apply: (surface: Surface) => void;
  readonly glass?: Glass;
  /** False for a lamp's shade, which would else hide its own bulb. */
  readonly castsShadow?: boolean;
}

/** Colour at a local point: writes `r`, `g`, `b` (and may write more) of the surface. */
export type Texture = (surface: Surface) => void;

export interface Finish {
  readonly rough?: number;
  readonly shine?: number;
  readonly metal?: number;
  readonly translucent?: number;
  readonly glow?: number;
  readonly bump?: Bump;
  readonly castsShadow?: boolean;
}

/** Small relief that only tilts the normal. */
export interface Bump {
  /** Height in cm at a local point. */
  readonly height: Distance;
  /** Distance over which the slope is taken, cm. */
  readonly step: number;
}

/** A material of one colour or texture with a finish. */
export function material(colour: Vec3 | Texture, finish: Finish = {}): Material {
  const {
    rough = 0.5,
    shine = 0.04,
    metal = 0,
    translucent = 0,
    glow = 0,
    bump,
    castsShadow = true,
  } = finish;
  const texture = typeof colour === 'function' ? colour : solid(colour);
  return {
    castsShadow,
    apply: (s) => {
      s.rough = rough;
      s.shine = shine;
      s.metal = metal;
      s.translucent = translucent;
      s.glow = glow;
      texture(s);
      if (bump) tilt(s, bump);
    },
  };
}

export const solid =
  (colour: Vec3): Texture =>
  (s) => {
    s.r = colour[0];
    s.g = colour[1];
    s.b = colour[2];
  };

export const glass = (
  absorb: Vec3 = [0.02, 0.008, 0.012],
  shadow: Vec3 = [0.8, 0.82, 0.81],
  index = 1.45,
): Material => ({
  glass: { index, absorb, shadow },
  apply: (s) => {
    s.r = s.g = s.b = 0.9;
    s.rough = 0;
    s.shine = 0.04;
    s.metal = s.translucent = s.glow = 0;
  },
});

function tilt(s: Surface, { height, step }: Bump): void {
  const { x, y, z } = s;
  const here = height(x, y, z);
  const gx = (height(x + step, y, z) - here) / step;
  const gy = (height(x, y + step, z) - here) / step;
  const gz = (height(x, y, z + step) - here) / step;
  const along = gx * s.nx + gy * s.ny + gz * s.nz;
  const nx = s.nx - (gx - along * s.nx);
  const ny = s.ny - (gy - along * s.ny);
  const nz = s.nz - (gz - along * s.nz);
  const inverse = 1 / Math.sqrt(nx * nx + ny * ny + nz * nz);
  s.nx = nx * inverse;
  s.ny = ny * inverse;
  s.nz = nz * inverse;
}
