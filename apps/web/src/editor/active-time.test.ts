import { expect, test } from 'vitest';
import { NO_TIME, touch } from './active-time.ts';

test('pauses above twenty seconds are cut', () => {
  const times = [0, 5_000, 20_000, 60_000, 61_000];
  expect(times.reduce(touch, NO_TIME).spentMs).toBe(21_000);
});
