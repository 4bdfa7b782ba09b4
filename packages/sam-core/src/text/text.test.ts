import { expect, test } from 'vitest';
import { encodeRle } from '../mask/rle.ts';
import { cropWindow, maskCrop, textImageInput } from './crop.ts';
import { TextModelManifest } from './manifest.ts';
import { cosine, fitTokens, phraseShares, sentenceOf, softmax } from './match.ts';

const vector = (...values: number[]) => Float32Array.from(values);

test('a cosine is about direction alone, and an embedding of zeros fits nothing', () => {
  expect(cosine(vector(1, 2, 3), vector(2, 4, 6))).toBeCloseTo(1);
  expect(cosine(vector(1, 0), vector(-3, 0))).toBe(-1);
  expect(cosine(vector(1, 0), vector(0, 5))).toBe(0);
  expect(cosine(vector(0, 0), vector(1, 1))).toBe(0);
});

test('a softmax sums to 1, whatever the size of its numbers', () => {
  expect(softmax([1000, 1000])).toEqual([0.5, 0.5]);
  expect(softmax([0, Math.log(3)])[1]).toBeCloseTo(0.75);
});

test('TX1 shares are taken from the background phrases, too: one phrase alone does not fit everything', () => {
  const of = (image: Float32Array, scale: number) =>
    phraseShares(image, { phrases: [vector(1, 0)], background: [vector(0, 1)], scale });
  expect(of(vector(1, 0), 100)[0]).toBeGreaterThan(0.999);
  expect(of(vector(0, 1), 100)[0]).toBeLessThan(0.001);
  expect(of(vector(1, 1), 100)).toEqual([0.5]);
  // the temperature: a smaller scale is less sure
  expect(of(vector(1, 0), 1)[0]).toBeCloseTo(Math.E / (Math.E + 1));
});

test('TX2 the window is a square around the mask, also beyond the border', () => {
  expect(cropWindow({ x0: 10, y0: 20, x1: 30, y1: 30 })).toEqual({ x0: 8, y0: 13, x1: 32, y1: 37 });
  expect(cropWindow({ x0: 0, y0: 0, x1: 10, y1: 4 })).toEqual({ x0: -1, y0: -4, x1: 11, y1: 8 });
});

test('TX2 only what the mask covers is shown, the rest is the mean colour', () => {
  const size = { width: 4, height: 3 };
  const pixels = { ...size, data: Uint8Array.from({ length: 36 }, (_, i) => i) };
  const mask = encodeRle({ ...size, data: Uint8Array.of(0, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0) });
  const crop = maskCrop(pixels, mask, [100.4, 110, 120]);
  expect(crop).toMatchObject({ width: 4, height: 4 });
  const at = (x: number, y: number) => [...crop.data.subarray((y * 4 + x) * 3, (y * 4 + x) * 3 + 3)];
  expect([at(1, 1), at(2, 1), at(1, 2)]).toEqual([
    [12, 13, 14],
    [15, 16, 17],
    [24, 25, 26],
  ]);
  expect([at(2, 2), at(0, 0), at(3, 3)]).toEqual(Array(3).fill([100, 110, 120]));
  expect(() => maskCrop({ ...pixels, width: 3, height: 4 }, mask, [0, 0, 0])).toThrow('mask of the picture');
  const { dims, data } = textImageInput([crop, crop], { side: 4, mean: [100, 110, 120], std: [2, 2, 2] });
  expect(dims).toEqual([2, 3, 4, 4]);
  // channel by channel: (12 - 100) / 2 at (1, 1), nothing at the lower right end
  expect([data[5], data[16 + 5], data[32 + 5]]).toEqual([-44, -48.5, -53]);
  expect([data[15], data[16 + 15], data[32 + 15]]).toEqual([0, 0, 0]);
});

test('TX3 a phrase is put into the sentence as it stands, and fills or is cut to the length', () => {
  expect(sentenceOf('a photo of a {}', '$& dog')).toBe('a photo of a $& dog');
  const fit = { contextLength: 4, padId: 9 };
  expect(fitTokens([1, 5, 2], fit)).toEqual({ ids: [1, 5, 2, 9], mask: [1, 1, 1, 0] });
  expect(fitTokens([1, 5, 6, 7, 8, 2], fit)).toEqual({ ids: [1, 5, 6, 2], mask: [1, 1, 1, 1] });
});

test('a manifest without a place for the phrase, or without a background, is refused', () => {
  const { shape } = TextModelManifest;
  expect(shape.template.safeParse('a photo').success).toBe(false);
  expect(shape.background.safeParse([]).success).toBe(false);
});
