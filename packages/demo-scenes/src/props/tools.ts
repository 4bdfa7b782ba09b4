import { material } from '../material.ts';
import { extrude, lathe, type Point2, smooth } from '../profile.ts';
import type { Placement, SceneBuilder } from '../scene.ts';
import { box, carve, cylinder, lay, move, prism, smoothUnion, stick, tube, union } from '../sdf.ts';
import { wood } from '../textures.ts';
import { hex } from '../vec3.ts';
import { brass, iron, steel } from './crockery.ts';

/** A claw hammer lying, handle along +x, head at -x; parts: head, handle. */
export function hammer(scene: SceneBuilder, placement: Placement): void {
  const o = scene.object('hammer', placement);
  const head = o.part('head');
  const body = smoothUnion(
    0.6,
    box(1.25, 1.25, 2.2, 0.25),
    move(lay(cylinder(1.5, 1.4, 0.2), 'z'), [0, 0, 4.2]),
  );
  const claw = tube(
    [
      [0, 0, -1.8],
      [0.3, 0, -4],
      [1.6, 0, -6.6],
    ],
    (t) => 1.15 - 0.75 * t,
    8,
  );
  const slit = box(3, 3, 3);
  const forked = carve(claw, {
    ...slit,
    distance: (_x, y, z) => Math.max(Math.abs(y) - 0.22 - (-z - 3) * 0.09, z + 3.2),
  });
  o.add(union(body, forked), iron, { at: [-13, 1.5, 0], part: head });
  o.add(
    smoothUnion(
      1,
      tube(
        [
          [-13, 0, 0],
          [-6, 0, 0],
          [2, 0, 0],
        ],
        (t) => 0.95 + 0.1 * t,
        6,
      ),
      tube(
        [
          [1, 0, 0],
          [8, 0, 0],
          [14, 0, 0],
        ],
        (t) => 1.05 + 0.45 * Math.sin(t * Math.PI * 0.9),
        8,
      ),
    ),
    material(wood('#d6a566', '#a9713a', 0, 1.5), { rough: 0.4 }),
    { at: [0, 1.5, 0], part: o.part('handle') },
  );
}

/** A screwdriver lying along local x, tip at -x; parts: handle, shaft. */
export function screwdriver(scene: SceneBuilder, placement: Placement, color = '#c8281e'): void {
  const o = scene.object('screwdriver', placement);
  const blade = union(stick([-10, 0, 0], [2, 0, 0], 0.36), move(box(1.2, 0.16, 0.6, 0.05), [-10.6, 0, 0]));
  o.add(blade, steel, { at: [0, 1.5, 0], part: o.part('shaft') });
  const grip = lathe([
    ...smooth([
      [0, -5.2],
      [0.9, -5.1],
      [1.05, -4.3],
      [0.95, -3.4],
      [1.45, -1.6],
      [1.55, 2.4],
      [1.2, 4.9],
      [0.6, 5.4],
    ]),
    [0, 5.4],
  ]);
  const fluted = {
    ...grip,
    distance: (x: number, y: number, z: number) =>
      (grip.distance(x, y, z) +
        0.09 * (0.5 - 0.5 * Math.cos(8 * Math.atan2(z, x))) * Math.min(Math.max(y + 2.6, 0), 1)) *
      0.85,
  };
  const [a, b] = [hex(color), hex('#242424')];
  o.add(
    fluted,
    material(
      (s) => {
        const c = s.y < -2.6 || s.y > 4.6 ? b : a;
        s.r = c[0];
        s.g = c[1];
        s.b = c[2];
      },
      { rough: 0.22, shine: 0.045 },
    ),
    { at: [6.6, 1.5, 0], roll: -90, part: o.part('handle') },
  );
}

/** An open-ended and ring spanner lying along local x; parts: head at either end. */
export function spanner(scene: SceneBuilder, placement: Placement, length = 18): void {
  const o = scene.object('spanner', placement);
  const h = length / 2;
  const bar = box(h - 1.5, 0.3, 0.75, 0.18);
  const open = carve(cylinder(2.1, 0.42, 0.12), {
    ...box(1, 1, 1),
    distance: (x, y, z) =>
      Math.max(Math.abs(z * 0.96 + x * 0.26) - 0.95, x * 0.96 - z * 0.26 + -0.35, Math.abs(y) - 2),
  });
  const ring = carve(cylinder(1.85, 0.5, 0.15), prism(6, 1.0, 2));
  const [one, other] = [o.part('head'), o.part('head')];
  const whole = smoothUnion(0.8, bar, move(open, [-h, 0, 0]), move(ring, [h, 0, 0]));
  o.add(whole, steel, { at: [0, 0.5, 0], part: (x) => (x < -h + 2.2 ? one : x > h - 2 ? other : 0) });
}

