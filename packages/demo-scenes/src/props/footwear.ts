import { type Material, material } from '../material.ts';
import { extrude, type Point2, smooth } from '../profile.ts';
import type { Placement, SceneBuilder } from '../scene.ts';
import {
  box,
  carve,
  custom,
  ellipsoid,
  intersection,
  move,
  type Shape,
  smoothUnion,
  stick,
  tube,
} from '../sdf.ts';
import { grainy, weave } from '../textures.ts';
import { hex, type Vec3 } from '../vec3.ts';

/** Outline of a left sole seen from above, toe at -x; mirrored in z for the right. */
const SOLE: readonly Point2[] = [
  [-14.2, 0.6],
  [-13, -2.6],
  [-9, -4.6],
  [-4, -4.7],
  [2, -3.6],
  [8, -3.5],
  [12.4, -3],
  [13.8, 0],
  [12.4, 3],
  [8, 3.4],
  [2, 3.1],
  [-4, 4.2],
  [-9, 4.8],
  [-13, 3.4],
];

const soleOutline = (side: 1 | -1): Point2[] =>
  smooth(
    SOLE.map(([x, z]): Point2 => [x, z * side]),
    true,
    5,
  );

export interface ShoeOptions {
  readonly side: 'left' | 'right';
  readonly upper: string;
  readonly sole: string;
  readonly lace: string;
  readonly accent: string;
}

/** A canvas trainer with its toe at -x; parts: sole, upper, tongue, lace. */
export function shoe(
  scene: SceneBuilder,
  placement: Placement,
  { side, upper, sole, lace, accent }: ShoeOptions,
): void {
  const mirror = side === 'left' ? 1 : -1;
  const o = scene.object('shoe', placement);
  const outline = soleOutline(mirror);
  const [ground, stripe] = [hex(sole), hex(accent)];
  o.add(
    extrude(outline, 1.45, 0.3),
    material(
      (s) => {
        const c = Math.abs(s.y - 0.5) < 0.22 ? stripe : ground;
        s.r = c[0];
        s.g = c[1];
        s.b = c[2];
      },
      {
        rough: 0.55,
        bump: { height: (x, y, z) => (y < -0.2 ? 0.06 * Math.sin((x + z) * 6) : 0), step: 0.04 },
      },
    ),
    { at: [0, 1.45, 0], part: o.part('sole') },
  );

  const slab = extrude(
    outline.map(([x, z]): Point2 => [x * 0.955, z * 0.93]),
    9,
    1,
  );
  const toe = move(ellipsoid(7.4, 5.2, 4.8), [-7.4, 1.4, 0]);
  const instep = stick([-6, 2.6, 0], [3.4, 7.2, 0], 3.2, 3.5);
  const heel = move(ellipsoid(6.2, 8.6, 3.7), [8.4, 3.6, 0]);
  const full = smoothUnion(3, toe, instep, heel);
  const cuff = custom((x, y) => y - (9.4 + 0.05 * x), [-15, -2, -6], [15, 12, 6]);
  const outer: Shape = intersection(intersection(full, move(slab, [0, 8, 0]), 1.6), cuff, 0.4);
  const mouth = smoothUnion(
    1.6,
    stick([2.4, 8.2, 0], [9.8, 6, 0], 2.6, 2.5),
    stick([2, 13, 0], [10.2, 12, 0], 2.8, 2.9),
    stick([-3.4, 9.9, 0], [3, 11.4, 0], 1.5, 2.2),
  );
  const hollow = carve(outer, mouth, 0.5);
  const cloth = material(
    (s) => {
      const isToe = s.x < -9.6 + 0.14 * s.z * s.z * 0.6;
      const isHeel = s.x > 12.6 && s.y < 7;
      const c = isToe ? ground : isHeel ? stripe : hex(upper);
      s.r = c[0];
      s.g = c[1];
      s.b = c[2];
      s.rough = isToe ? 0.4 : 0.85;
    },
    { bump: { height: (x, y, z) => 0.018 * (Math.sin(x * 16) * Math.sin((y + z) * 16)), step: 0.03 } },
  );
  o.add(hollow, cloth, { at: [0, 1.6, 0], part: o.part('upper') });

  o.add(
    intersection(
      stick([-3.6, 6.6, 0], [3.8, 11.0, 0], 1.7, 2.2),
      custom((x, y) => Math.abs((y - 8.3 - 0.56 * x) * 0.87) - 0.32, [-6, 4, -3], [6, 13, 3]),
    ),
    material(hex(upper), { rough: 0.85, bump: weave(0.2, 0.02) }),
    { at: [0, 1.5, 0], part: o.part('tongue') },
  );

  const cord = material(hex(lace), { rough: 0.8, bump: grainy(8, 0.03) });
  const ties = o.part('lace');
  for (let i = 0; i < 5; i++) {
    const x = -4.6 + i * 1.75;
    const y = 6.95 + 0.56 * (x + 3) + 1.6;
    const cross: Vec3[] = [
      [x + 0.1, y - 0.55, -2.5],
      [x, y + 0.32, -1.1],
      [x + 0.5, y + 0.55, 0.6],
      [x + 0.9, y - 0.1, 2.5],
    ];
    const back: Vec3[] = cross.map(([a, b, c]) => [a, b, -c]);
    o.add(tube(cross, 0.24, 6), cord, { part: ties });
    o.add(tube(back, 0.24, 6), cord, { part: ties });
  }
  const bowAt: Vec3 = [3.4, 11.9, 0];
  for (const z of [1, -1]) {
    o.add(
      tube([bowAt, [2.6, 13, 2.4 * z], [1.4, 11.9, 4.2 * z], [2.2, 11.2, 2.6 * z], bowAt], 0.22, 10),
      cord,
      { part: ties },
    );
    o.add(tube([bowAt, [2.2, 11.6, 1.6 * z], [0.6, 9.8, 3.6 * z], [-0.4, 7.6, 4.5 * z]], 0.22, 8), cord, {
      part: ties,
    });
  }
}

