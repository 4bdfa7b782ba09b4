import { describe, expect, test } from 'vitest';
import { fitSize, modelFrame, toImageBox, toImagePoint, toModelBox, toModelPoint } from './geometry.ts';

describe('fitSize', () => {
  test.each([
    // width, height, side, content
    [1800, 1200, 1024, 1024, 683],
    [1200, 1800, 1024, 683, 1024],
    [640, 427, 256, 256, 171],
    [393, 286, 256, 256, 186],
    [300, 500, 256, 154, 256],
    [64, 48, 1024, 1024, 768],
    [1024, 1024, 1024, 1024, 1024],
    [4, 3, 2, 2, 2],
    [6730, 7101, 1024, 970, 1024],
  ])(
    '%i x %i on a side of %i becomes %i x %i: the short side rounds half up',
    (width, height, side, w, h) => {
      expect(fitSize({ width, height }, side, 'pad')).toEqual({ width: w, height: h });
    },
  );

  test('a side that would vanish keeps one pixel', () => {
    expect(fitSize({ width: 1, height: 5000 }, 448, 'pad')).toEqual({ width: 1, height: 448 });
  });

  test('stretching ignores the ratio', () => {
    expect(fitSize({ width: 30, height: 500 }, 448, 'stretch')).toEqual({ width: 448, height: 448 });
  });

  test.each([0, -1, 1.5, Number.NaN])('refuses a width of %d', (width) => {
    expect(() => fitSize({ width, height: 10 }, 448, 'pad')).toThrow(/cannot be resized/);
  });
});

describe('conversion between image and model pixels', () => {
  test('each axis scales by its own rounded size, and no half pixel is added', () => {
    const frame = modelFrame({ width: 640, height: 427 }, 256, 'pad');
    expect(toModelPoint({ x: 320, y: 427 }, frame)).toEqual({ x: 128, y: 171 });
    // not 427 * 256 / 640 = 170.8, which is what one common factor would give
  });

  test('the stretched frame maps the far corner to the far corner', () => {
    const frame = modelFrame({ width: 30, height: 500 }, 448, 'stretch');
    expect(toModelBox({ x0: 0, y0: 0, x1: 30, y1: 500 }, frame)).toEqual({ x0: 0, y0: 0, x1: 448, y1: 448 });
  });

  test('there and back is where it was, also outside the image', () => {
    const frame = modelFrame({ width: 333, height: 517 }, 448, 'pad');
    for (const point of [
      { x: -3.5, y: 600 },
      { x: 12.25, y: 0 },
    ]) {
      const back = toImagePoint(toModelPoint(point, frame), frame);
      expect(back.x).toBeCloseTo(point.x, 9);
      expect(back.y).toBeCloseTo(point.y, 9);
    }
    const box = { x0: 1, y0: 2, x1: 3, y1: 4 };
    expect(toImageBox(toModelBox(box, frame), frame).x1).toBeCloseTo(3, 9);
  });
});