/** A hexagon nut lying flat. */
export function nut(scene: SceneBuilder, placement: Placement, radius = 1.1): void {
  scene
    .object('nut', placement)
    .add(carve(prism(6, radius, radius * 0.42, 0.08), cylinder(radius * 0.52, 3)), brass, {
      at: [0, radius * 0.42, 0],
    });
}

/** A wood screw lying along local x; parts: head, shaft. */
export function screw(scene: SceneBuilder, placement: Placement, length = 5): void {
  const o = scene.object('screw', placement);
  const thread = stick([-length / 2, 0, 0], [length / 2, 0, 0], 0.1, 0.36);
  o.add(
    {
      ...thread,
      distance: (x, y, z) => (thread.distance(x, y, z) + 0.06 * Math.sin(x * 9 + Math.atan2(z, y))) * 0.7,
    },
    brass,
    { at: [0, 0.42, 0], part: o.part('shaft') },
  );
  o.add(lay(cylinder(0.75, 0.16, 0.08), 'x'), brass, { at: [length / 2, 0.6, 0], part: o.part('head') });
}

/** A roll of tape lying flat. */
export function tape(scene: SceneBuilder, placement: Placement, color = '#d8b53a', radius = 4.2): void {
  const o = scene.object('tape', placement);
  const outline: Point2[] = [
    [radius * 0.68, 0],
    [radius, 0],
    [radius, 2.2],
    [radius * 0.68, 2.2],
  ];
  o.add(
    lathe(outline),
    material(hex(color), {
      rough: 0.35,
      bump: { height: (x, _y, z) => 0.012 * Math.sin(Math.hypot(x, z) * 40), step: 0.01 },
    }),
  );
  o.add(
    lathe([
      [radius * 0.62, 0],
      [radius * 0.68, 0],
      [radius * 0.68, 2.25],
      [radius * 0.62, 2.25],
    ]),
    material(hex('#b08a5a'), { rough: 0.9 }),
    { part: o.part('rim') },
  );
}

/** An open tin of paint; parts: paint, label, handle. */
export function paintTin(scene: SceneBuilder, placement: Placement, color: string): void {
  const o = scene.object('paint tin', placement);
  o.add(
    lathe([
      [0, 0],
      [5.2, 0],
      [5.35, 0.2],
      [5.2, 0.4],
      [5.2, 10.4],
      [5.45, 10.6],
      [5.35, 10.9],
      [4.7, 10.7],
      [4.7, 10.4],
      [5, 10.2],
      [5, 0.4],
      [0, 0.3],
    ]),
    steel,
  );
  o.add(cylinder(4.95, 0.2), material(hex(color), { rough: 0.08, shine: 0.05 }), {
    at: [0, 9, 0],
    part: o.part('paint'),
  });
  const [a, b] = [hex('#f2efe6'), hex(color)];
  o.add(
    lathe([
      [5.15, 1.4],
      [5.26, 1.4],
      [5.26, 9.2],
      [5.15, 9.2],
    ]),
    material(
      (s) => {
        const wave = 5.2 + 1.1 * Math.sin(Math.atan2(s.x, s.z) * 3);
        const c = s.y < wave ? b : a;
        s.r = c[0];
        s.g = c[1];
        s.b = c[2];
      },
      { rough: 0.4 },
    ),
    { part: o.part('label') },
  );
  o.add(
    tube(
      [
        [-5.3, 9.6, 0],
        [-5, 6, 3.8],
        [0, 3.6, 5.6],
        [5, 6, 3.8],
        [5.3, 9.6, 0],
      ],
      0.14,
      18,
    ),
    steel,
    { part: o.part('handle') },
  );
}

/** A kitchen knife lying flat along local x, point at -x; parts: blade, handle. */
export function knife(scene: SceneBuilder, placement: Placement): void {
  const o = scene.object('knife', placement);
  const outline: Point2[] = [
    [-14, -0.2],
    [-13, -0.9],
    [3, -1.2],
    [3, 1.1],
    [-6, 1.3],
    [-11, 1.0],
  ];
  o.add(extrude(outline, 0.09, 0.04), steel, { at: [0, 0.9, 0], part: o.part('blade') });
  o.add(box(5.4, 0.75, 1.3, 0.5), material(wood('#5b3826', '#3a2115', 0, 2), { rough: 0.35 }), {
    at: [8, 0.9, 0],
    part: o.part('handle'),
  });
}
