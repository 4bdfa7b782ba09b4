import { type Material, material } from '../material.ts';
import { noise } from '../noise.ts';
import { extrude, lathe, smooth, wall } from '../profile.ts';
import type { ObjectBuilder, Placement, SceneBuilder } from '../scene.ts';
import { cylinder, dent, ellipsoid, type Shape, smoothUnion, sphere, stick, tube, union } from '../sdf.ts';
import { mottled } from '../textures.ts';
import { hex, mix, type Vec3 } from '../vec3.ts';
import { bentSlab, leaf } from './fruit.ts';

const soilLook = material(mottled('#2b1c12', '#4a3423', 2.2), {
  rough: 0.95,
  bump: { height: (x, y, z) => 0.35 * noise(x * 2.4, y, z * 2.4), step: 0.08 },
});

/** Unglazed pottery. */
export const terracotta: Material = material(mottled('#b8623a', '#cc7d52', 0.35), {
  rough: 0.8,
  bump: { height: (x, y, z) => 0.03 * noise(x * 4, y * 14, z * 4), step: 0.05 },
});

/** Puts a pot of earth under a plant; the earth's top is at `height` - 1.2. */
function pot(o: ObjectBuilder, radius: number, height: number, look: Material, collar: boolean): void {
  const part = o.part('flowerpot');
  const line = collar
    ? smooth(
        [
          [0, 0],
          [radius * 0.66, 0],
          [radius * 0.7, 0.3],
          [radius * 0.88, height * 0.72],
          [radius * 0.9, height * 0.76],
          [radius, height * 0.77],
          [radius * 1.02, height * 0.8],
          [radius * 1.04, height],
        ],
        false,
        6,
      )
    : smooth(
        [
          [0, 0],
          [radius * 0.7, 0],
          [radius * 0.86, 0.7],
          [radius * 1.02, height * 0.5],
          [radius, height],
        ],
        false,
        8,
      );
  o.add(lathe(wall(line, 0.55, 0.8)), look, { part });
  o.add(cylinder(radius * 0.95, 0.3), soilLook, { at: [0, height - 1.3, 0], part: o.part('soil') });
}

function leafLook(dark: string, light: string, translucent = 0.35, rough = 0.38): Material {
  const [a, b] = [hex(dark), hex(light)];
  return material(
    (s) => {
      const middle = Math.max(1 - Math.abs(s.x) * 5, 0);
      const side = 0.5 + 0.5 * Math.sin(s.z * 4 - Math.abs(s.x) * 4);
      const c = mix(
        a,
        b,
        Math.min(0.55 * middle + 0.2 * side + 0.5 * noise(s.x * 0.8, s.y * 0.8, s.z * 0.8), 1),
      );
      s.r = c[0];
      s.g = c[1];
      s.b = c[2];
    },
    { rough, translucent },
  );
}

export interface PotOptions {
  readonly radius?: number;
  readonly height?: number;
  readonly look?: Material;
  readonly collar?: boolean;
}

/** Broad arching leaves on stalks; each leaf a part. */
export function leafyPlant(
  scene: SceneBuilder,
  placement: Placement,
  { radius = 7, height = 12, look = terracotta, collar = true }: PotOptions = {},
  leaves = 15,
): void {
  const o = scene.object('plant', placement);
  pot(o, radius, height, look, collar);
  const stalk = material(hex('#5d7c35'), { rough: 0.5 });
  const green = leafLook('#2f6b2c', '#7fb04c');
  const shapes = [
    leaf(10, 6.4, -0.035, 0.22, 0.08),
    leaf(12, 7.4, -0.03, 0.2, 0.08),
    leaf(8, 5.4, -0.045, 0.25, 0.08),
  ];
  for (let i = 0; i < leaves; i++) {
    const angle = i * 137.5 + scene.random.around(14);
    const rise = scene.random.between(6, 15) * (0.6 + 0.5 * (1 - i / leaves));
    const reach = 2 + (i / leaves) * 5.5;
    const radians = (angle * Math.PI) / 180;
    const [dx, dz] = [Math.sin(radians), Math.cos(radians)];
    const top: Vec3 = [dx * reach, height + rise, dz * reach];
    const part = o.part('leaf');
    o.add(
      tube(
        [
          [dx * 0.8, height - 1.5, dz * 0.8],
          [dx * reach * 0.45, height + rise * 0.6, dz * reach * 0.45],
          top,
        ],
        0.2,
        5,
      ),
      stalk,
      { part },
    );
    o.add(shapes[i % 3] as Shape, green, {
      at: top,
      yaw: angle,
      pitch: -28 + 40 * (i / leaves) + scene.random.around(10),
      roll: scene.random.around(14),
      part,
    });
  }
}

