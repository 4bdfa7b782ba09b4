import { type Material, material } from '../material.ts';
import { fractal, noise } from '../noise.ts';
import { lathe, type Point2, smooth } from '../profile.ts';
import type { Placement, SceneBuilder } from '../scene.ts';
import {
  custom,
  cylinder,
  dent,
  ellipsoid,
  intersection,
  lay,
  move,
  prism,
  smoothUnion,
  sphere,
  stick,
  torus,
  tube,
} from '../sdf.ts';
import { grainy, speckled } from '../textures.ts';
import { hex, mix, type Vec3 } from '../vec3.ts';

const dough = material(
  (s) => {
    const c = mix(
      hex('#c98a45'),
      hex('#e0b678'),
      fractal(s.x * 0.5, s.y * 0.9, s.z * 0.5, 3) * 0.6 + (Math.abs(s.y) < 0.35 ? 0.45 : 0),
    );
    s.r = c[0];
    s.g = c[1];
    s.b = c[2];
  },
  { rough: 0.7, bump: grainy(3, 0.06) },
);

/** An iced doughnut lying; parts: dough, icing (sprinkles belong to it). */
export function doughnut(
  scene: SceneBuilder,
  placement: Placement,
  icing: string,
  sprinkles: readonly string[] = [],
  radius = 3.4,
): void {
  const o = scene.object('doughnut', placement);
  const tubeRadius = 1.85;
  o.add(torus(radius, tubeRadius), dough, { at: [0, tubeRadius * 0.92, 0], part: o.part('dough') });
  const top = o.part('icing');
  const wave = scene.random.between(0, 6);
  const coat = torus(radius, tubeRadius + 0.17);
  const drip = custom(
    (x, y, z) => {
      const angle = Math.atan2(z, x);
      const edge = 0.05 + 0.32 * Math.sin(angle * 5 + wave) + 0.18 * Math.sin(angle * 9 + wave * 2);
      return (edge - y) * 0.7;
    },
    coat.low,
    coat.high,
  );
  const [a, b] = [coat.distance, drip.distance];
  const k = 0.3;
  o.add(
    {
      ...coat,
      low: [coat.low[0], -1, coat.low[2]],
      distance: (x, y, z) => {
        const [p, q] = [a(x, y, z), b(x, y, z)];
        const h = Math.max(k - Math.abs(p - q), 0);
        return Math.max(p, q) + (h * h) / (4 * k);
      },
    },
    material(hex(icing), { rough: 0.16, shine: 0.05 }),
    { at: [0, tubeRadius * 0.92, 0], part: top },
  );
  const bit = lay(stick([0, -0.36, 0], [0, 0.36, 0], 0.13), 'x');
  if (sprinkles.length === 0) return;
  for (let i = 0; i < 46; i++) {
    const angle = scene.random.between(0, 2 * Math.PI);
    const lift = scene.random.between(0.4, Math.PI - 0.4);
    const r = radius + Math.cos(lift) * (tubeRadius + 0.2);
    o.add(bit, material(hex(scene.random.pick(sprinkles)), { rough: 0.35 }), {
      at: [Math.cos(angle) * r, tubeRadius * 0.92 + Math.sin(lift) * (tubeRadius + 0.2), Math.sin(angle) * r],
      yaw: scene.random.between(0, 180),
      roll: Math.cos(lift) * 40,
      part: top,
    });
  }
}

/** A macaron lying; part: filling. */
export function macaron(
  scene: SceneBuilder,
  placement: Placement,
  color: string,
  filling: string,
  radius = 2.5,
): void {
  const o = scene.object('macaron', placement);
  const shell = lathe([
    ...smooth(
      [
        [0, 0],
        [radius * 0.93, 0],
        [radius, 0.35],
        [radius * 0.96, 0.75],
        [radius * 0.72, 1.35],
        [0, 1.6],
      ],
      false,
      8,
    ),
  ]);
  const look = material(hex(color), {
    rough: 0.55,
    bump: {
      height: (x, y, z) => (Math.abs(y) < 0.5 ? 0.16 : 0.015) * noise(x * 4, y * 5, z * 4),
      step: 0.05,
    },
  });
  o.add(shell, look, { at: [0, 2.1, 0] });
  o.add(shell, look, { at: [0, 1.6, 0], roll: 180 });
  o.add(cylinder(radius * 0.9, 0.42, 0.2), material(hex(filling), { rough: 0.5 }), {
    at: [0, 1.85, 0],
    part: o.part('filling'),
  });
}

