import { compressCounts } from '@maskloop/sam-core';
import { expect, test } from 'vitest';
import { gridOf, inPaintOrder, sampleMask } from './overlay.ts';

/** Counts of a filled rectangle: down the columns, zeros first. */
function rectangle(
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
  image: { width: number; height: number },
): string {
  const runs = [x * image.height + y];
  for (let column = 0; column < width; column++) runs.push(height, image.height - height);
  return compressCounts(runs);
}

test('a mask is read at the middle of each cell', () => {
  const image = { width: 40, height: 20 };
  const grid = gridOf(image, 10);
  expect(grid).toEqual({ width: 10, height: 5 });
  const { cells } = sampleMask(rectangle({ x: 8, y: 4, width: 12, height: 8 }, image), image, grid);
  // cells are 4 x 4 pixels: columns 2..4, rows 1..2
  expect([...cells].sort((a, b) => a - b)).toEqual([12, 13, 14, 22, 23, 24]);
});

test('a small image keeps its size, and a run over several columns is followed', () => {
  const image = { width: 3, height: 4 };
  const grid = gridOf(image, 100);
  expect(grid).toEqual(image);
  const { cells } = sampleMask(compressCounts([2, 8, 2]), image, grid);
  expect([...cells].sort((a, b) => a - b)).toEqual([1, 2, 4, 5, 6, 7, 9, 10]);
});

test('the largest is painted first', () => {
  expect(inPaintOrder([{ area: 1 }, { area: 9 }, { area: 4 }]).map(({ area }) => area)).toEqual([9, 4, 1]);
});
