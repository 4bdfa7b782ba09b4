import { DatasetFilter, SplitRule } from '@maskloop/domain';
import { expect, test } from 'vitest';
import { dropsOf, filterOf, isComplete, moveShare, newSelection, newSplits } from './builder.ts';

test('a new selection is the domain’s default and asks for human-corrected masks', () => {
  expect(filterOf(newSelection([]))).toEqual(DatasetFilter.parse({}));
  expect(newSelection([]).origins).toBe('human-corrected');
});

test('once a model was trained here, a new selection asks for what is new since', () => {
  const versions = [
    { id: 'c', models: [] },
    { id: 'b', models: [{}] },
    { id: 'a', models: [{}] },
  ];
  expect(newSelection(versions).sinceVersionId).toBe('b');
});

test('a group of checkboxes without any chosen is incomplete', () => {
  const filter = DatasetFilter.parse({});
  expect(isComplete(filter)).toBe(true);
  expect(isComplete({ ...filter, verdicts: [] })).toBe(false);
});

test('a day counts whole, in the reader’s time zone', () => {
  const filter = filterOf({ ...newSelection([]), fromDay: '2026-02-28', untilDay: '2026-02-28' });
  expect(DatasetFilter.parse(filter)).toEqual(filter);
  expect(new Date(filter.from ?? '')).toEqual(new Date(2026, 1, 28));
  expect(new Date(filter.until ?? '')).toEqual(new Date(2026, 2, 1));
});

test('what is no day is no limit', () => {
  expect(filterOf({ ...newSelection([]), fromDay: '', untilDay: 'soon' })).toMatchObject({
    from: null,
    until: null,
  });
});

test.each([
  ['train', 70],
  ['train', 100],
  ['val', 0],
  ['val', 55],
  ['test', 100],
  ['test', -3],
  ['val', 140],
] as const)('moving %s to %d keeps the sum at 100', (split, value) => {
  const rule = moveShare(newSplits(), split, value);
  expect(SplitRule.parse(rule)).toEqual(rule);
  expect(rule[split]).toBe(Math.min(100, Math.max(0, value)));
});

test('reasons come in the order in which they are tried', () => {
  expect(dropsOf({ dropped: { class: 7, origin: 30, empty: 0 } })).toEqual([
    { reason: 'origin', count: 30 },
    { reason: 'class', count: 7 },
  ]);
});
