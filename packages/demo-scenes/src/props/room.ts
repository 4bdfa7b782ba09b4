import type { ClassName } from '../classes.ts';
import { type Light, lightFrom, type Surroundings } from '../light.ts';
import type { Material } from '../material.ts';
import type { SceneBuilder } from '../scene.ts';
import { box } from '../sdf.ts';
import { scale, type Vec3 } from '../vec3.ts';

/** A table whose top is at y = 0; half sizes in cm, `z` where its middle is. */
export function table(scene: SceneBuilder, halfX: number, halfZ: number, look: Material, z = 0): void {
  scene.object('table', { at: [0, 0, z] }).add(box(halfX, 2, halfZ, 0.5), look, { at: [0, -2, 0] });
}

/** A wall across the picture at `z`. */
export function backWall(scene: SceneBuilder, z: number, look: Material): void {
  scene.plane('wall', 400, 300, look, { at: [0, 0, z], pitch: 90 });
}

/** A floor, rug or other ground at height `y`. */
export function ground(scene: SceneBuilder, className: ClassName, y: number, look: Material): void {
  scene.plane(className, 600, 600, look, { at: [0, y, 0] });
}

const DAYLIGHT: Vec3 = [1, 0.96, 0.9];

/** A window some way off to one side. */
export const windowAt = (
  at: Vec3,
  strength = 3,
  colour: Vec3 = DAYLIGHT,
  size: readonly [number, number] = [90, 120],
): Light => lightFrom({ at, to: [0, 6, 0], size, colour, strength });

/** A weak source without a visible reflection, to lift shadows from one side. */
export const fillAt = (at: Vec3, strength = 0.5, colour: Vec3 = [0.9, 0.95, 1]): Light =>
  lightFrom({ at, to: [0, 6, 0], size: [120, 120], colour, strength, panes: [0, 0] });

/** An evenly lit room of a given brightness and colour. */
export function room(brightness: number, tint: Vec3 = [1, 1, 1]): Surroundings {
  return {
    above: scale(tint, brightness * 1.25),
    around: scale(tint, brightness),
    below: scale(tint, brightness * 0.45),
  };
}
