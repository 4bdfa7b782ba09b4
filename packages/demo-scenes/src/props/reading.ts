import { material } from '../material.ts';
import { noise } from '../noise.ts';
import { lathe, smooth, wall } from '../profile.ts';
import type { Placement, SceneBuilder } from '../scene.ts';
import { box, cylinder, lay, prism, sphere, stick, torus, tube, union } from '../sdf.ts';
import { grainy, stripes, weave } from '../textures.ts';
import { hex, type Vec3 } from '../vec3.ts';
import { brass, steel } from './crockery.ts';

export interface BookOptions {
  /** Width (x), height when lying (y), depth (z), cm. */
  readonly size: Vec3;
  readonly cover: string;
  /** Colour of the label on the cover; none without. */
  readonly label?: string;
}

/** A book lying flat, its spine at -x (turn it to stand it up); parts: pages, label. */
export function book(scene: SceneBuilder, placement: Placement, { size, cover, label }: BookOptions): void {
  const o = scene.object('book', placement);
  const [w, h, d] = [size[0] / 2, size[1] / 2, size[2] / 2];
  const cloth = material(hex(cover), { rough: 0.6, bump: grainy(9, 0.018) });
  const board = box(w, 0.15, d, 0.08);
  const spine = box(0.17, h, d, 0.12);
  o.add(
    union(
      board,
      { ...board, distance: (x, y, z) => board.distance(x, y - 2 * h + 0.3, z) },
      {
        ...spine,
        distance: (x, y, z) => spine.distance(x + w - 0.1, y - h + 0.15, z),
        low: [-w - 0.1, -0.2, -d],
        high: [w, 2 * h, d],
      },
    ),
    cloth,
    { at: [0, 0.15, 0] },
  );
  const paper = material(
    (s) => {
      const line = 0.86 + 0.14 * noise(s.x * 0.4, s.y * 22, s.z * 0.4);
      s.r = 0.86 * line;
      s.g = 0.8 * line;
      s.b = 0.66 * line;
    },
    { rough: 0.85 },
  );
  o.add(box(w - 0.25, h - 0.28, d - 0.35), paper, { at: [0.05, h, 0], part: o.part('pages') });
  if (label) {
    const part = o.part('label');
    const [ground, ink] = [hex(label), hex(cover)];
    const print = material(
      (s) => {
        const [u, v] = [s.z / (d * 0.5), s.x / (w * 0.42)];
        const frame = Math.max(Math.abs(u), Math.abs(v));
        const isLine =
          (frame > 0.84 && frame < 0.9) ||
          (Math.abs(u) < 0.6 && Math.abs(v + 0.35) < 0.12) ||
          (Math.abs(u) < 0.45 && Math.abs(v - 0.1) < 0.05) ||
          (Math.abs(u) < 0.35 && Math.abs(v - 0.35) < 0.05);
        const c = isLine ? ink : ground;
        s.r = c[0];
        s.g = c[1];
        s.b = c[2];
      },
      { rough: 0.55 },
    );
    o.add(box(w * 0.42, 0.03, d * 0.5), print, { at: [0, 2 * h + 0.0, 0], part });
    // the same name again on the spine
    o.add(box(0.03, h * 0.62, d * 0.34), print, { at: [-w - 0.1, h, 0], part });
  }
}

/** A table lamp, lit; parts: shade, foot, arm. The caller adds a light where the shade is. */
export function lamp(
  scene: SceneBuilder,
  placement: Placement,
  height = 34,
  shadeColor = '#f3dcae',
  footColor?: string,
): void {
  const o = scene.object('lamp', placement);
  const look = footColor ? material(hex(footColor), { rough: 0.15, shine: 0.05 }) : brass;
  o.add(
    lathe([
      ...smooth([
        [0, 0],
        [7, 0],
        [7.2, 0.6],
        [6, 1.5],
        [2.5, 2.2],
        [1.1, 3.6],
      ]),
      [0, 3.6],
    ]),
    look,
    { part: o.part('foot') },
  );
  o.add(
    union(stick([0, 3, 0], [0, height - 4, 0], 0.6), {
      ...sphere(1.3),
      distance: (x, y, z) => Math.hypot(x, y - height * 0.45, z) - 1.5,
      low: [-1.5, height * 0.4, -1.5],
      high: [1.5, height * 0.55, 1.5],
    }),
    look,
    { part: o.part('arm') },
  );
  const shade = lathe([
    [10.5, height - 9],
    [6.6, height + 8],
    [6.4, height + 8],
    [10.3, height - 9],
  ]);
  o.add(
    shade,
    material(
      (s) => {
        // brightest level with the bulb
        const near = Math.exp(-(((s.y - height - 0.5) / 9) ** 2));
        const c = hex(shadeColor);
        s.r = c[0] * 0.3;
        s.g = c[1] * 0.3;
        s.b = c[2] * 0.3;
        s.glow = 0.9 + 1.7 * near;
      },
      { rough: 0.9, castsShadow: false, bump: weave(0.3, 0.02) },
    ),
    { part: o.part('shade') },
  );
  o.add(sphere(2.6), material([1, 0.9, 0.7], { glow: 4, castsShadow: false }), {
    at: [0, height + 0.5, 0],
    part: o.part('bulb'),
  });
}

