import { material } from '../material.ts';
import { fractal, noise } from '../noise.ts';
import { extrude, lathe, type Point2, smooth } from '../profile.ts';
import type { Placement, SceneBuilder } from '../scene.ts';
import { custom, dent, ellipsoid, type Shape, smoothUnion, sphere, stick, tube } from '../sdf.ts';
import { grainy, ramp } from '../textures.ts';
import { hex, mix, type Vec3 } from '../vec3.ts';

/** A leaf along +z from the origin, flat in xz; `bend` is the curl upwards in 1/cm, `fold` the V of its halves. */
export function leaf(length: number, width: number, bend = 0, fold = 0.2, thickness = 0.07): Shape {
  const w = width / 2;
  const outline: Point2[] = smooth(
    [
      [0, 0],
      [w * 0.72, length * 0.22],
      [w, length * 0.45],
      [w * 0.62, length * 0.78],
      [0, length],
      [-w * 0.62, length * 0.78],
      [-w, length * 0.45],
      [-w * 0.72, length * 0.22],
    ],
    true,
    6,
  );
  return bentSlab(extrude(outline, thickness, thickness * 0.6), length, w, bend, fold);
}

/** A flat shape along +z, curled up by `bend` and folded along its middle. */
export function bentSlab(flat: Shape, length: number, halfWidth: number, bend: number, fold: number): Shape {
  const slack = 1 / Math.sqrt(1 + (2 * Math.abs(bend) * length + fold) ** 2);
  const rise = bend * length * length;
  return custom(
    (x, y, z) => flat.distance(x, y - bend * z * z - fold * Math.abs(x), z) * slack,
    [-halfWidth - 0.1, Math.min(0, rise) - 0.15, -0.1],
    [halfWidth + 0.1, Math.max(0, rise) + fold * halfWidth + 0.15, length + 0.1],
  );
}

const leafLook = material(
  (s) => {
    const vein = Math.max(1 - Math.abs(s.x) * 9, 0);
    const c = mix(hex('#3f7a2a'), hex('#86b04e'), 0.4 * noise(s.x * 2, s.y, s.z * 2) + 0.5 * vein);
    s.r = c[0];
    s.g = c[1];
    s.b = c[2];
  },
  { rough: 0.4, translucent: 0.4 },
);

const bark = material(hex('#4b3320'), { rough: 0.8 });

const APPLES = {
  red: ['#b3121d', '#d9a441'],
  green: ['#8fb339', '#c9c95b'],
  pink: ['#c8303a', '#e2c25f'],
} as const;

/** An apple standing at its placement, with stem and, if asked, a leaf. */
export function apple(
  scene: SceneBuilder,
  placement: Placement,
  kind: keyof typeof APPLES = 'red',
  radius = 4,
  withLeaf = false,
): void {
  const r = radius;
  const outline = smooth([
    [0, -0.66 * r],
    [0.22 * r, -0.8 * r],
    [0.5 * r, -0.82 * r],
    [0.85 * r, -0.42 * r],
    [1.0 * r, 0.12 * r],
    [0.86 * r, 0.62 * r],
    [0.5 * r, 0.86 * r],
    [0.2 * r, 0.74 * r],
    [0, 0.5 * r],
  ]);
  const [skin, blush] = APPLES[kind].map(hex) as [Vec3, Vec3];
  const body = material(
    (s) => {
      const angle = Math.atan2(s.z, s.x);
      const streak = noise(Math.cos(angle) * 9, s.y * 0.25, Math.sin(angle) * 9);
      const t =
        0.9 * ramp(0.45, 0.9, fractal(s.x * 0.22 + 3, s.y * 0.22, s.z * 0.22, 2) + 0.35 * streak - 0.1) +
        0.55 * ramp(0.35 * r, 0.8 * r, s.y) * ramp(0.9 * r, 0.1 * r, Math.hypot(s.x, s.z));
      const dot = noise(s.x * 4.5, s.y * 4.5, s.z * 4.5) > 0.86 ? 0.25 : 0;
      const c = mix(skin, blush, Math.min(t + dot, 0.85));
      s.r = c[0];
      s.g = c[1];
      s.b = c[2];
    },
    { rough: 0.24, shine: 0.045 },
  );
  const o = scene.object('apple', placement);
  const lift = 0.82 * r;
  o.add(lathe(outline), body, { at: [0, lift, 0] });
  o.add(
    tube(
      [
        [0, 0.45 * r, 0],
        [0.05 * r, 0.8 * r, 0.02 * r],
        [0.2 * r, 1.12 * r, 0.05 * r],
      ],
      (t) => 0.13 + 0.09 * t * t,
      6,
    ),
    bark,
    {
      at: [0, lift, 0],
      part: o.part('stem'),
    },
  );
  if (withLeaf)
    o.add(leaf(r * 1.15, r * 0.6, 0.05), leafLook, {
      at: [0.1 * r, 1.75 * r, 0],
      yaw: 70,
      pitch: -18,
      roll: 10,
      part: o.part('leaf'),
    });
}

