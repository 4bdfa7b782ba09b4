import { type Material, material } from '../material.ts';
import { lathe, smooth } from '../profile.ts';
import type { Placement, SceneBuilder } from '../scene.ts';
import { box, cylinder, lay, move, smoothUnion, sphere, stick, torus, union } from '../sdf.ts';
import { grainy, wood } from '../textures.ts';
import { hex } from '../vec3.ts';

/** Painted wood. */
export const painted = (color: string): Material =>
  material(hex(color), { rough: 0.28, shine: 0.045, bump: grainy(1.5, 0.02) });

const beech = material(wood('#e3bd86', '#c08f54', 0, 1.6), { rough: 0.45 });

/** Strokes of a few letters on a 2 x 2 field, as rectangles (x0, y0, x1, y1). */
const LETTERS = {
  A: [
    [-0.8, -1, -0.45, 1],
    [0.45, -1, 0.8, 1],
    [-0.8, 0.65, 0.8, 1],
    [-0.8, -0.15, 0.8, 0.2],
  ],
  E: [
    [-0.7, -1, -0.35, 1],
    [-0.7, 0.65, 0.7, 1],
    [-0.7, -0.17, 0.5, 0.17],
    [-0.7, -1, 0.7, -0.65],
  ],
  L: [
    [-0.7, -1, -0.35, 1],
    [-0.7, -1, 0.7, -0.65],
  ],
  H: [
    [-0.8, -1, -0.45, 1],
    [0.45, -1, 0.8, 1],
    [-0.8, -0.17, 0.8, 0.17],
  ],
  T: [
    [-0.8, 0.65, 0.8, 1],
    [-0.18, -1, 0.18, 1],
  ],
} as const;

/** A cube of `size` cm, standing, with a raised letter on its front (+z) if given. */
export function block(
  scene: SceneBuilder,
  placement: Placement,
  color: string,
  letter?: keyof typeof LETTERS,
  size = 4.6,
): void {
  const o = scene.object('toy block', placement);
  const h = size / 2;
  o.add(box(h, h, h, 0.3), letter ? beech : painted(color), { at: [0, h, 0] });
  if (!letter) return;
  const k = h * 0.62;
  const strokes = LETTERS[letter].map(([x0, y0, x1, y1]) =>
    move(box(((x1 - x0) / 2) * k, ((y1 - y0) / 2) * k, 0.12, 0.06), [
      ((x0 + x1) / 2) * k,
      ((y0 + y1) / 2) * k,
      0,
    ]),
  );
  o.add(union(...strokes), painted(color), { at: [0, h, h], part: o.part('letter') });
}

/** A wooden half-round arch, `color` painted, 9 cm wide. */
export function arch(scene: SceneBuilder, placement: Placement, color: string): void {
  const body = box(4.6, 2.3, 2.2, 0.25);
  const hole = lay(cylinder(2.6, 4), 'z');
  scene
    .object('toy block', placement)
    .add(
      { ...body, distance: (x, y, z) => Math.max(body.distance(x, y, z), -hole.distance(x, y + 2.3, z)) },
      painted(color),
      { at: [0, 2.3, 0] },
    );
}

/** A cylinder standing, painted. */
export function column(scene: SceneBuilder, placement: Placement, color: string): void {
  scene.object('toy block', placement).add(cylinder(2.2, 3.4, 0.25), painted(color), { at: [0, 3.4, 0] });
}

/** A wedge roof lying on its long side along x, painted. */
export function roof(scene: SceneBuilder, placement: Placement, color: string): void {
  const slope = Math.SQRT1_2;
  const shape = {
    ...box(4.6, 2.3, 2.2),
    distance: (x: number, y: number, z: number) =>
      Math.max((Math.abs(x) + y - 2.3) * slope, -y - 2.1, Math.abs(z) - 2.0) - 0.2,
  };
  scene.object('toy block', placement).add(shape, painted(color), { at: [0, 2.3, 0] });
}

