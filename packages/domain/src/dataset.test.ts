import { expect, test } from 'vitest';
import { chosenOrigins, chosenPairs, DatasetFilter, SplitRule, splitOf } from './dataset.ts';
import { STAGES } from './stage.ts';

const keys = Array.from({ length: 20_000 }, (_, i) => `image-${i}`);

test('EX1 the choices of origins, the default being human-corrected', () => {
  expect(DatasetFilter.parse({}).origins).toBe('human-corrected');
  expect(chosenOrigins('human-corrected')).toEqual(['manual', 'assisted', 'corrected']);
  expect(chosenOrigins('human-verified')).toEqual(['manual', 'assisted', 'accepted', 'corrected']);
  expect(chosenOrigins('all')).toHaveLength(6);
});

test('EX1 ST2 pairs of stage and origin: a choice never lets out more than the stage does', () => {
  expect(chosenPairs('human-corrected')).toHaveLength(3 * STAGES.length);
  const proposals = chosenPairs('all').filter(({ origin }) => origin === 'proposed');
  expect(proposals).toEqual([{ stage: 'fully-automatic', origin: 'proposed' }]);
  expect(chosenPairs('all').some(({ origin }) => origin === 'imported')).toBe(true);
  expect(chosenPairs('human-verified').some(({ origin }) => origin === 'imported')).toBe(false);
});

test('EX2 a split is fixed for ever: these come from another implementation of the same hash', () => {
  const rule = SplitRule.parse({});
  expect(keys.slice(0, 12).map((key) => splitOf(key, rule))).toEqual([
    'train',
    'val',
    'train',
    'train',
    'train',
    'val',
    'train',
    'test',
    'test',
    'train',
    'train',
    'val',
  ]);
});

test.each([
  [{ train: 80, val: 10, test: 10 }],
  [{ train: 50, val: 25, test: 25, seed: 7 }],
  [{ train: 0, val: 0, test: 100 }],
  [{ train: 100, val: 0, test: 0 }],
])('EX2 the shares come out as asked: %j', (input) => {
  const rule = SplitRule.parse(input);
  const counts = { train: 0, val: 0, test: 0 };
  for (const key of keys) counts[splitOf(key, rule)] += 1;
  for (const split of ['train', 'val', 'test'] as const) {
    expect(Math.abs((counts[split] / keys.length) * 100 - rule[split])).toBeLessThan(1);
  }
});

test('EX2 another seed divides anew', () => {
  const [one, two] = [1, 2].map((seed) => SplitRule.parse({ seed, train: 50, val: 50, test: 0 }));
  const moved = keys.filter((key) => one && two && splitOf(key, one) !== splitOf(key, two)).length;
  expect(moved / keys.length).toBeGreaterThan(0.4);
});

test('EX2 keeps what is in train there when train grows', () => {
  const small = SplitRule.parse({ train: 60, val: 20, test: 20 });
  const large = SplitRule.parse({ train: 80, val: 10, test: 10 });
  for (const key of keys) if (splitOf(key, small) === 'train') expect(splitOf(key, large)).toBe('train');
});

test('shares that do not add up are refused in words', () => {
  const result = SplitRule.safeParse({ train: 80, val: 10, test: 20 });
  expect(result.error?.issues[0]?.message).toBe('train, val and test must add up to 100');
  expect(SplitRule.safeParse({ train: 33.3, val: 33.3, test: 33.4 }).success).toBe(false);
});

test('dates need a time zone', () => {
  expect(DatasetFilter.safeParse({ from: '2026-01-01T00:00:00' }).success).toBe(false);
  expect(DatasetFilter.safeParse({ from: '2026-01-01T00:00:00+09:00' }).success).toBe(true);
});