/** Stiff upright blades with pale edges; each blade a part. */
export function snakePlant(
  scene: SceneBuilder,
  placement: Placement,
  { radius = 6, height = 10, look = terracotta, collar = false }: PotOptions = {},
  blades = 11,
): void {
  const o = scene.object('plant', placement);
  pot(o, radius, height, look, collar);
  const [dark, mid, edge] = [hex('#24482b'), hex('#6f9660'), hex('#cfc46a')];
  const green = (half: number) =>
    material(
      (s) => {
        const band = noise(s.x * 0.7 + 5, s.y, s.z * 1.7 + s.x * 0.2);
        const c =
          Math.abs(s.x) > half * 0.8 ? edge : mix(dark, mid, Math.min(Math.max((band - 0.42) * 5, 0), 1));
        s.r = c[0];
        s.g = c[1];
        s.b = c[2];
      },
      { rough: 0.35, translucent: 0.15 },
    );
  for (let i = 0; i < blades; i++) {
    const long = scene.random.between(18, 32) * (1 - i * 0.02);
    const w = scene.random.between(1.5, 2.1);
    const outline = smooth(
      [
        [w * 0.5, 0],
        [w * 0.85, long * 0.3],
        [w, long * 0.6],
        [w * 0.6, long * 0.88],
        [0, long],
        [-w * 0.6, long * 0.88],
        [-w, long * 0.6],
        [-w * 0.85, long * 0.3],
        [-w * 0.5, 0],
      ],
      true,
      5,
    );
    const blade = bentSlab(extrude(outline, 0.16, 0.1), long, w, -0.004, 0.28);
    const angle = i * 137.5;
    const out = 0.6 + 2.6 * Math.sqrt(i / blades);
    const radians = (angle * Math.PI) / 180;
    o.add(blade, green(w), {
      at: [Math.sin(radians) * out, height - 1.6, Math.cos(radians) * out],
      yaw: angle + scene.random.around(25),
      pitch: -86 + 12 * (i / blades) + scene.random.around(4),
      roll: 0,
      part: o.part('leaf'),
    });
  }
}

/** A rosette of thick pointed leaves; each leaf a part. */
export function succulent(
  scene: SceneBuilder,
  placement: Placement,
  { radius = 5, height = 6, look = terracotta, collar = false }: PotOptions = {},
  colors: readonly [string, string] = ['#6f9c86', '#c98a8a'],
): void {
  const o = scene.object('plant', placement);
  pot(o, radius, height, look, collar);
  const [base, tip] = [hex(colors[0]), hex(colors[1])];
  const rings: readonly (readonly [number, number, number])[] = [
    [9, 5.6, 14],
    [8, 4.8, 32],
    [7, 3.9, 50],
    [5, 2.9, 68],
  ];
  rings.forEach(([count, long, pitch], ring) => {
    const half = long / 2;
    const shape = smoothUnion(
      0.8,
      ellipsoid(long * 0.26, 0.5, half),
      stick([0, 0.1, half * 0.6], [0, 0.25, half * 1.05], 0.3, 0.08),
    );
    const look2 = material(
      (s) => {
        const t = Math.min(Math.max((s.z / half + 0.1) * 0.9, 0), 1);
        const c = mix(base, tip, t * t);
        s.r = c[0];
        s.g = c[1];
        s.b = c[2];
      },
      { rough: 0.5, translucent: 0.1 },
    );
    for (let i = 0; i < count; i++) {
      const angle = (i / count) * 360 + ring * 21;
      const radians = (angle * Math.PI) / 180;
      const [p, q] = [Math.cos((pitch * Math.PI) / 180) * half, Math.sin((pitch * Math.PI) / 180) * half];
      o.add(shape, look2, {
        at: [Math.sin(radians) * p * 0.95, height - 0.4 + ring * 0.35 + q, Math.cos(radians) * p * 0.95],
        yaw: angle,
        pitch: -pitch,
        part: o.part('leaf'),
      });
    }
  });
}

