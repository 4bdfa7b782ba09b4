import { expect, test } from 'vitest';
import { windowOn } from './mask-window.ts';

const IMAGE = { width: 1000, height: 600 };
const SCREEN = { width: 800, height: 400 };

test('the mask lies in the middle with room around it, in the shape of the screen', () => {
  const { x0, y0, x1, y1 } = windowOn({ x: 450, y: 250, width: 100, height: 100 }, IMAGE, SCREEN);
  expect((x1 - x0) / (y1 - y0)).toBeCloseTo(2, 10);
  expect([(x0 + x1) / 2, (y0 + y1) / 2]).toEqual([500, 300]);
  expect(y1 - y0).toBeCloseTo(170, 10);
});

test('at an edge the window stays inside the picture and the mask inside the window', () => {
  const { x0, y0, x1 } = windowOn({ x: 0, y: 580, width: 20, height: 20 }, IMAGE, SCREEN);
  expect(x0).toBe(0);
  expect(y0).toBeGreaterThan(500);
  expect(y0).toBeLessThan(580);
  expect(x1).toBeGreaterThan(20);
});

test('a mask as large as the picture is seen whole', () => {
  const { x0, y0, x1, y1 } = windowOn({ x: 0, y: 0, width: 1000, height: 600 }, IMAGE, SCREEN);
  expect(x0).toBeLessThanOrEqual(0);
  expect(x1).toBeGreaterThanOrEqual(1000);
  expect(y0).toBeLessThanOrEqual(0);
  expect(y1).toBeGreaterThanOrEqual(600);
});
