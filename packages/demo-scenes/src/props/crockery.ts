import { type Material, material } from '../material.ts';
import { lathe, type Point2, smooth, wall } from '../profile.ts';
import type { Placement, SceneBuilder } from '../scene.ts';
import { carve, cylinder, ellipsoid, type Shape, smoothUnion, sphere, tube } from '../sdf.ts';
import { byHeight, speckled } from '../textures.ts';
import { hex } from '../vec3.ts';

/** Glossy ceramic of one colour. */
export const glaze = (color: string, rough = 0.12): Material => material(hex(color), { rough, shine: 0.05 });

/** Stoneware: speckled glaze. */
export const stoneware = (color: string, speck = '#6b5844'): Material =>
  material(speckled(color, speck, 0.35, 0.12), { rough: 0.25, shine: 0.045 });

/** Dipped stoneware: one colour below `y` cm, another above. */
export const dipped = (low: string, high: string, y: number): Material =>
  material(
    byHeight(
      [
        [y - 0.05, low],
        [y + 0.05, high],
      ],
      0.5,
    ),
    { rough: 0.2, shine: 0.045 },
  );

const coffee = material(hex('#2a1508'), { rough: 0.05, shine: 0.04 });
const tea = material(hex('#7c3510'), { rough: 0.05, shine: 0.04 });

export interface MugOptions {
  readonly radius?: number;
  readonly height?: number;
  readonly look: Material;
  readonly drink?: 'coffee' | 'tea' | 'none';
}

/** A mug whose handle points along local +x; parts: handle, drink. */
export function mug(
  scene: SceneBuilder,
  placement: Placement,
  { radius = 4, height = 9, look, drink = 'none' }: MugOptions,
): void {
  const o = scene.object('mug', placement);
  const outer: Point2[] = smooth([
    [0, 0],
    [radius * 0.8, 0],
    [radius * 0.95, 0.4],
    [radius, 1.4],
    [radius, height * 0.6],
    [radius, height],
  ]);
  const cup = lathe(wall(outer, 0.4, 0.6));
  const grip: Shape = tube(
    [
      [radius - 0.2, height * 0.82, 0],
      [radius + 2.0, height * 0.83, 0],
      [radius + 2.9, height * 0.55, 0],
      [radius + 1.8, height * 0.26, 0],
      [radius - 0.2, height * 0.2, 0],
    ],
    0.52,
    14,
  );
  const hole = cylinder(radius - 0.3, height);
  const solid = carve(grip, { ...hole, distance: (x, y, z) => hole.distance(x, y - height * 0.5, z) });
  const handle = o.part('handle');
  const whole = smoothUnion(0.5, cup, solid);
  // the handle begins where the point is outside the cup's own wall
  o.add(whole, look, {
    part: (x, y, z) => (x > 0 && cup.distance(x, y, z) > 0.06 && Math.abs(z) < 1.2 ? handle : 0),
  });
  if (drink !== 'none')
    o.add(cylinder(radius - 0.38, 0.1), drink === 'coffee' ? coffee : tea, {
      at: [0, height * 0.84, 0],
      part: o.part('drink'),
    });
}

/** A tea cup on its saucer: two objects; the cup's parts: handle, drink. */
export function cupAndSaucer(
  scene: SceneBuilder,
  placement: Placement,
  look: Material,
  drink: 'coffee' | 'tea' | 'none' = 'tea',
): void {
  const saucer = scene.object('saucer', placement);
  saucer.add(
    lathe(
      wall(
        smooth([
          [0, 0],
          [3.2, 0],
          [4.2, 0.35],
          [6.2, 1.05],
          [7.4, 1.5],
        ]),
        0.32,
        0.4,
      ),
    ),
    look,
  );
  const [x, y, z] = placement.at ?? [0, 0, 0];
  const o = scene.object('cup', { ...placement, at: [x, y + 0.45, z] });
  const cup = lathe(
    wall(
      smooth([
        [0, 0],
        [1.9, 0],
        [2.2, 0.5],
        [3.3, 1.8],
        [4.1, 3.8],
        [4.5, 5.6],
      ]),
      0.26,
      0.5,
    ),
  );
  const handle = o.part('handle');
  const grip = tube(
    [
      [4.55, 4.75, 0],
      [5.6, 5.2, 0],
      [6.6, 4.2, 0],
      [5.6, 2.8, 0],
      [3.4, 2.2, 0],
    ],
    0.34,
    14,
  );
  const inner = ellipsoid(3.7, 6, 3.7);
  const solid = carve(grip, { ...inner, distance: (a, b, c) => inner.distance(a, b - 5, c) });
  o.add(smoothUnion(0.35, cup, solid), look, {
    part: (a, b, c) => (a > 0 && cup.distance(a, b, c) > 0.05 && Math.abs(c) < 0.8 ? handle : 0),
  });
  if (drink !== 'none')
    o.add(cylinder(3.98, 0.1), drink === 'coffee' ? coffee : tea, { at: [0, 4.4, 0], part: o.part('drink') });
}

/** A plate; part: rim (where `ring` is given its colour is the band's). */
export function plate(
  scene: SceneBuilder,
  placement: Placement,
  radius = 11,
  color = '#f1ede4',
  ring?: string,
): void {
  const o = scene.object('plate', placement);
  const shape = lathe(
    wall(
      smooth([
        [0, 0],
        [radius * 0.55, 0],
        [radius * 0.66, 0.35],
        [radius * 0.86, 1.25],
        [radius, 1.7],
      ]),
      0.42,
      0.5,
    ),
  );
  const [base, band] = [hex(color), hex(ring ?? color)];
  const look = material(
    (s) => {
      const r = Math.hypot(s.x, s.z) / radius;
      const c = (r > 0.93 && r < 0.985) || (r > 0.88 && r < 0.895) ? band : base;
      s.r = c[0];
      s.g = c[1];
      s.b = c[2];
    },
    { rough: 0.13, shine: 0.05 },
  );
  o.add(shape, look);
}

