import { cross, length, normalize, scale, subtract, type Vec3 } from './vec3.ts';

/** A rectangular source: a window or a soft box. */
export interface Light {
  readonly centre: Vec3;
  /** Half its sides, cm, as vectors. */
  readonly halfU: Vec3;
  readonly halfV: Vec3;
  /** Unit, towards what it lights. */
  readonly normal: Vec3;
  /** Radiance, linear. */
  readonly radiance: Vec3;
  /** cm². */
  readonly area: number;
  /** Panes along u and v; bars between them show in reflections. 0 hides the light from reflections. */
  readonly panes: readonly [number, number];
}

/** What a ray meets that leaves the scene: a smooth room, brighter above. Linear radiance. */
export interface Surroundings {
  readonly above: Vec3;
  readonly around: Vec3;
  readonly below: Vec3;
}

export interface LightSpec {
  readonly at: Vec3;
  readonly to: Vec3;
  /** Full width and height, cm. */
  readonly size: readonly [number, number];
  readonly colour: Vec3;
  /** Light that would fall on a surface at `to` facing it, as a multiple of white; about 3 for a key light. */
  readonly strength: number;
  readonly panes?: readonly [number, number];
}

/** A rectangle of light at `at` turned towards `to`. */
export function lightFrom({ at, to, size, colour, strength, panes = [2, 3] }: LightSpec): Light {
  const normal = normalize(subtract(to, at));
  const u = normalize(cross(normal, Math.abs(normal[1]) > 0.98 ? [0, 0, 1] : [0, 1, 0]));
  const v = cross(u, normal);
  const area = size[0] * size[1];
  const away = length(subtract(to, at));
  return {
    centre: at,
    halfU: scale(u, size[0] / 2),
    halfV: scale(v, size[1] / 2),
    normal,
    radiance: scale(colour, (strength * away * away) / area),
    area,
    panes,
  };
}
