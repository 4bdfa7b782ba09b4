import { describe, expect, test } from 'vitest';
import { blobs } from '../testing.ts';
import { bitMask } from './bit-mask.ts';
import { polygonsFromRle, rleFromPolygons, simplifyRing } from './polygon.ts';
import { encodeRle, type Rle, rleArea, rleIou } from './rle.ts';

const drawn = (...rows: string[]): Rle =>
  encodeRle(
    bitMask(
      { width: rows[0]!.length, height: rows.length },
      Uint8Array.from(rows.join(''), (c) => (c === '#' ? 1 : 0)),
    ),
  );

describe('polygons', () => {
  test('a rectangle has four corners, on pixel borders', () => {
    expect(polygonsFromRle(drawn('....', '.##.', '....'))).toEqual([
      { outer: [3, 1, 3, 2, 1, 2, 1, 1], holes: [] },
    ]);
  });

  test('a hole belongs to the part around it, and an island in it is a part of its own', () => {
    const polygons = polygonsFromRle(drawn('#####', '#...#', '#.#.#', '#...#', '#####'));
    expect(polygons.map(({ holes }) => holes.length)).toEqual([1, 0]);
  });

  test.each([
    [1, 1],
    [17, 9],
    [60, 45],
    [33, 120],
  ])(
    '%i x %i: outlines painted again are the very same mask, holes and islands included',
    (width, height) => {
      for (let seed = 1; seed < 25; seed++) {
        const rle = encodeRle(blobs(width, height, seed));
        expect(rleFromPolygons(polygonsFromRle(rle), rle)).toEqual(rle);
      }
    },
  );

  test('simplified outlines have far fewer corners and nearly the same pixels', () => {
    const rle = encodeRle(bitMask({ width: 200, height: 200 }, disc(200, 80)));
    const [exact, rough] = [polygonsFromRle(rle)[0]!, polygonsFromRle(rle, 1)[0]!];
    expect(rough.outer.length).toBeLessThan(exact.outer.length / 5);
    expect(rleIou(rle, rleFromPolygons([rough], rle))).toBeGreaterThan(0.98);
  });

  test('a tolerance that swallows a speck drops it', () => {
    expect(polygonsFromRle(drawn('#..', '...', '...'), 5)).toEqual([]);
  });

  test('what lies outside the image is cut off, and overlapping polygons add up', () => {
    const square = (x: number, y: number, side: number) => [
      x,
      y,
      x + side,
      y,
      x + side,
      y + side,
      x,
      y + side,
    ];
    const size = { width: 10, height: 10 };
    const one = { outer: square(-5, -5, 10), holes: [] };
    const two = { outer: square(3, 3, 100), holes: [square(4, 4, 3)] };
    expect(rleArea(rleFromPolygons([one], size))).toBe(25);
    expect(rleArea(rleFromPolygons([one, two], size))).toBe(25 + 49 - 4 - 8);
  });

  test.each([[[0, 0, 1, 1]], [[0, 0, 1, 1, 2]], [[0, 0, 1, 1, Number.NaN, 2]]])(
    'refuses the ring %j',
    (outer) => {
      expect(() => rleFromPolygons([{ outer, holes: [] }], { width: 4, height: 4 })).toThrow(
        'three or more finite',
      );
    },
  );

  test('points on a line vanish, corners stay', () => {
    expect(simplifyRing([0, 0, 5, 0, 10, 0, 10, 10, 0, 10], 0.5)).toEqual([0, 0, 10, 0, 10, 10, 0, 10]);
  });
});

function disc(side: number, radius: number): Uint8Array {
  const middle = (side - 1) / 2;
  return Uint8Array.from({ length: side * side }, (_, i) =>
    Math.hypot((i % side) - middle, Math.floor(i / side) - middle) < radius ? 1 : 0,
  );
}
