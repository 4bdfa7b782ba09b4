import { expect, test } from 'vitest';
import { readMetrics } from './read-metrics.ts';

test('numbers come out flat, by path; the rest is left out', () => {
  expect(
    readMetrics({ miou: { 1: 0.7, 3: 0.8 }, noc: 4.2, note: 'x', list: [1], none: null, bad: Number.NaN }),
  ).toEqual([
    { key: 'miou.1', value: 0.7 },
    { key: 'miou.3', value: 0.8 },
    { key: 'noc', value: 4.2 },
  ]);
});

test.each([null, undefined, 3, 'x', []])('%j has no figures', (metrics) => {
  expect(readMetrics(metrics)).toEqual([]);
});