/** A pear standing at its placement, with stem. */
export function pear(scene: SceneBuilder, placement: Placement, radius = 3.7): void {
  const r = radius;
  const outline = smooth([
    [0, -0.85 * r],
    [0.4 * r, -0.92 * r],
    [0.82 * r, -0.6 * r],
    [1.0 * r, 0],
    [0.82 * r, 0.6 * r],
    [0.5 * r, 1.15 * r],
    [0.36 * r, 1.6 * r],
    [0.2 * r, 1.82 * r],
    [0, 1.8 * r],
  ]);
  const o = scene.object('pear', placement);
  const body = material(
    (s) => {
      const speck = noise(s.x * 6, s.y * 6, s.z * 6) > 0.8 ? 0.35 : 0;
      const c = mix(
        hex('#b9b43c'),
        hex('#a8702c'),
        ramp(0.45, 0.75, fractal(s.x * 0.3, s.y * 0.3, s.z * 0.3, 3)) * 0.6 + speck,
      );
      s.r = c[0];
      s.g = c[1];
      s.b = c[2];
    },
    { rough: 0.36 },
  );
  o.add(lathe(outline), body, { at: [0, 0.9 * r, 0] });
  o.add(
    tube(
      [
        [0, 1.7 * r, 0],
        [0.05 * r, 2.0 * r, 0],
        [0.2 * r, 2.3 * r, 0.05 * r],
      ],
      (t) => 0.16 + 0.06 * t,
      5,
    ),
    bark,
    {
      at: [0, 0.9 * r, 0],
      part: o.part('stem'),
    },
  );
}

/** An orange, or with other colours a similar round fruit. */
export function orange(scene: SceneBuilder, placement: Placement, radius = 3.8): void {
  const o = scene.object('orange', placement);
  o.add(
    ellipsoid(radius, radius * 0.95, radius),
    material(
      (s) => {
        const c = mix(hex('#e8791a'), hex('#f2a02e'), fractal(s.x * 0.4, s.y * 0.4, s.z * 0.4, 2));
        s.r = c[0];
        s.g = c[1];
        s.b = c[2];
      },
      { rough: 0.38, shine: 0.045, bump: grainy(4.2, 0.07) },
    ),
    { at: [0, radius * 0.95, 0] },
  );
  o.add(ellipsoid(0.42, 0.2, 0.42), material(hex('#6d7a35'), { rough: 0.8 }), {
    at: [0, radius * 1.89, 0],
    part: o.part('stem'),
  });
}

/** A lemon lying along its local x. */
export function lemon(scene: SceneBuilder, placement: Placement, size = 1): void {
  const o = scene.object('lemon', placement);
  const shape = smoothUnion(
    1.4 * size,
    ellipsoid(3.6 * size, 2.7 * size, 2.7 * size),
    stick([-4.2 * size, 0, 0], [4.3 * size, 0, 0], 0.55 * size),
  );
  o.add(shape, material(hex('#f2cf1f'), { rough: 0.34, bump: grainy(3.4, 0.08) }), {
    at: [0, 2.7 * size, 0],
  });
}

