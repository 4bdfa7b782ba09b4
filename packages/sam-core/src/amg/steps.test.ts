import { describe, expect, test } from 'vitest';
import { cropsOf, touchesCropEdge } from './crops.ts';
import { nonMaximumSuppression } from './nms.ts';
import { AmgOptions } from './options.ts';
import { pointGrid, pointsPerSide } from './point-grid.ts';

const box = (x0: number, y0: number, x1: number, y1: number) => ({ x0, y0, x1, y1 });

describe('point grid', () => {
  test('points sit in the middle of their cells, x fastest', () => {
    expect(pointGrid(2, { width: 40, height: 8 })).toEqual([
      { x: 10, y: 2 },
      { x: 30, y: 2 },
      { x: 10, y: 6 },
      { x: 30, y: 6 },
    ]);
    expect(pointGrid(1, { width: 5, height: 3 })).toEqual([{ x: 2.5, y: 1.5 }]);
  });

  test.each([
    [0, 32],
    [1, 16],
    [2, 8],
    [9, 1],
  ])('layer %i has %i points per side when each layer halves them, and never none', (layer, points) => {
    expect(pointsPerSide(layer, AmgOptions.parse({ cropNPointsDownscaleFactor: 2 }))).toBe(points);
  });
});

describe('crops', () => {
  test('one layer: four overlapping quarters, columns outermost', () => {
    expect(
      cropsOf({ width: 640, height: 427 }, 1, 512 / 1500).map(({ box: b }) => [b.x0, b.y0, b.x1, b.y1]),
    ).toEqual([
      [0, 0, 640, 427],
      [0, 0, 393, 286],
      [0, 141, 393, 427],
      [248, 0, 640, 286],
      [248, 141, 640, 427],
    ]);
  });

  test("the paper's setting has 1 + 4 + 16 crops, all inside the image", () => {
    const crops = cropsOf({ width: 1500, height: 2250 }, 2, 512 / 1500);
    expect(crops).toHaveLength(21);
    for (const { box: b } of crops) {
      expect(b.x0 >= 0 && b.y0 >= 0 && b.x1 <= 1500 && b.y1 <= 2250 && b.x0 < b.x1 && b.y0 < b.y1).toBe(true);
    }
  });
});

describe('masks cut off by a crop', () => {
  const image = { width: 640, height: 427 };
  test.each([
    ['20 px from the inner border still counts', box(267, 141, 500, 300), box(247, 100, 640, 427), true],
    ['21 px does not', box(268, 141, 500, 300), box(247, 100, 640, 427), false],
    [
      "a border that is also the image's cuts nothing",
      box(300, 200, 639, 426),
      box(247, 141, 640, 427),
      false,
    ],
    ['the full image cuts nothing', box(0, 0, 639, 426), box(0, 0, 640, 427), false],
    [
      "an inner border within 20 px of the image's is forgiven",
      box(15, 200, 300, 300),
      box(12, 0, 640, 427),
      false,
    ],
  ])('%s', (_, mask, crop, cut) => {
    expect(touchesCropEdge(mask, crop, image)).toBe(cut);
  });
});

describe('non-maximum suppression', () => {
  test('the better of two that overlap stays, best first', () => {
    const boxes = [box(0, 0, 10, 10), box(0, 0, 10, 9), box(50, 50, 60, 60)];
    expect(nonMaximumSuppression(boxes, [0.8, 0.9, 0.95], 0.7)).toEqual([2, 1]);
  });

  test('an overlap of exactly the threshold is allowed', () => {
    const boxes = [box(0, 0, 10, 10), box(0, 0, 10, 5)];
    expect(nonMaximumSuppression(boxes, [1, 0.5], 0.5)).toEqual([0, 1]);
    expect(nonMaximumSuppression(boxes, [1, 0.5], 0.49)).toEqual([0]);
  });

  test('equal scores keep their order', () => {
    const boxes = [box(0, 0, 1, 1), box(5, 5, 9, 9), box(20, 20, 22, 22)];
    expect(nonMaximumSuppression(boxes, [1, 1, 1], 0.7)).toEqual([0, 1, 2]);
  });

  test('boxes one pixel wide have area 0 and never suppress each other', () => {
    expect(nonMaximumSuppression([box(3, 0, 3, 9), box(3, 0, 3, 9)], [1, 1], 0.7)).toEqual([0, 1]);
  });

  test('only kept boxes suppress', () => {
    // the middle one overlaps both ends; the ends do not overlap enough
    const boxes = [box(0, 0, 10, 10), box(2, 0, 12, 10), box(4, 0, 14, 10)];
    expect(nonMaximumSuppression(boxes, [0.9, 0.8, 0.7], 0.6)).toEqual([0, 2]);
  });
});

test("the defaults are the reference's", () => {
  expect(AmgOptions.parse({})).toEqual({
    pointsPerSide: 32,
    pointsPerBatch: 64,
    maxAreaShare: 1,
    predIouThresh: 0.88,
    stabilityScoreThresh: 0.95,
    stabilityScoreOffset: 1,
    boxNmsThresh: 0.7,
    cropNLayers: 0,
    cropNmsThresh: 0.7,
    cropOverlapRatio: 512 / 1500,
    cropNPointsDownscaleFactor: 1,
    minMaskRegionArea: 0,
  });
});
