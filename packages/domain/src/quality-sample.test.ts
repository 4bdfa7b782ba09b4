import { describe, expect, test } from 'vitest';
import {
  allocate,
  estimateShare,
  type JudgedItem,
  SAMPLE_ALLOCATIONS,
  type Stratum,
  wilson,
} from './quality-sample.ts';

const stratum = (masks: number, drawn: number): Stratum => ({ from: null, population: masks, masks, drawn });
const items = (stratum: number, good: number, bad: number): JudgedItem[] =>
  Array.from({ length: good + bad }, (_, at) => ({
    stratum,
    cluster: `${stratum}-${at}`,
    verdict: at < good ? 'good' : 'bad',
    iou: null,
  }));

describe('QS2 allocation', () => {
  test.each([
    [[100, 300, 600], 10, 'proportional', [1, 3, 6]],
    [[100, 300, 600], 9, 'equal', [3, 3, 3]],
    // a stratum that has too few gives what it has, the others the rest
    [[1, 300, 600], 9, 'equal', [1, 4, 4]],
    [[0, 0, 5], 3, 'proportional', [0, 0, 3]],
    // less than one each: the largest parts
    [[10, 11, 12], 2, 'proportional', [0, 1, 1]],
    [[2, 3], 50, 'proportional', [2, 3]],
    [[0, 0], 5, 'equal', [0, 0]],
  ] as const)('QS2 of %j, %i drawn %s, are %j', (populations, size, how, given) => {
    expect(allocate(populations, size, how)).toEqual(given);
  });

  test('QS2 what is given adds up, whatever the populations, and no stratum gives more than it has', () => {
    let state = 7;
    const next = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state % below;
    };
    for (let turn = 0; turn < 300; turn++) {
      const populations = Array.from({ length: 5 }, () => (next(3) === 0 ? 0 : next(50)));
      const size = next(120);
      const all = populations.reduce((a, b) => a + b, 0);
      for (const how of SAMPLE_ALLOCATIONS) {
        const given = allocate(populations, size, how);
        expect(given.reduce((a, b) => a + b, 0)).toBe(Math.min(size, all));
        expect(given.every((count, at) => count <= (populations[at] ?? 0))).toBe(true);
      }
    }
  });
});

// values of R's binom.wilson and of statsmodels' proportion_confint(method='wilson')
test.each([
  [9, 10, 0.5958, 0.9821],
  [0, 10, 0, 0.2775],
  [10, 10, 0.7225, 1],
  [94, 100, 0.8752, 0.9722],
])("QS4 Wilson's interval of %i in %i is %d to %d", (hits, n, low, high) => {
  const found = wilson(hits / n, n);
  expect(found.low).toBeCloseTo(low, 4);
  expect(found.high).toBeCloseTo(high, 4);
});

test('QS3 right counts as 1, bad as 0, corrected by its IoU, and a level must be exceeded', () => {
  const judged: JudgedItem[] = [
    { stratum: 0, cluster: 'a', verdict: 'good', iou: null },
    { stratum: 0, cluster: 'b', verdict: 'bad', iou: null },
    { stratum: 0, cluster: 'c', verdict: 'corrected', iou: 0.9 },
    { stratum: 0, cluster: 'd', verdict: 'corrected', iou: 0.91 },
  ];
  expect(estimateShare([stratum(40, 4)], judged, 0.9)?.share).toBe(0.5);
  expect(estimateShare([stratum(40, 4)], judged, 0.75)?.share).toBe(0.75);
});

test('QS4 strata drawn as they are in the population give the plain share and interval', () => {
  const found = estimateShare(
    [stratum(600, 60), stratum(400, 40)],
    [...items(0, 57, 3), ...items(1, 37, 3)],
    0.9,
  );
  expect(found).toMatchObject({ judged: 100, covered: 1 });
  expect(found?.share).toBeCloseTo(0.94, 10);
  expect(found?.effectiveSize).toBeCloseTo(100, 6);
  expect(found?.low).toBeCloseTo(0.8752, 4);
});

test('QS4 a stratum that is drawn too often counts as it should, and the interval says what that costs', () => {
  // one tenth of the population is bad, and half of the sample comes from there
  const found = estimateShare(
    [stratum(100, 50), stratum(900, 50)],
    [...items(0, 0, 50), ...items(1, 50, 0)],
    0.9,
  );
  expect(found?.share).toBeCloseTo(0.9, 10);
  expect(found?.effectiveSize).toBeCloseTo(1 / (0.01 / 50 + 0.81 / 50), 6);
});

test('QS4 strata of which nothing is judged are left out, and it is said how much that is', () => {
  const found = estimateShare([stratum(250, 5), stratum(750, 5)], items(1, 4, 1), 0.9);
  expect(found).toMatchObject({ share: 0.8, covered: 0.75 });
  expect(estimateShare([stratum(10, 5)], [], 0.9)).toBeNull();
});

test('QS4 masks of one image that stand or fall together count as one', () => {
  const clustered = items(0, 50, 50).map((item, at) => ({
    ...item,
    cluster: `image ${Math.floor(at / 10)}`,
  }));
  const alone = estimateShare([stratum(1000, 100)], items(0, 50, 50), 0.9);
  const together = estimateShare([stratum(1000, 10)], clustered, 0.9);
  expect(alone?.effectiveSize).toBeCloseTo(100, 6);
  // ten images of ten alike masks: about nine independent ones
  expect(together?.effectiveSize).toBeCloseTo(9, 6);
  expect(together?.share).toBe(0.5);
});