/** Half a lemon, the cut up (turn it with the placement); parts: peel, body. */
export function lemonHalf(scene: SceneBuilder, placement: Placement, radius = 2.8): void {
  const o = scene.object('lemon', placement);
  const outline = smooth([
    [0, -1.25 * radius],
    [0.25 * radius, -1.15 * radius],
    [0.75 * radius, -0.75 * radius],
    [radius, -0.02],
  ]);
  const peel = o.part('peel');
  const body = o.part('body');
  const isCut = (x: number, y: number, z: number) => y > -0.06 && Math.hypot(x, z) < radius * 0.93;
  o.add(
    lathe([...outline, [radius * 0.985, 0], [0, 0]]),
    material(
      (s) => {
        const r = Math.hypot(s.x, s.z) / radius;
        let c = hex('#f0c81c');
        if (s.y > -0.06) {
          const angle = (Math.atan2(s.z, s.x) / (2 * Math.PI)) * 9;
          const nearWall = Math.abs(angle - Math.round(angle)) * r;
          const pulp = mix(hex('#f3d75a'), hex('#e9bf35'), noise(s.x * 5, 0, s.z * 5));
          c = r > 0.93 ? hex('#f0c81c') : r > 0.84 || r < 0.08 || nearWall < 0.035 ? hex('#f7efce') : pulp;
          s.rough = 0.2;
        }
        s.r = c[0];
        s.g = c[1];
        s.b = c[2];
      },
      { rough: 0.35, bump: grainy(3.2, 0.05) },
    ),
    { part: (x, y, z) => (isCut(x, y, z) ? body : peel) },
  );
}

/** Bananas joined at the stalk, lying; `count` of them fanned out. */
export function bananas(scene: SceneBuilder, placement: Placement, count = 3): void {
  const o = scene.object('banana', placement);
  const points: Vec3[] = [
    [-9.2, 4.3, 0],
    [-7.6, 2.7, 0],
    [-4, 0.7, 0],
    [0, 0, 0],
    [4.2, 0.9, 0],
    [7.4, 3, 0],
    [8.4, 4.1, 0],
  ];
  const radius = (t: number) =>
    t < 0.16 ? 0.55 + t * 1.2 : t > 0.9 ? 0.35 + (1 - t) * 9 : Math.min(0.75 + (t - 0.16) * 11, 1.65);
  const shape = tube(points, (t) => Math.max(Math.min(radius(t), 1.65), 0.38), 16);
  const skin = material(
    (s) => {
      const end = Math.max(ramp(-8.1, -9.2, s.x), ramp(7.7, 8.4, s.x));
      const green = ramp(-5, -8.5, s.x) * 0.5;
      const spot = ramp(0.7, 0.78, fractal(s.x * 0.9, s.y * 1.6, s.z * 1.6, 3));
      let c = mix(hex('#f0c42d'), hex('#a7ae3a'), green);
      c = mix(c, hex('#5a3a1a'), Math.max(end, spot * 0.65));
      s.r = c[0];
      s.g = c[1];
      s.b = c[2];
    },
    { rough: 0.42 },
  );
  for (let i = 0; i < count; i++) {
    o.add(shape, skin, {
      at: [0, 1.65, (i - (count - 1) / 2) * 2.9],
      yaw: (i - (count - 1) / 2) * 9,
      roll: 0,
      pitch: (i - (count - 1) / 2) * 14,
    });
  }
}

/** A heap of grapes, each a part; the bunch lies along local x. */
export function grapes(scene: SceneBuilder, placement: Placement, count = 34, color = '#5b2145'): void {
  const o = scene.object('grape', placement);
  const base = hex(color);
  const look = material(
    (s) => {
      const bloom = 0.35 * ramp(0.3, 0.8, fractal(s.x * 0.8 + 4, s.y * 0.8, s.z * 0.8, 2));
      const c = mix(base, hex('#9c8aa6'), bloom);
      s.r = c[0];
      s.g = c[1];
      s.b = c[2];
    },
    { rough: 0.26, translucent: 0.2 },
  );
  const spots: Vec3[] = [];
  for (let tries = 0; spots.length < count && tries < 4000; tries++) {
    const x = scene.random.between(-7.5, 6);
    const reach = 3.9 * Math.sqrt(Math.max(1 - ((x + 2.2) / 8.6) ** 2, 0.02));
    const spot: Vec3 = [x, scene.random.between(1, 1 + reach * 0.95), scene.random.around(reach)];
    if (Math.hypot((spot[1] - 1) / 0.95, spot[2]) > reach) continue;
    if (spots.every((p) => Math.hypot(p[0] - spot[0], p[1] - spot[1], p[2] - spot[2]) > 1.75))
      spots.push(spot);
  }
  for (const spot of spots) o.add(sphere(scene.random.between(0.98, 1.12)), look, { at: spot });
  o.add(
    tube(
      [
        [-6, 2.2, 0],
        [2, 2.6, 0.3],
        [7.5, 2.2, 0.5],
        [9, 3, 1],
      ],
      0.22,
      8,
    ),
    bark,
    { part: o.part('stem') },
  );
}

