import { expect, test } from 'vitest';
import { remainingMs } from './remaining.ts';

const started = new Date(1_000);

test.each([
  ['half done after ten seconds', started, 0.5, 11_000, 10_000],
  ['nearly done', started, 0.9, 10_000, 1_000],
  ['done', started, 1, 11_000, 0],
  ['too early to say', started, 0.02, 11_000, null],
  ['not begun', null, 0.5, 11_000, null],
  ['clocks that differ', started, 0.5, 0, 0],
])('%s', (_, startedAt, progress, now, expected) => {
  const remaining = remainingMs(startedAt, progress, now);
  if (expected === null) expect(remaining).toBeNull();
  else expect(remaining).toBeCloseTo(expected);
});
