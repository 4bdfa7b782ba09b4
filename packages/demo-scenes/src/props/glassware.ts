import { glass, type Material, material } from '../material.ts';
import { noise } from '../noise.ts';
import { lathe, type Point2, smooth, wall } from '../profile.ts';
import type { Placement, SceneBuilder } from '../scene.ts';
import { cylinder } from '../sdf.ts';
import { mottled } from '../textures.ts';
import { hex, type Vec3 } from '../vec3.ts';

export const clearGlass = glass();
export const greenGlass = glass([3.2, 1.0, 2.9], [0.3, 0.5, 0.28]);
export const brownGlass = glass([0.7, 1.9, 4.2], [0.5, 0.3, 0.1]);
export const blueGlass = glass([1.9, 0.8, 0.12], [0.2, 0.35, 0.75]);

const liquid = (absorb: Vec3, shadow: Vec3): Material => glass(absorb, shadow, 1.33);
export const redWine = liquid([0.35, 2.6, 2.2], [0.4, 0.05, 0.07]);
export const whiteWine = liquid([0.03, 0.07, 0.32], [0.9, 0.85, 0.5]);
export const water = liquid([0.012, 0.004, 0.003], [0.93, 0.96, 0.97]);
export const juice = material(hex('#e58a1c'), { rough: 0.1 });

const BOTTLES = {
  wine: [
    [0, 0],
    [3.3, 0],
    [3.7, 0.5],
    [3.75, 4],
    [3.75, 17],
    [3.4, 19.5],
    [1.9, 22],
    [1.45, 24],
    [1.4, 29.5],
    [1.6, 29.6],
    [1.6, 30.6],
  ],
  medicine: [
    [0, 0],
    [3.8, 0],
    [4.3, 0.5],
    [4.3, 8.5],
    [3.8, 10.4],
    [1.7, 11.6],
    [1.5, 12.4],
    [1.5, 14],
  ],
  carafe: [
    [0, 0],
    [5, 0],
    [5.7, 0.9],
    [5.9, 5],
    [4.6, 10],
    [2.7, 14],
    [2.3, 18],
    [2.9, 21.5],
  ],
  tall: [
    [0, 0],
    [2.7, 0],
    [3, 0.4],
    [3, 19],
    [2.7, 21.5],
    [1.3, 24.5],
    [1.2, 30],
  ],
} satisfies Record<string, Point2[]>;

export interface BottleOptions {
  readonly kind: keyof typeof BOTTLES;
  readonly look: Material;
  /** Ground and print colour of a paper label. */
  readonly label?: readonly [string, string];
  readonly cork?: boolean;
  /** What is inside and how high it stands, cm. */
  readonly fill?: readonly [Material, number];
}

/** A bottle; parts: label, cap (a cork), drink. */
export function bottle(
  scene: SceneBuilder,
  placement: Placement,
  { kind, look, label, cork, fill }: BottleOptions,
): void {
  const o = scene.object('bottle', placement);
  const outline = smooth(BOTTLES[kind], false, 8);
  const thickness = 0.32;
  o.add(lathe(wall(outline, thickness, 0.7)), look);
  const widest = Math.max(...outline.map(([r]) => r));
  if (fill) {
    const gap = thickness + 0.06;
    const [drink, level] = fill;
    const inner = outline
      .filter(([r, y]) => y > 0.8 && y < level && r > gap)
      .map(([r, y]): Point2 => [r - gap, y]);
    const last = inner[inner.length - 1] ?? [1, level];
    o.add(
      lathe([[0, 0.82], [(inner[0]?.[0] ?? 1) * 0.9, 0.82], ...inner, [last[0], level], [0, level]]),
      drink,
      { part: o.part('drink') },
    );
  }
  if (label) {
    const [ground, ink] = [hex(label[0]), hex(label[1])];
    const [low, high] = kind === 'wine' ? [5, 13.5] : kind === 'medicine' ? [2, 7.4] : [4, 13];
    const part = o.part('label');
    const height = (high - low) / 2;
    const sleeve = lathe([
      [widest - 0.02, -height],
      [widest + 0.05, -height],
      [widest + 0.05, height],
      [widest - 0.02, height],
    ]);
    const paper = material(
      (s) => {
        const u = Math.atan2(s.x, s.z) * widest;
        const v = s.y / height;
        const edge = Math.max(Math.abs(u) / (widest * 1.15), Math.abs(v));
        const text =
          (Math.abs(v - 0.45) < 0.16 && Math.abs(u) < 2.4 && noise(u * 5, 3, 1) > 0.4) ||
          (Math.abs(v + 0.1) < 0.04 && Math.abs(u) < 3) ||
          (Math.abs(v + 0.4) < 0.07 && Math.abs(u) < 1.8 && noise(u * 8, 9, 1) > 0.45);
        const c = (edge > 0.86 && edge < 0.91) || text ? ink : ground;
        s.r = c[0];
        s.g = c[1];
        s.b = c[2];
      },
      { rough: 0.75 },
    );
    // the paper goes two thirds of the way round
    o.add(
      { ...sleeve, distance: (x, y, z) => Math.max(sleeve.distance(x, y, z), -z - widest * 0.35) },
      paper,
      { at: [0, (low + high) / 2, 0], part },
    );
  }
  if (cork) {
    const [r, y] = outline[outline.length - 1] as Point2;
    o.add(cylinder(r - thickness - 0.02, 1.2, 0.1), corkLook, { at: [0, y + 0.5, 0], part: o.part('cap') });
  }
}

