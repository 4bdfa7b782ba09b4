import { describe, expect, test } from 'vitest';
import { blobs, seeded } from '../testing.ts';
import { type BitMask, bitMask, maskArea, maskBox, maskIou } from './bit-mask.ts';
import { compressCounts, expandCounts, parseRle, toCocoRle } from './coco-rle.ts';
import {
  decodeRle,
  encodeRle,
  rleArea,
  rleBox,
  rleIntersection,
  rleIntersectionArea,
  rleIou,
  rleSubtract,
  rleUnion,
} from './rle.ts';

/** Rows of # and . */
function drawn(...rows: string[]): BitMask {
  const width = rows[0]!.length;
  return bitMask(
    { width, height: rows.length },
    Uint8Array.from(rows.join(''), (c) => (c === '#' ? 1 : 0)),
  );
}

/** The definition, pixel by pixel. */
function plainCounts({ width, height, data }: BitMask): number[] {
  const counts = [0];
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      if (data[y * width + x] !== ((counts.length - 1) & 1)) counts.push(0);
      counts[counts.length - 1]!++;
    }
  }
  return counts;
}

const SIZES = [
  [1, 1],
  [4, 4],
  [5, 3],
  [3, 5],
  [1, 40],
  [40, 1],
  [63, 17],
  [64, 33],
  [101, 50],
] as const;

describe('run lengths', () => {
  test.each([
    ['columns before rows', drawn('#..', '#..'), [0, 2, 4]],
    ['the first run counts zeros', drawn('..', '.#'), [3, 1]],
    ['an empty mask is one run', drawn('...', '...'), [6]],
    ['a full mask starts with no zeros', drawn('##', '##'), [0, 4]],
    ['a run goes on over the end of a column', drawn('.#', '#.'), [1, 2, 1]],
    ['trailing zeros are counted', drawn('.#.', '...'), [2, 1, 3]],
  ])('%s', (_, mask, counts) => {
    expect([...encodeRle(mask).counts]).toEqual(counts);
    expect(decodeRle(encodeRle(mask))).toEqual(mask);
  });

  test.each(SIZES)(
    '%i x %i: encoding agrees with the definition, and decoding undoes it',
    (width, height) => {
      for (let seed = 1; seed < 30; seed++) {
        const mask = blobs(width, height, seed);
        const rle = encodeRle(mask);
        expect([...rle.counts]).toEqual(plainCounts(mask));
        expect(decodeRle(rle)).toEqual(mask);
        expect(rleArea(rle)).toBe(maskArea(mask));
        expect(rleBox(rle)).toEqual(maskBox(mask));
      }
    },
  );

  test('a mask that is a view at an odd offset encodes alike', () => {
    const mask = blobs(8, 8, 3);
    const shifted = new Uint8Array(65);
    shifted.set(mask.data, 1);
    expect(encodeRle({ ...mask, data: shifted.subarray(1) })).toEqual(encodeRle(mask));
  });
});

describe('set operations without decoding', () => {
  test.each(SIZES)('%i x %i: they agree with the pixels', (width, height) => {
    for (let seed = 1; seed < 20; seed++) {
      const [a, b] = [blobs(width, height, seed), blobs(width, height, seed + 100)];
      const [ra, rb] = [encodeRle(a), encodeRle(b)];
      const pixelwise = (rule: (x: number, y: number) => number) =>
        encodeRle(
          bitMask(
            a,
            a.data.map((x, i) => rule(x, b.data[i]!)),
          ),
        );
      expect(rleUnion(ra, rb)).toEqual(pixelwise((x, y) => x | y));
      expect(rleIntersection(ra, rb)).toEqual(pixelwise((x, y) => x & y));
      expect(rleSubtract(ra, rb)).toEqual(pixelwise((x, y) => x & (1 - y)));
      expect(rleIou(ra, rb)).toBe(maskIou(a, b));
      expect(rleIntersectionArea(ra, rb)).toBe(rleArea(rleIntersection(ra, rb)));
    }
  });

  test('two empty masks agree fully', () => {
    const empty = encodeRle(bitMask({ width: 3, height: 3 }));
    expect(rleIou(empty, empty)).toBe(1);
  });

  test('masks of different images are refused', () => {
    const [a, b] = [encodeRle(blobs(4, 5, 1)), encodeRle(blobs(5, 4, 1))];
    expect(() => rleIou(a, b)).toThrow('masks of 4 x 5 and 5 x 4 pixels cannot be combined');
  });
});