/** A rubber boot with its toe at -x; parts: sole, rim. */
export function boot(
  scene: SceneBuilder,
  placement: Placement,
  color: string,
  side: 'left' | 'right',
  accent = '#f2e8d5',
): void {
  const mirror = side === 'left' ? 1 : -1;
  const o = scene.object('boot', placement);
  const rubber: Material = material(hex(color), { rough: 0.16, shine: 0.05 });
  const outline = soleOutline(mirror);
  o.add(extrude(outline, 1.1, 0.25), material(hex('#2c2a28'), { rough: 0.6 }), {
    at: [0, 1.1, 0],
    part: o.part('sole'),
  });
  const slab = extrude(
    outline.map(([x, z]): Point2 => [x * 0.96, z * 0.95]),
    20,
    1,
  );
  const foot = smoothUnion(
    4,
    move(ellipsoid(7.6, 6, 4.9), [-6.8, 1.2, 0]),
    stick([-4, 3, 0], [6, 7, 0], 3.8, 4.6),
    move(ellipsoid(5.6, 8, 4.2), [8.8, 3, 0]),
  );
  const leg = stick([8, 4, 0], [7.4, 24, 0], 4.6, 5.7);
  const top = custom((_x, y) => y - 24, [-15, -2, -7], [15, 24, 7]);
  const shaft = intersection(leg, top);
  const hollow = carve(
    smoothUnion(4, intersection(foot, move(slab, [0, 19, 0]), 2.2), shaft),
    stick([8, 12, 0], [7.4, 30, 0], 4.2, 5.4),
    0.1,
  );
  o.add(hollow, rubber, { at: [0, 2, 0] });
  const band = carve(
    intersection(
      stick([8, 4, 0], [7.4, 24, 0], 4.75, 5.9),
      custom((_x, y) => Math.abs(y - 23.3) - 0.8, [1, 22, -7], [14, 24.2, 7]),
    ),
    stick([8, 12, 0], [7.4, 30, 0], 4.28, 5.48),
  );
  o.add(band, material(hex(accent), { rough: 0.25 }), { at: [0, 2, 0], part: o.part('rim') });
}

/** A cardboard shoe box with its lid on; parts: lid, label. */
export function shoeBox(scene: SceneBuilder, placement: Placement, color: string, lidColor: string): void {
  const o = scene.object('box', placement);
  o.add(box(16, 5.6, 10, 0.15), material(hex(color), { rough: 0.75, bump: grainy(3, 0.02) }), {
    at: [0, 5.6, 0],
  });
  o.add(box(16.4, 1.9, 10.4, 0.2), material(hex(lidColor), { rough: 0.7, bump: grainy(3, 0.02) }), {
    at: [0, 10.2, 0],
    part: o.part('lid'),
  });
  o.add(
    box(3.4, 2.1, 0.04),
    material(
      (s) => {
        const bar = s.y < -0.2 && Math.abs(s.x) < 2.6 && Math.sin(s.x * 17) + Math.sin(s.x * 7.3) > 0.1;
        const c =
          bar || (s.y > 0.7 && s.y < 1.2 && s.x < 0.5 && s.x > -2.6) ? hex('#262626') : hex('#f4f1ea');
        s.r = c[0];
        s.g = c[1];
        s.b = c[2];
      },
      { rough: 0.6 },
    ),
    { at: [8, 4.6, 10], part: o.part('label') },
  );
}