/** Round spectacles lying folded out, arms towards -z; parts: frame (both rims and arms). */
export function spectacles(scene: SceneBuilder, placement: Placement): void {
  const o = scene.object('glasses', placement);
  const look = material(hex('#3a2113'), { rough: 0.15, shine: 0.05 });
  const ring = lay(torus(2.35, 0.22), 'z');
  const arm = (side: number) =>
    tube(
      [
        [side * 5.4, 3.1, 0],
        [side * 5.7, 3.1, -6],
        [side * 5.6, 2.6, -10],
        [side * 5.3, 0.4, -13.2],
      ],
      0.2,
      8,
    );
  o.add(
    {
      ...ring,
      distance: (x, y, z) => ring.distance(Math.abs(x) - 3, y - 2.6, z),
      low: [-6, 0, -0.4],
      high: [6, 5.4, 0.4],
    },
    look,
  );
  o.add(
    tube(
      [
        [-0.75, 3, 0],
        [0, 3.5, 0],
        [0.75, 3, 0],
      ],
      0.2,
      6,
    ),
    look,
  );
  const arms = o.part('arm');
  o.add(arm(1), look, { part: arms });
  const other = o.part('arm');
  o.add(arm(-1), look, { part: other });
}

/** A pencil lying along local x with its tip at -x; parts: tip, rim (ferrule and eraser). */
export function pencil(scene: SceneBuilder, placement: Placement, color = '#e0a818', length = 17): void {
  const o = scene.object('pencil', placement);
  const h = length / 2;
  const body = lay(prism(6, 0.36, h - 1), 'x');
  o.add(body, material(hex(color), { rough: 0.25 }));
  o.add(
    stick([-h + 1.02, 0, 0], [-h - 0.7, 0, 0], 0.36, 0.05),
    material(
      (s) => {
        const c = s.x < -h - 0.25 ? hex('#2b2b2e') : hex('#d8b07a');
        s.r = c[0];
        s.g = c[1];
        s.b = c[2];
      },
      { rough: 0.6 },
    ),
    { part: o.part('tip') },
  );
  o.add(lay(cylinder(0.38, 0.5, 0.05), 'x'), steel, { at: [h - 0.8, 0, 0] });
  o.add(lay(cylinder(0.36, 0.5, 0.12), 'x'), material(hex('#d98b8b'), { rough: 0.8 }), {
    at: [h, 0, 0],
    part: o.part('rim'),
  });
}

/** A notebook with a spiral along -x; parts: spiral, label. */
export function notebook(scene: SceneBuilder, placement: Placement, color = '#1f5f5b'): void {
  const o = scene.object('notebook', placement);
  o.add(
    box(7.3, 0.55, 10.4, 0.12),
    material(
      stripes('y', [
        [0.9, '#efe8d8'],
        [10, color],
      ]),
      { rough: 0.8 },
    ),
    { at: [0, 0.55, 0] },
  );
  o.add(box(7.5, 0.1, 10.5, 0.08), material(hex(color), { rough: 0.45, bump: grainy(7, 0.015) }), {
    at: [0, 1.15, 0],
  });
  o.add(
    box(3.2, 0.03, 2.1, 0.02),
    material(
      stripes('z', [
        [0.55, '#f4efe2'],
        [0.05, '#8896a8'],
      ]),
      { rough: 0.7 },
    ),
    { at: [0.6, 1.28, -4], part: o.part('label') },
  );
  const wires = o.part('spiral');
  const ring = lay(torus(0.95, 0.1), 'z');
  for (let i = -9; i <= 9; i++) o.add(ring, steel, { at: [-7.3, 0.9, i * 1.08], part: wires });
}

/** A cup full of pencils: the cup is an object, so is each pencil. */
export function pencilCup(
  scene: SceneBuilder,
  placement: Placement,
  color: string,
  pencils: readonly string[],
): void {
  const [x, y, z] = placement.at ?? [0, 0, 0];
  scene.object('pencil cup', placement).add(
    lathe(
      wall(
        smooth(
          [
            [0, 0],
            [3.5, 0],
            [3.9, 0.3],
            [4, 1.5],
            [4, 6],
            [4.05, 9.8],
          ],
          false,
          8,
        ),
        0.3,
        0.5,
      ),
    ),
    material(hex(color), {
      rough: 0.4,
      metal: 0,
      bump: { height: (_x, h) => 0.05 * Math.sin(h * 5), step: 0.03 },
    }),
  );
  pencils.forEach((shade, i) => {
    const angle = (i / pencils.length) * 360 + 20;
    const lean = 13 + (i % 3) * 3;
    const reach = Math.sin((lean * Math.PI) / 180) * 9 * 0.9;
    const [dx, dz] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
    // the tip up: roll the pencil so that local -x points up and outwards
    pencil(
      scene,
      { at: [x + dx * reach * 0.42, y + 9.6, z + dz * reach * 0.42], yaw: -angle, roll: -90 - lean + 0 },
      shade,
      17,
    );
  });
}