describe('the compressed string', () => {
  test.each<[number[], string]>([
    // worked out by hand from the format: five bits, least first, 0x20 = more, +48
    [[0], '0'],
    [[6], '6'],
    [[15], '?'],
    [[16], '`0'], // bit 0x10 of the last group would read as a sign, so a group of zeros follows
    [[31], 'o0'],
    [[32], 'P1'],
    [[0, 4], '04'],
    [[5, 5, 5], '555'], // the third number is stored as it is …
    [[5, 5, 5, 5], '5550'], // … and the fourth as a difference to the second
    [[3, 9, 4, 7], '394N'], // 7 - 9 = -2
    [[0, 100, 0, 1], '0T30mL'], // 1 - 100 = -99 = ...11100 11101
  ])('%j is %s', (counts, text) => {
    expect(compressCounts(counts)).toBe(text);
    expect([...expandCounts(text)]).toEqual(counts);
  });

  test('any counts survive the way there and back', () => {
    const next = seeded(5);
    for (let round = 0; round < 300; round++) {
      const counts = Array.from({ length: 1 + (next() % 40) }, () => next() >>> (1 + (next() % 31)));
      expect([...expandCounts(compressCounts(counts))]).toEqual(counts);
    }
  });

  test('a mask with very many runs is written in pieces', () => {
    const rle = encodeRle(
      bitMask(
        { width: 300, height: 301 },
        Uint8Array.from({ length: 90300 }, (_, i) => (i + Math.floor(i / 300)) & 1),
      ),
    );
    expect(rle.counts.length).toBeGreaterThan(90_000);
    expect(parseRle(toCocoRle(rle))).toEqual(rle);
  });

  test.each([
    ['a foreign character', '0T3\n', 'counts has a foreign character at 3'],
    ['an unfinished number', '0T', 'counts ends in the middle of a number'],
    ['a number of eight groups', 'ooooooo0', 'counts has a number above 2^31'],
    ['a negative run', '394A', 'run 3 must be 0 or more'],
  ])('%s is refused', (_, text, message) => {
    expect(() => expandCounts(text.replace('A', 'D'))).toThrow(message);
  });
});

describe('parseRle', () => {
  test('takes both COCO forms', () => {
    const rle = encodeRle(blobs(20, 10, 4));
    expect(parseRle(toCocoRle(rle))).toEqual(rle);
    expect(parseRle({ size: [10, 20], counts: [...rle.counts] })).toEqual(rle);
  });

  test('joins runs that a zero-length run splits, so that one mask has one code', () => {
    expect([...parseRle({ size: [2, 3], counts: [1, 0, 1, 2, 0, 1, 1, 0] }).counts]).toEqual([2, 3, 1]);
  });

  test.each<[string, unknown, string]>([
    ['no object', null, 'rle must be an object, got null'],
    ['no size', { counts: '6' }, 'size must be [height, width]'],
    ['a fractional size', { size: [2.5, 2], counts: [5] }, 'size must be [height, width]'],
    [
      'a huge size',
      { size: [1e6, 1e6], counts: [1e12] },
      'size may have at most 268435456 pixels, got 1000000000000',
    ],
    [
      'the size of another image',
      { size: [2, 3], counts: [6] },
      "size must be the image's [3, 2], got [2,3]",
    ],
    ['a short sum', { size: [3, 2], counts: [1, 2] }, 'counts must add up to 3 * 2 = 6, got 3'],
    ['a long sum', { size: [3, 2], counts: [1, 20] }, 'counts must add up to 3 * 2 = 6, got 21'],
    ['a negative run', { size: [3, 2], counts: [-1, 7] }, 'run 0 must be whole and in 0..2^31, got -1'],
    ['a fractional run', { size: [3, 2], counts: [1.5, 4.5] }, 'run 0 must be whole'],
    ['an empty mask', { size: [3, 2], counts: [6] }, 'counts must have a pixel inside, got 0'],
    ['no counts', { size: [3, 2] }, 'counts must be a string or an array of numbers, got undefined'],
  ])('refuses %s', (_, value, message) => {
    expect(() => parseRle(value, { size: { width: 2, height: 3 } })).toThrow(/./);
    const limits = message.startsWith("size must be the image's") ? { size: { width: 2, height: 3 } } : {};
    expect(() => parseRle(value, limits)).toThrow(message);
  });

  test('an empty mask passes where it is allowed', () => {
    expect(rleArea(parseRle({ size: [3, 2], counts: [6] }, { allowEmpty: true }))).toBe(0);
  });

  test('more runs than the limit are refused before they are read', () => {
    expect(() => parseRle({ size: [9, 9], counts: '1'.repeat(100) }, { maxRuns: 4 })).toThrow(
      'at most 4 runs',
    );
  });
});
