import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import golden from '../../fixtures/golden.json' with { type: 'json' };
import { blobs } from '../testing.ts';
import { bitMask } from './bit-mask.ts';
import { fillSmallHoles, findRegions, removeSmallIslands } from './regions.ts';
import { decodeRle, encodeRle, type Rle } from './rle.ts';

const drawn = (...rows: string[]): Rle =>
  encodeRle(
    bitMask(
      { width: rows[0]!.length, height: rows.length },
      Uint8Array.from(rows.join(''), (c) => (c === '#' ? 1 : 0)),
    ),
  );
const sha256 = (rle: Rle) => createHash('sha256').update(decodeRle(rle).data).digest('hex');

describe('regions', () => {
  test.each(golden.regions)(
    "parity: parts, holes and islands of $image (seed $seed) are OpenCV's",
    (given) => {
      const [width, height] = given.image as [number, number];
      const rle = encodeRle(blobs(width, height, given.seed));
      expect(sha256(rle)).toBe(given.mask);
      const areas = findRegions(rle).map((region) => region.area);
      expect(areas.sort((a, b) => a - b)).toEqual(given.areas8);
      expect(findRegions(rle, 'inside', 4)).toHaveLength(given.parts4);
      const filled = fillSmallHoles(rle, given.least);
      expect(sha256(filled.rle)).toBe(given.filled);
      expect(sha256(removeSmallIslands(filled.rle, given.least).rle)).toBe(given.cleaned);
    },
  );

  test('pixels touching at a corner are one part of eight neighbours and two of four', () => {
    const rle = drawn('#.', '.#');
    expect(findRegions(rle)).toHaveLength(1);
    expect(findRegions(rle, 'inside', 4)).toHaveLength(2);
  });

  test('a part knows its box and area', () => {
    expect(findRegions(drawn('.....', '.##..', '..#..'))).toMatchObject([
      { area: 3, box: { x0: 1, y0: 1, x1: 3, y1: 3 } },
    ]);
  });

  test('a small background part at the border counts as a hole, as in the reference', () => {
    const { rle, changed } = fillSmallHoles(drawn('.###', '####', '####'), 2);
    expect(changed).toBe(true);
    expect(rle).toEqual(drawn('####', '####', '####'));
  });

  test('when all islands are small the largest stays; among equals the one met first in blocks of two rows', () => {
    expect(removeSmallIslands(drawn('#..', '...', '.##'), 9).rle).toEqual(drawn('...', '...', '.##'));
    expect(removeSmallIslands(drawn('...#', '#...', '....'), 9).rle).toEqual(drawn('....', '#...', '....'));
  });

  test('the very same mask comes back when nothing is small', () => {
    const rle = drawn('##.', '##.', '...');
    expect(removeSmallIslands(rle, 4)).toEqual({ rle, changed: false });
    expect(fillSmallHoles(rle, 4).rle).toBe(rle);
  });

  test('an empty mask has no parts and stays empty', () => {
    const empty = drawn('...', '...');
    expect(findRegions(empty)).toEqual([]);
    expect(removeSmallIslands(empty, 5).rle).toBe(empty);
  });
});