/** A ribbed cactus with arms; parts: pot, soil, arms, blossom. */
export function cactus(
  scene: SceneBuilder,
  placement: Placement,
  { radius = 5, height = 8, look = terracotta, collar = true }: PotOptions = {},
  tall = 16,
): void {
  const o = scene.object('plant', placement);
  pot(o, radius, height, look, collar);
  const skin = material(
    (s) => {
      const rib = 0.5 + 0.5 * Math.cos(11 * Math.atan2(s.z, s.x));
      const spine = rib > 0.9 && noise(s.x * 2, s.y * 3.2, s.z * 2) > 0.62 ? 0.75 : 0;
      const c = mix(mix(hex('#2f5f35'), hex('#6a9a54'), rib), hex('#efe6c0'), spine);
      s.r = c[0];
      s.g = c[1];
      s.b = c[2];
    },
    { rough: 0.55 },
  );
  const ribbed = (shape: Shape, depth: number) =>
    dent(shape, (x, _y, z) => depth * (0.5 - 0.5 * Math.cos(11 * Math.atan2(z, x))), depth, 0.8);
  o.add(ribbed(stick([0, 0, 0], [0, tall - 3, 0], 2.9, 2.5), 0.35), skin, { at: [0, height - 1, 0] });
  const arm = union(stick([0, 0, 0], [3.4, 0.4, 0], 1.2), stick([3.4, 0.4, 0], [3.7, 5, 0], 1.25, 1.1));
  o.add(smoothUnion(0.8, arm, stick([3.4, 0.4, 0], [3.5, 2, 0], 1.3)), skin, {
    at: [1.6, height + tall * 0.38, 0],
    part: o.part('arm'),
  });
  o.add(arm, skin, { at: [-1.6, height + tall * 0.26, 0.4], yaw: 172, part: o.part('arm') });
  const petal = leaf(1.9, 0.9, 0.12, 0.2, 0.05);
  const pink = material(hex('#e0447c'), { rough: 0.5, translucent: 0.5 });
  const blossom = o.part('blossom');
  for (let i = 0; i < 9; i++)
    o.add(petal, pink, { at: [0, height + tall - 1.7, 0], yaw: i * 40, pitch: -32, part: blossom });
  o.add(sphere(0.5), material(hex('#f2c533')), { at: [0, height + tall - 1.2, 0], part: blossom });
}

/** A watering can whose spout points along local +x; parts: spout, handle. */
export function wateringCan(scene: SceneBuilder, placement: Placement, look: Material): void {
  const o = scene.object('watering can', placement);
  const line = smooth(
    [
      [0, 0],
      [5.6, 0],
      [5.8, 0.3],
      [5.5, 6],
      [5.2, 10.4],
    ],
    false,
    8,
  );
  o.add(lathe(wall(line, 0.25, 0.4)), look);
  const spout = o.part('spout');
  o.add(
    tube(
      [
        [5, 2.2, 0],
        [8.2, 4.2, 0],
        [11.5, 9.5, 0],
        [13.6, 13, 0],
      ],
      (t) => 1.25 - 0.65 * t,
      12,
    ),
    look,
    { part: spout },
  );
  o.add(
    lathe([
      [0, 0],
      [0.6, 0],
      [1.9, 1.5],
      [1.9, 1.75],
      [0, 2.1],
    ]),
    look,
    { at: [13.2, 12.4, 0], roll: -35, part: spout },
  );
  o.add(
    tube(
      [
        [-5.2, 2.4, 0],
        [-9.2, 4, 0],
        [-10, 9.4, 0],
        [-6.4, 12.6, 0],
        [-4.9, 10, 0],
      ],
      0.42,
      16,
    ),
    look,
    { part: o.part('handle') },
  );
}

