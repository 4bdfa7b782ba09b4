import { expect, test } from 'vitest';
import { boundaryF, boundaryTolerance } from './boundary.ts';
import { encodeRle, type Rle } from './rle.ts';

const IMAGE = { width: 20, height: 12 };

/** x1 and y1 EXCLUSIVE */
function rectangle(x0: number, y0: number, x1: number, y1: number): Rle {
  const data = new Uint8Array(IMAGE.width * IMAGE.height);
  for (let y = y0; y < y1; y++) data.fill(1, y * IMAGE.width + x0, y * IMAGE.width + x1);
  return encodeRle({ ...IMAGE, data });
}
const EMPTY = rectangle(0, 0, 0, 0);
const FULL = rectangle(0, 0, 20, 12);

test('the tolerance grows with the picture and is a pixel at least', () => {
  expect([{ width: 64, height: 48 }, { width: 1920, height: 1080 }, IMAGE].map(boundaryTolerance)).toEqual([
    1, 6, 1,
  ]);
});

test('a shifted mask loses the sides that went too far, and no more', () => {
  const square = rectangle(4, 3, 9, 8);
  const shifted = rectangle(6, 3, 11, 8);
  // 5 x 5: 16 boundary pixels each. Of the left square's, columns 5..8 of the top and bottom rows are near the other's
  // outline, and of the inner ones of column 8 the upper and the lower one: 10. The right one is its mirror image.
  expect(boundaryF(square, shifted, 1)).toBeCloseTo(10 / 16, 12);
  expect(boundaryF(square, shifted, 2)).toBe(1);
  expect(boundaryF(square, square, 1)).toBe(1);
});

test('precision and recall differ where one outline is a part of the other', () => {
  // a bar of 1 x 6 along the top side of a rectangle of 6 x 5, whose boundary has 18 pixels
  const bar = rectangle(4, 3, 10, 4);
  const whole = rectangle(4, 3, 10, 8);
  // all 6 of the bar lie on the outline; of the rectangle's 18 the 6 of row 3 and the 2 ends of row 4 are near
  const [precision, recall] = [1, 8 / 18];
  expect(boundaryF(bar, whole, 1)).toBeCloseTo((2 * precision * recall) / (precision + recall), 12);
  expect(boundaryF(whole, bar, 1)).toBe(boundaryF(bar, whole, 1));
});

test('the border of the image is no boundary', () => {
  const left = rectangle(0, 0, 10, 12);
  const wider = rectangle(0, 0, 16, 12);
  // one vertical side each, six columns apart
  expect(boundaryF(left, wider, 5)).toBe(0);
  expect(boundaryF(left, wider, 6)).toBe(1);
  expect(boundaryF(FULL, FULL, 1)).toBe(1);
  expect(boundaryF(FULL, left, 1)).toBe(0);
});

test('nothing agrees with nothing only', () => {
  expect(boundaryF(EMPTY, EMPTY, 1)).toBe(1);
  expect(boundaryF(EMPTY, FULL, 1)).toBe(0);
  expect(boundaryF(rectangle(1, 1, 4, 4), EMPTY, 1)).toBe(0);
});
