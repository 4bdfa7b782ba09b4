import { expect, test } from 'vitest';
import { histogram, keeps } from './thresholds.ts';

const T = { predIouThresh: 0.5, stabilityScoreThresh: 0.8 };

test('predicted IoU must be above, stability at least, and an unknown stability counts as 0', () => {
  expect(keeps(T, { predictedIou: 0.5, stability: 0.9 })).toBe(false);
  expect(keeps(T, { predictedIou: 0.51, stability: 0.8 })).toBe(true);
  expect(keeps(T, { predictedIou: 0.9, stability: 0.79 })).toBe(false);
  expect(keeps(T, { predictedIou: 0.9, stability: null })).toBe(false);
  expect(keeps({ ...T, stabilityScoreThresh: 0 }, { predictedIou: 0.9, stability: null })).toBe(true);
});

test('a histogram holds every proposal once, on the side of both thresholds together', () => {
  const proposals = [
    { predictedIou: 0.2, stability: 0.9 },
    { predictedIou: 0.6, stability: 0.9 },
    { predictedIou: 0.6, stability: 0.1 },
    { predictedIou: 1.02, stability: 0.95 },
  ];
  const bins = histogram(proposals, 'predictedIou', T, { from: 0.25, bins: 3 });
  expect(bins.map(({ kept, dropped }) => [kept, dropped])).toEqual([
    [0, 1],
    [1, 1],
    [1, 0],
  ]);
  expect(bins.map(({ from }) => from)).toEqual([0.25, 0.5, 0.75]);
});
