import { encodeRle, type Rle } from '@maskloop/sam-core';
import { expect, test } from 'vitest';
import { Comparison } from './compare.ts';
import type { Picture } from './format.ts';

const rle = (bits: string): Rle =>
  encodeRle({ width: bits.length, height: 1, data: Uint8Array.from(bits, (bit) => Number(bit)) });

const picture = (...masks: string[]): Picture =>
  ({
    image: { id: 'image' },
    masks: masks.map((bits, n) => ({ rle: rle(bits), item: { maskId: `mask ${n}` } })),
  }) as unknown as Picture;

const own = picture('1100', '0011');

test.each([
  ['missing masks', [], ['is not in the file', 'is not in the file'], 0],
  ['other pixels', [{ rle: rle('1100') }, { rle: rle('0111') }], ['has other pixels'], 2 / 3],
  [
    'another class',
    [{ rle: rle('1100'), wrong: 'has the class dog' }, { rle: rle('0011') }],
    ['has the class dog'],
    1,
  ],
  ['another size', [{ rle: rle('11000'), expected: null }, { rle: rle('0011') }], ['has another size'], 0],
  [
    'what is seen of an overlapped mask',
    [{ rle: rle('1000'), expected: rle('1000') }, { rle: rle('0011') }],
    [],
    1 / 2,
  ],
  ['a simplified outline', [{ rle: rle('1110'), expected: null }, { rle: rle('0011') }], [], 2 / 3],
])('%s', (_, found, reasons, min) => {
  const comparison = new Comparison();
  comparison.add(own, found);
  const report = comparison.report();
  expect(report).toMatchObject({ compared: 2, different: reasons.length });
  expect(report.differences.map(({ reason }) => reason)).toEqual(
    reasons.map((text) => expect.stringContaining(text)),
  );
  expect(report.iou?.min).toBeCloseTo(min);
});

test('masks that nobody asked for are differences too', () => {
  const comparison = new Comparison();
  comparison.addSurplus(3);
  expect(comparison.report()).toEqual({ compared: 0, different: 3, differences: [], iou: null });
});
