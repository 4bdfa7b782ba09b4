import { describe, expect, test } from 'vitest';
import { lathe, smooth, wall } from './profile.ts';
import { Random } from './random.ts';
import {
  box,
  carve,
  cylinder,
  ellipsoid,
  prism,
  type Shape,
  smoothUnion,
  sphere,
  stick,
  torus,
  tube,
} from './sdf.ts';

const SHAPES: readonly (readonly [string, Shape])[] = [
  ['sphere', sphere(2)],
  ['box', box(1, 2, 3, 0.3)],
  ['cylinder', cylinder(2, 1, 0.2)],
  ['torus', torus(3, 1)],
  ['prism', prism(6, 2, 1, 0.1)],
  ['stick', stick([0, 0, 0], [4, 1, 0], 1, 0.3)],
  [
    'tube',
    tube(
      [
        [0, 0, 0],
        [2, 1, 0],
        [4, 0, 1],
      ],
      0.5,
    ),
  ],
  [
    'lathe',
    lathe(
      wall(
        smooth([
          [0, 0],
          [2, 0],
          [3, 2],
          [3, 5],
        ]),
        0.3,
      ),
    ),
  ],
  ['smooth union', smoothUnion(0.5, sphere(1), box(2, 0.4, 0.4))],
  ['carved box', carve(box(2, 2, 2), sphere(1.5))],
];

describe('shapes', () => {
  test.each(SHAPES)('%s lies in its box', (_name, shape) => {
    const random = new Random(3);
    for (let i = 0; i < 4000; i++) {
      const p = [random.around(8), random.around(8), random.around(8)] as const;
      if (shape.distance(...p) >= 0) continue;
      for (const k of [0, 1, 2] as const) {
        expect(p[k]).toBeGreaterThanOrEqual(shape.low[k] - 0.05);
        expect(p[k]).toBeLessThanOrEqual(shape.high[k] + 0.05);
      }
    }
  });

  test.each(SHAPES)('%s never overstates its distance by more than the march can bear', (_name, shape) => {
    const random = new Random(5);
    const points = Array.from(
      { length: 3000 },
      () => [random.around(7), random.around(7), random.around(7)] as const,
    );
    const inside = points.filter((p) => shape.distance(...p) < 0);
    for (const p of points.slice(0, 200)) {
      const distance = shape.distance(...p);
      if (distance <= 0) continue;
      for (const q of inside) {
        expect(Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2])).toBeGreaterThan(distance * 0.97 - 0.05);
      }
    }
  });

  test('the surface of an ellipsoid is where its distance is 0', () => {
    const { distance } = ellipsoid(3, 1, 2);
    for (const p of [
      [3, 0, 0],
      [0, 1, 0],
      [0, 0, -2],
    ] as const)
      expect(distance(...p)).toBeCloseTo(0, 9);
  });
});