/** A ball with two bands of colour. */
export function ball(
  scene: SceneBuilder,
  placement: Placement,
  radius: number,
  colors: readonly [string, string, string],
): void {
  const [a, b, c] = [hex(colors[0]), hex(colors[1]), hex(colors[2])];
  scene.object('ball', placement).add(
    sphere(radius),
    material(
      (s) => {
        const y = s.y / radius;
        const shade = Math.abs(y) < 0.2 ? b : Math.abs(y) < 0.3 ? c : a;
        s.r = shade[0];
        s.g = shade[1];
        s.b = shade[2];
      },
      { rough: 0.2, shine: 0.045 },
    ),
  );
}

/** A wooden engine with one waggon, heading for -x; parts: boiler, cabin, chimney, waggon, wheels. */
export function train(scene: SceneBuilder, placement: Placement): void {
  const o = scene.object('toy train', placement);
  const [red, blue, yellow, dark] = [
    painted('#c22a20'),
    painted('#2560a8'),
    painted('#eab524'),
    painted('#2e2b2a'),
  ];
  o.add(box(8, 0.7, 3, 0.25), beech, { at: [0, 2.6, 0] });
  o.add(lay(cylinder(2.4, 4.4, 0.35), 'x'), red, { at: [-2.6, 5.4, 0], part: o.part('boiler') });
  const cabin = o.part('cabin');
  const house = box(2.6, 3.6, 2.8, 0.25);
  const opening = box(1.4, 1.3, 4, 0.2);
  o.add(
    { ...house, distance: (x, y, z) => Math.max(house.distance(x, y, z), -opening.distance(x, y - 1.2, z)) },
    blue,
    { at: [4.6, 6.8, 0], part: cabin },
  );
  o.add(box(3.4, 0.4, 3.4, 0.25), yellow, { at: [4.6, 10.7, 0], part: cabin });
  o.add(
    lathe([
      ...smooth([
        [0, 0],
        [0.9, 0],
        [0.9, 1.6],
        [1.5, 3.2],
        [1.5, 3.7],
      ]),
      [0, 3.7],
    ]),
    dark,
    { at: [-4.6, 7.4, 0], part: o.part('chimney') },
  );
  const waggon = o.part('waggon');
  o.add(box(5.4, 0.7, 3, 0.25), beech, { at: [16, 2.6, 0], part: waggon });
  o.add(box(5, 1.9, 2.8, 0.25), painted('#3e8a3a'), { at: [16, 5.1, 0], part: waggon });
  o.add(stick([7.5, 2.6, 0], [11, 2.6, 0], 0.3), dark);
  for (const x of [-5.4, -0.4, 5, 12.8, 19.2]) {
    for (const z of [-3.2, 3.2]) {
      const wheel = o.part('wheel');
      o.add(lay(cylinder(2, 0.55, 0.2), 'z'), yellow, { at: [x, 2, z], part: wheel });
      o.add(lay(cylinder(0.6, 0.75, 0.15), 'z'), red, { at: [x, 2, z], part: wheel });
    }
  }
}

/** Rings on a peg, largest below; parts: each ring, the peg. */
export function ringTower(scene: SceneBuilder, placement: Placement, colors: readonly string[]): void {
  const o = scene.object('ring tower', placement);
  o.add(cylinder(5, 0.7, 0.3), beech, { at: [0, 0.7, 0] });
  let y = 1.4;
  colors.forEach((color, i) => {
    const tube = 1.55 - i * 0.1;
    o.add(torus(4.2 - i * 0.52 - tube * 0.35, tube), painted(color), {
      at: [0, y + tube, 0],
      part: o.part('ring'),
    });
    y += tube * 1.95;
  });
  o.add(
    smoothUnion(0.6, stick([0, 1, 0], [0, y, 0], 0.8), {
      ...sphere(1.5),
      distance: (a, b, c) => Math.hypot(a, b - y - 1, c) - 1.5,
      low: [-1.5, y - 0.5, -1.5],
      high: [1.5, y + 2.5, 1.5],
    }),
    painted('#c22a20'),
    { part: o.part('peg') },
  );
}
