import { bitMask, decodeRle, encodeRle, maskArea, rleArea } from '@maskloop/sam-core';
import { expect, test } from 'vitest';
import { dilate, refine } from './refine.ts';

const SIZE = { width: 40, height: 40 };

function square(x0: number, y0: number, side: number, mask = bitMask(SIZE), value: 0 | 1 = 1) {
  for (let y = y0; y < y0 + side; y++) mask.data.fill(value, y * 40 + x0, y * 40 + x0 + side);
  return mask;
}

test('growing and shrinking move the edge by a pixel, not into the corners of a disc', () => {
  expect(maskArea(dilate(square(10, 10, 5), 1, 1))).toBe(25 + 20);
  expect(maskArea(dilate(square(10, 10, 5), 1, 0))).toBe(9);
  // the border of the picture is no outside
  expect(maskArea(dilate(square(0, 0, 5), 1, 0))).toBe(16);
});

test('small holes are filled and small islands dropped, large ones stay', () => {
  const mask = square(5, 5, 30);
  square(10, 10, 3, mask, 0);
  square(20, 20, 12, mask, 0);
  square(0, 0, 2, mask);
  const rle = encodeRle(mask);
  const area = rleArea(rle);
  expect(rleArea(refine(rle, area, 'fill-holes', []))).toBe(area + 9);
  expect(rleArea(refine(rle, area, 'drop-islands', []))).toBe(area - 4);
});

test('smoothing takes a spike away and leaves the body', () => {
  const mask = square(10, 10, 20);
  for (const x of [30, 31, 32, 33]) square(x, 18, 1, mask);
  const smooth = decodeRle(refine(encodeRle(mask), maskArea(mask), 'smooth', []));
  expect(smooth.data[18 * 40 + 32]).toBe(0);
  expect(maskArea(smooth)).toBeGreaterThan(380);
});

test('clipping leaves what no other mask has', () => {
  const rle = encodeRle(square(0, 0, 10));
  expect(rleArea(refine(rle, 100, 'clip', [encodeRle(square(5, 0, 10)), encodeRle(square(0, 8, 10))]))).toBe(
    40,
  );
});