/** A tomato with its green star. */
export function tomato(scene: SceneBuilder, placement: Placement, radius = 3.2): void {
  const r = radius;
  const o = scene.object('tomato', placement);
  const body = dent(
    lathe(
      smooth([
        [0, -0.8 * r],
        [0.5 * r, -0.76 * r],
        [0.95 * r, -0.25 * r],
        [0.98 * r, 0.2 * r],
        [0.65 * r, 0.68 * r],
        [0.25 * r, 0.7 * r],
        [0, 0.58 * r],
      ]),
    ),
    (x, y, z) => 0.05 * r * (0.5 + 0.5 * Math.cos(5 * Math.atan2(z, x))) * ramp(-0.2 * r, 0.7 * r, y),
    0.05 * r,
    0.3,
  );
  o.add(body, material(hex('#c4180e'), { rough: 0.14, shine: 0.05 }), { at: [0, 0.8 * r, 0] });
  const star = o.part('stem');
  const sepal = leaf(r * 0.75, r * 0.24, -0.05, 0.2, 0.07);
  const look = material(hex('#3e6b22'), { rough: 0.6 });
  for (let i = 0; i < 5; i++)
    o.add(sepal, look, { at: [0, 1.5 * r, 0], yaw: i * 72 + 10, pitch: -3, part: star });
  o.add(stick([0, 1.38 * r, 0], [0.12 * r, 1.9 * r, 0], 0.17), look, { part: star });
}

/** A bell pepper with its stalk. */
export function bellPepper(scene: SceneBuilder, placement: Placement, color = '#d8a010', radius = 3.8): void {
  const r = radius;
  const o = scene.object('bell pepper', placement);
  const body = dent(
    lathe(
      smooth([
        [0, -1.0 * r],
        [0.35 * r, -1.1 * r],
        [0.72 * r, -0.85 * r],
        [0.86 * r, -0.2 * r],
        [1.02 * r, 0.5 * r],
        [0.85 * r, 0.98 * r],
        [0.4 * r, 1.0 * r],
        [0.1 * r, 0.78 * r],
        [0, 0.76 * r],
      ]),
    ),
    (x, y, z) => 0.11 * r * (0.5 + 0.5 * Math.cos(4 * Math.atan2(z, x) + 0.2 * y)),
    0.11 * r,
    0.55,
  );
  o.add(body, material(hex(color), { rough: 0.13, shine: 0.05 }), { at: [0, 1.08 * r, 0] });
  o.add(
    tube(
      [
        [0, 1.75 * r, 0],
        [0.05 * r, 2.15 * r, 0],
        [0.3 * r, 2.5 * r, 0.1 * r],
      ],
      (t) => 0.55 - 0.2 * t,
      5,
    ),
    material(hex('#4c7a28'), { rough: 0.5 }),
    { part: o.part('stem') },
  );
}

/** A carrot lying along local x, leaves stubs at +x. */
export function carrot(scene: SceneBuilder, placement: Placement, length = 15): void {
  const o = scene.object('carrot', placement);
  const h = length / 2;
  o.add(
    smoothUnion(
      0.6,
      stick([-h, 0, 0], [h * 0.2, 0, 0], 0.3, 1.2),
      stick([h * 0.2, 0, 0], [h * 0.85, 0, 0], 1.2, 1.55),
    ),
    material(
      (s) => {
        const ring = noise(s.x * 2.2, s.y * 0.3, s.z * 0.3);
        const c = mix(hex('#e2701b'), hex('#b8510f'), ramp(0.6, 0.85, ring));
        s.r = c[0];
        s.g = c[1];
        s.b = c[2];
      },
      { rough: 0.45, bump: { height: (x, y, z) => 0.05 * noise(x * 3, y * 0.5, z * 0.5), step: 0.06 } },
    ),
    { at: [0, 1.5, 0] },
  );
  const top = o.part('leaf');
  const green = material(hex('#5c9130'), { rough: 0.5 });
  for (let i = 0; i < 6; i++) {
    const [y, z] = [scene.random.around(1.1), scene.random.around(1.3)];
    o.add(
      tube(
        [
          [h * 0.8, 0, 0],
          [h + 1.2, y * 0.4 + 0.2, z * 0.5],
          [h + 3.2 + scene.random.between(0, 2), y + 0.4, z * 1.5],
        ],
        0.24,
        5,
      ),
      green,
      { at: [0, 1.5, 0], part: top },
    );
  }
}
