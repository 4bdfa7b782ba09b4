import { expect, test } from 'vitest';
import { revealed, toScreen } from './view.ts';

const SCREEN = { width: 800, height: 600 };
const box = (x: number, y: number, side: number) => ({ x0: x, y0: y, x1: x + side, y1: y + side });

test('what can be seen and judged leaves the view as it is', () => {
  const view = { zoom: 2, x: 0, y: 0 };
  expect(revealed(view, box(50, 50, 100), SCREEN)).toBe(view);
});

test.each([
  ['outside the screen', { zoom: 1, x: 0, y: 0 }, box(2000, 900, 100), 1],
  ['a speck', { zoom: 1, x: 0, y: 0 }, box(100, 100, 16), 10],
  ['larger than the screen', { zoom: 4, x: 0, y: 0 }, box(0, 0, 276), 2],
] as const)('%s comes to the middle, as large as it must be', (_, view, region, zoom) => {
  const next = revealed(view, region, SCREEN);
  expect(next.zoom).toBeCloseTo(zoom, 6);
  const middle = toScreen(next, { x: (region.x0 + region.x1) / 2, y: (region.y0 + region.y1) / 2 });
  expect(middle.x).toBeCloseTo(400, 6);
  expect(middle.y).toBeCloseTo(300, 6);
});
