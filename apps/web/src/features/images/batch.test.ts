import { expect, test } from 'vitest';
import { chunks, inParallel } from './batch.ts';

test('groups keep order and size', () => {
  expect(chunks([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(chunks([], 2)).toEqual([]);
});

test('each value is handled once, a few at a time, and failures are collected', async () => {
  const values = Array.from({ length: 20 }, (_, i) => i);
  const seen: number[] = [];
  let running = 0;
  let most = 0;
  const failures = await inParallel(values, 4, async (value) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, value % 3));
    running--;
    seen.push(value);
    if (value % 7 === 0) throw new Error(`no ${value}`);
  });
  expect(seen.sort((a, b) => a - b)).toEqual(values);
  expect(most).toBe(4);
  expect(failures).toHaveLength(3);
});