/** An open bowl. */
export function bowl(
  scene: SceneBuilder,
  placement: Placement,
  radius: number,
  height: number,
  look: Material,
): void {
  const outer = smooth([
    [0, 0],
    [radius * 0.42, 0],
    [radius * 0.45, 0.5],
    [radius * 0.75, height * 0.4],
    [radius * 0.94, height * 0.75],
    [radius, height],
  ]);
  scene.object('bowl', placement).add(lathe(wall(outer, 0.5, 0.9)), look);
}

/** A teapot whose spout points along local +x; parts: spout, handle, lid (with its knob). */
export function teapot(scene: SceneBuilder, placement: Placement, look: Material): void {
  const o = scene.object('teapot', placement);
  const [spout, handle, lid] = [o.part('spout'), o.part('handle'), o.part('lid')];
  const body = lathe([
    ...smooth([
      [0, 0],
      [4.2, 0],
      [5.2, 0.7],
      [7.3, 4],
      [7.4, 7],
      [5.6, 10.2],
      [3.9, 11.4],
    ]),
    [0, 11.4],
  ]);
  const nose = tube(
    [
      [6, 3.6, 0],
      [8.8, 4.4, 0],
      [10.4, 7.6, 0],
      [12.4, 10.4, 0],
    ],
    (t) => 1.75 - t * 1.05,
    14,
  );
  const bore = tube(
    [
      [10.8, 8.4, 0],
      [12.4, 10.4, 0],
      [13.2, 11.4, 0],
    ],
    0.42,
    6,
  );
  const grip = tube(
    [
      [-6.1, 9, 0],
      [-9.8, 10.2, 0],
      [-12, 7.4, 0],
      [-10.2, 4, 0],
      [-6.8, 3.2, 0],
    ],
    0.62,
    16,
  );
  const whole = smoothUnion(0.7, body, carve(nose, bore), grip);
  o.add(whole, look, {
    part: (x, y, z) => (body.distance(x, y, z) < 0.08 ? 0 : x > 0 ? spout : handle),
  });
  o.add(
    lathe([
      ...smooth([
        [0, 11.3],
        [3.9, 11.3],
        [4.1, 11.7],
        [3.2, 12.6],
        [1.2, 13.3],
      ]),
      [0, 13.3],
    ]),
    look,
    { part: lid },
  );
  o.add(
    smoothUnion(
      0.5,
      {
        ...sphere(1),
        distance: (x, y, z) => Math.hypot(x, y - 14.1, z) - 0.95,
        low: [-1, 13, -1],
        high: [1, 15.1, 1],
      },
      tube(
        [
          [0, 12.8, 0],
          [0, 13.6, 0],
        ],
        0.55,
        2,
      ),
    ),
    look,
    { part: lid },
  );
}

/** An egg in an egg cup: two objects. */
export function eggInCup(scene: SceneBuilder, placement: Placement, look: Material): void {
  scene.object('egg cup', placement).add(
    lathe(
      wall(
        smooth([
          [0, 0],
          [2.1, 0],
          [1.9, 0.4],
          [0.95, 1.3],
          [1.1, 2],
          [2.2, 3],
          [2.5, 4.4],
        ]),
        0.28,
        2.0,
      ),
    ),
    look,
  );
  const [x, y, z] = placement.at ?? [0, 0, 0];
  scene.object('egg', { at: [x, y + 4.7, z] }).add(
    lathe([
      ...smooth([
        [0, -2.6],
        [1.2, -2.3],
        [2.1, -0.9],
        [2.15, 0.2],
        [1.6, 1.9],
        [0.7, 2.85],
        [0, 3.05],
      ]),
    ]),
    material(speckled('#d9a679', '#b98455', 0.16, 0.2), { rough: 0.42 }),
  );
}

/** A spoon lying along local x, bowl at -x; parts: head, handle. */
export function spoon(scene: SceneBuilder, placement: Placement, look: Material = steel): void {
  const o = scene.object('spoon', placement);
  const head = o.part('head');
  const handle = o.part('handle');
  const outer = ellipsoid(3.1, 1.1, 2);
  const scoop = ellipsoid(2.9, 0.95, 1.82);
  const dish = carve(
    {
      ...outer,
      distance: (x, y, z) => outer.distance(x + 6, y - 1.1, z),
      low: [-9.2, 0, -2.1],
      high: [-2.8, 1.1, 2.1],
    },
    { ...scoop, distance: (x, y, z) => scoop.distance(x + 6, y - 1.16, z) },
  );
  const cutOff: Shape = { ...dish, distance: (x, y, z) => Math.max(dish.distance(x, y, z), y - 1.05) };
  const grip = tube(
    [
      [-3.2, 0.95, 0],
      [0, 1.3, 0],
      [5, 0.9, 0],
      [9.5, 0.45, 0],
    ],
    (t) => 0.3 + 0.28 * t * t,
    10,
  );
  o.add(smoothUnion(0.5, cutOff, grip), look, { part: (x) => (x < -2.9 ? head : handle) });
}

/** Polished steel. */
export const steel: Material = material(hex('#c9ccd0'), { rough: 0.2, metal: 1 });

/** Brushed or cast iron-grey metal. */
export const iron: Material = material(hex('#85898f'), { rough: 0.32, metal: 1 });

/** Brass or gold. */
export const brass: Material = material(hex('#d0a548'), { rough: 0.22, metal: 1 });