/** A vase of tulips; the vase is an object, so is each flower with blossom, stem and leaf as parts. */
export function tulips(
  scene: SceneBuilder,
  placement: Placement,
  look: Material,
  colors: readonly string[],
): void {
  const [x, y, z] = placement.at ?? [0, 0, 0];
  const line = smooth(
    [
      [0, 0],
      [3.4, 0],
      [4.6, 2],
      [5, 5.5],
      [3.6, 10],
      [2.7, 12.6],
      [3.5, 15],
    ],
    false,
    8,
  );
  scene.object('vase', placement).add(lathe(wall(line, 0.4, 0.7)), look);
  const stemLook = material(hex('#6f9440'), { rough: 0.5 });
  const blade = leaf(15, 3, -0.02, 0.25, 0.07);
  const green = leafLook('#4d7a3a', '#86a863', 0.3);
  const cup = lathe([
    ...smooth([
      [0, -2.9],
      [1.2, -2.7],
      [2.1, -1],
      [2, 1],
      [1.25, 2.8],
      [0.9, 3.1],
    ]),
    [0.8, 3],
    [0, 1.2],
  ]);
  colors.forEach((color, i) => {
    const angle = (i / colors.length) * 2 * Math.PI + 0.5;
    const reach = 4.5 + scene.random.between(0, 4.5) * (i === 0 ? 0 : 1);
    const [dx, dz] = [Math.cos(angle), Math.sin(angle)];
    const rise = 29 + scene.random.between(-4.5, 4);
    const o = scene.object('flower', { at: [x, y, z] });
    const head: Vec3 = [dx * reach, rise, dz * reach];
    o.add(
      tube(
        [
          [dx * -1.5, 3, dz * -1.5],
          [dx * 1.5, 15, dz * 1.5],
          [dx * reach * 0.7, rise * 0.78, dz * reach * 0.7],
          head,
        ],
        0.36,
        9,
      ),
      stemLook,
      { part: o.part('stem') },
    );
    const [shade, pale] = [hex(color), mix(hex(color), hex('#f7e3a0'), 0.6)];
    const petals = dent(
      cup,
      (a, _b, c) => 0.24 * (0.5 - 0.5 * Math.cos(3 * Math.atan2(c, a))) ** 0.5,
      0.24,
      0.45,
    );
    o.add(
      petals,
      material(
        (s) => {
          const c = mix(
            pale,
            shade,
            Math.min(
              Math.max((s.y + 2.9) / 2.4 + 0.35 * (noise(Math.atan2(s.z, s.x) * 7, s.y * 0.5, 0) - 0.5), 0),
              1,
            ),
          );
          s.r = c[0];
          s.g = c[1];
          s.b = c[2];
        },
        { rough: 0.45, translucent: 0.35 },
      ),
      {
        at: [head[0] + dx * 0.4, head[1] + 2.4, head[2] + dz * 0.4],
        yaw: (-angle * 180) / Math.PI,
        roll: -reach * 2.2,
        part: o.part('blossom'),
      },
    );
    if (i % 2 === 0)
      o.add(blade, green, {
        at: [dx * 1.6, 13.5, dz * 1.6],
        yaw: 90 - (angle * 180) / Math.PI + 40,
        pitch: -62,
        part: o.part('leaf'),
      });
  });
}