/** A cupcake; parts: wrapper, cream, cherry. */
export function cupcake(scene: SceneBuilder, placement: Placement, cream: string, wrapper: string): void {
  const o = scene.object('cupcake', placement);
  const cup = lathe([
    [0, 0],
    [2.6, 0],
    [3.8, 4.4],
    [0, 4.4],
  ]);
  const pleats = {
    ...cup,
    low: [-4, 0, -4] as Vec3,
    high: [4, 4.4, 4] as Vec3,
    distance: (x: number, y: number, z: number) =>
      (cup.distance(x, y, z) - 0.09 * Math.sin(30 * Math.atan2(z, x))) * 0.72,
  };
  o.add(pleats, material(hex(wrapper), { rough: 0.6 }), { part: o.part('wrapper') });
  o.add(ellipsoid(3.9, 1.3, 3.9), dough, { at: [0, 4.5, 0] });
  const swirl = o.part('cream');
  const look = material(hex(cream), { rough: 0.45, translucent: 0.1 });
  const coil: Vec3[] = Array.from({ length: 27 }, (_, i) => {
    const t = i / 26;
    const angle = t * 3.1 * 2 * Math.PI;
    const r = 2.75 * (1 - t) ** 0.8;
    return [Math.cos(angle) * r, 5.6 + t * 4.6, Math.sin(angle) * r];
  });
  o.add(
    smoothUnion(
      0.5,
      tube(coil, (t) => 1.25 - 0.75 * t, 40),
      stick([0, 5, 0], [0, 8.6, 0], 1.8, 0.5),
    ),
    look,
    { part: swirl },
  );
  o.add(sphere(1.05), material(hex('#a80f1c'), { rough: 0.1, shine: 0.055 }), {
    at: [0, 10.7, 0],
    part: o.part('cherry'),
  });
  o.add(
    tube(
      [
        [0, 11.5, 0],
        [0.2, 12.6, 0],
        [0.9, 13.7, 0.2],
      ],
      0.09,
      5,
    ),
    material(hex('#5a7a2c')),
    { part: o.part('stem') },
  );
}

/** A spiral lollipop lying flat, stick along +z; parts: candy, stick. */
export function lollipop(
  scene: SceneBuilder,
  placement: Placement,
  colors: readonly [string, string],
  radius = 3.6,
): void {
  const o = scene.object('lollipop', placement);
  const [a, b] = [hex(colors[0]), hex(colors[1])];
  const disc = dent(
    ellipsoid(radius, 0.75, radius),
    (x, y, z) =>
      0.09 *
      Math.cos(2 * Math.PI * (Math.hypot(x, z) / 1.1 - Math.atan2(z, x) / (2 * Math.PI))) *
      (y > 0 ? 1 : 0.2),
    0.09,
    0.5,
  );
  o.add(
    disc,
    material(
      (s) => {
        const turn = Math.hypot(s.x, s.z) / 1.1 - Math.atan2(s.z, s.x) / (2 * Math.PI);
        const c = turn - Math.floor(turn) < 0.5 ? a : b;
        s.r = c[0];
        s.g = c[1];
        s.b = c[2];
      },
      { rough: 0.12, shine: 0.05 },
    ),
    { at: [0, 0.8, 0], part: o.part('candy') },
  );
  o.add(stick([0, 0.6, radius * 0.7], [0, 0.4, radius + 9], 0.28), material(hex('#f3efe6'), { rough: 0.6 }), {
    part: o.part('stick'),
  });
}

