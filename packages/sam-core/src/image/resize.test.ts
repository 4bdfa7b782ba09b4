import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import golden from '../../fixtures/golden.json' with { type: 'json' };
import { noiseBytes } from '../testing.ts';
import { pixels } from './pixels.ts';
import { resize } from './resize.ts';

describe('resize', () => {
  test.each(golden.resize)('parity: $from -> $to is byte for byte what Pillow makes of it', (given) => {
    const [width, height] = given.from as [number, number];
    const [toWidth, toHeight] = given.to as [number, number];
    const source = pixels(noiseBytes(width * height * 3, given.seed), { width, height });
    const { data } = resize(source, { width: toWidth, height: toHeight });
    expect(createHash('sha256').update(data).digest('hex')).toBe(given.sha256);
  });

  test('the same size gives the very same pixels', () => {
    const source = pixels(noiseBytes(75, 1), { width: 5, height: 5 });
    expect(resize(source, { width: 5, height: 5 })).toBe(source);
  });

  test('white stays white: the integer weights may add up to a little more than one', () => {
    const source = pixels(new Uint8Array(311 * 7 * 3).fill(255), { width: 311, height: 7 });
    expect(new Set(resize(source, { width: 97, height: 5 }).data)).toEqual(new Set([255]));
  });

  test.each([
    { width: 0, height: 5 },
    { width: 2.5, height: 5 },
    { width: 5, height: Number.NaN },
  ])('refuses $width x $height pixels', (to) => {
    expect(() => resize(pixels(new Uint8Array(3), { width: 1, height: 1 }), to)).toThrow('cannot resize');
  });
});