const corkLook = material(mottled('#c49a66', '#8f6437', 1.6), { rough: 0.9 });

/** A cork lying along local x. */
export function cork(scene: SceneBuilder, placement: Placement): void {
  const shape = cylinder(1.15, 2.1, 0.15);
  scene.object('cork', placement).add(shape, corkLook, { at: [0, 1.15, 0], roll: 90 });
}

/** A stemmed glass; parts: stem (with foot), drink. */
export function wineGlass(scene: SceneBuilder, placement: Placement, drink?: Material, level = 14): void {
  const o = scene.object('glass', placement);
  const bowlLine: Point2[] = smooth(
    [
      [0, 9.4],
      [1.4, 9.7],
      [3, 11],
      [4, 13.4],
      [3.9, 16.4],
      [3.3, 19.6],
    ],
    false,
    8,
  );
  const stem: Point2[] = smooth(
    [
      [0, 0],
      [3.6, 0],
      [3.7, 0.15],
      [2.2, 0.45],
      [0.7, 1.1],
      [0.4, 3],
      [0.4, 7.5],
      [0.7, 9],
      [1.5, 9.9],
    ],
    false,
    8,
  );
  const cup = wall(bowlLine, 0.22, 0.5);
  const outer = bowlLine.filter(([r, y]) => r > 1.5 && y > 9.9);
  o.add(
    lathe([...stem, ...outer.slice(0, -1), ...cup.slice(cup.findIndex(([, y]) => y >= 19.6))]),
    clearGlass,
    {
      part: (
        (id) => (_x: number, y: number) =>
          y < 9.6 ? id : 0
      )(o.part('stem')),
    },
  );
  if (drink) {
    const inner = bowlLine
      .filter(([r, y]) => y > 10.1 && y < level && r > 0.4)
      .map(([r, y]): Point2 => [r - 0.29, y]);
    const last = inner[inner.length - 1] ?? [1, level];
    o.add(
      lathe([[0, 10.0], [(inner[0]?.[0] ?? 1) * 0.8, 10.0], ...inner, [last[0], level], [0, level]]),
      drink,
      { part: o.part('drink') },
    );
  }
}

/** A straight tumbler; part: drink. */
export function tumbler(
  scene: SceneBuilder,
  placement: Placement,
  fill?: readonly [Material, number],
  look: Material = clearGlass,
  radius = 3.6,
  height = 9.5,
): void {
  const o = scene.object('glass', placement);
  const line: Point2[] = smooth(
    [
      [0, 0],
      [radius * 0.8, 0],
      [radius * 0.87, 0.3],
      [radius * 0.93, height * 0.5],
      [radius, height],
    ],
    false,
    8,
  );
  o.add(lathe(wall(line, 0.28, 1.1)), look);
  if (!fill) return;
  const [drink, level] = fill;
  o.add(
    lathe([
      [0, 1.2],
      [radius * 0.78, 1.2],
      [radius * 0.88 - 0.33 + 0.04 * level * 0.25, level],
      [0, level],
    ]),
    drink,
    { part: o.part('drink') },
  );
}

/** A jar with a metal cap, part: cap. What is in it are objects of their own. */
export function jar(scene: SceneBuilder, placement: Placement, cap: Material, radius = 5, height = 13): void {
  const o = scene.object('jar', placement);
  const line: Point2[] = smooth(
    [
      [0, 0],
      [radius * 0.85, 0],
      [radius, 0.6],
      [radius, height * 0.8],
      [radius * 0.78, height * 0.93],
      [radius * 0.76, height],
    ],
    false,
    8,
  );
  o.add(lathe(wall(line, 0.22, 0.5)), clearGlass);
  o.add(cylinder(radius * 0.84, 0.9, 0.25), cap, { at: [0, height + 0.4, 0], part: o.part('cap') });
}