/** A boiled sweet in a twisted wrapper lying along local x; parts: candy, wrapper (both ends). */
export function wrappedSweet(
  scene: SceneBuilder,
  placement: Placement,
  color: string,
  stripe = '#f6f0e6',
): void {
  const o = scene.object('sweet', placement);
  const [a, b] = [hex(color), hex(stripe)];
  const look = material(
    (s) => {
      const u = s.x * 1.1 + Math.atan2(s.z, s.y) / Math.PI;
      const c = u - Math.floor(u) < 0.45 ? b : a;
      s.r = c[0];
      s.g = c[1];
      s.b = c[2];
    },
    { rough: 0.16, shine: 0.06, bump: grainy(3, 0.06) },
  );
  o.add(ellipsoid(1.7, 1.15, 1.3), look, { at: [0, 1.1, 0], part: o.part('candy') });
  const line: Point2[] = [
    [0, 1.35],
    [0.25, 1.35],
    [0.3, 1.7],
    [1.25, 3.1],
    [1.05, 3.1],
    [0.15, 1.9],
    [0, 1.9],
  ];
  const cone = lathe(line);
  const frill = {
    ...cone,
    low: [-1.4, 1.35, -0.8] as Vec3,
    high: [1.4, 3.2, 0.8] as Vec3,
    distance: (x: number, y: number, z: number) =>
      (cone.distance(x, y, z * 1.9) -
        0.1 * Math.sin(9 * Math.atan2(z * 1.9, x)) * Math.max(Math.min(y - 1.6, 1), 0)) *
      0.38,
  };
  const ends = o.part('wrapper');
  o.add(frill, look, { at: [0, 1.1, 0], roll: -90, pitch: 0, part: ends });
  o.add(frill, look, { at: [0, 1.1, 0], roll: 90, part: ends });
}

/** A plain round or sugared sweet. */
export function drop(scene: SceneBuilder, placement: Placement, color: string, radius = 0.95): void {
  scene
    .object('sweet', placement)
    .add(ellipsoid(radius, radius * 0.62, radius), material(hex(color), { rough: 0.2, shine: 0.05 }), {
      at: [0, radius * 0.62, 0],
    });
}

/** A square piece of dark chocolate. */
export function chocolate(scene: SceneBuilder, placement: Placement, color = '#3c1d10'): void {
  const body = custom(
    (x, y, z) => (Math.max(Math.abs(x), Math.abs(z)) + 0.45 * y - 1.6) * 0.8 - 0.12,
    [-1.9, 0, -1.9],
    [1.9, 1.3, 1.9],
  );
  const look: Material = material(hex(color), { rough: 0.28, shine: 0.045 });
  scene.object('sweet', placement).add(
    intersection(
      body,
      custom((_x, y) => Math.max(y - 1.2, -y), [-2, 0, -2], [2, 1.25, 2]),
    ),
    look,
  );
}

/** A striped straw of candy standing or lying along local y. */
export function candyCane(scene: SceneBuilder, placement: Placement, color = '#c8202a'): void {
  const [a, b] = [hex(color), hex('#f7f3ea')];
  scene.object('sweet', placement).add(
    tube(
      [
        [0, 0, 0],
        [0, 8, 0],
        [0.8, 10.6, 0],
        [2.6, 11.4, 0],
        [4.2, 10.2, 0],
        [4.5, 8.6, 0],
      ],
      0.55,
      16,
    ),
    material(
      (s) => {
        const u = (s.y + s.x * 0.8) * 0.55 + Math.atan2(s.z, s.x - (s.y > 8.5 ? 2.2 : 0)) / (2 * Math.PI);
        const c = u - Math.floor(u) < 0.5 ? a : b;
        s.r = c[0];
        s.g = c[1];
        s.b = c[2];
      },
      { rough: 0.15, shine: 0.05 },
    ),
  );
}

/** A hexagonal piece of nougat, standing on a flat. */
export function nougat(scene: SceneBuilder, placement: Placement): void {
  scene
    .object('sweet', placement)
    .add(
      move(prism(6, 1.5, 0.7, 0.2), [0, 0.7, 0]),
      material(speckled('#efe2c8', '#a8713e', 0.5, 0.3), { rough: 0.6 }),
    );
}
