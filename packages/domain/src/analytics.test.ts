import { expect, test } from 'vitest';
import { FiguresFilter, firstDayOf, shareOf, sightOf, spanOf, summedTally } from './analytics.ts';

test.each([
  ['lead', 'everybody', { personId: null, people: true }],
  ['lead', 'other', { personId: 'other', people: true }],
  ['admin', 'mine', { personId: 'me', people: true }],
  ['reviewer', 'everybody', { personId: null, people: false }],
  ['reviewer', 'other', null],
  ['reviewer', 'me', { personId: 'me', people: false }],
  ['annotator', 'everybody', null],
  ['annotator', 'other', null],
  ['annotator', 'mine', { personId: 'me', people: false }],
] as const)('AN2 of figures that are asked for by a %s: %s', (role, whose, expected) => {
  expect(sightOf(role, 'me', whose)).toEqual(expected);
});

test('AN3 both ends of a span of days count, and either may be left out', () => {
  expect(spanOf({ from: '2026-03-02', to: '2026-03-02' })).toEqual({
    since: new Date('2026-03-02T00:00:00Z'),
    until: new Date('2026-03-03T00:00:00Z'),
  });
  expect(spanOf({ from: null, to: null })).toEqual({ since: null, until: null });
  const now = new Date('2026-03-08T23:30:00Z');
  expect(firstDayOf('week', now)).toBe('2026-03-02');
  expect(firstDayOf('all', now)).toBeNull();
});

test('AN3 a span that ends before it begins is refused by name', () => {
  const asked = FiguresFilter.safeParse({ from: '2026-03-03', to: '2026-03-02' });
  expect(asked.error?.issues.map(({ path, message }) => [path, message])).toEqual([
    [['from'], 'must not lie after the last day'],
  ]);
  expect(FiguresFilter.safeParse({ from: '2026-02-30' }).success).toBe(false);
});

test('PP6 AN4 a share of few has a wide interval, and one of none has none', () => {
  expect(shareOf({ hits: 0, all: 0 }).interval).toBeNull();
  const few = shareOf({ hits: 3, all: 3 });
  expect(few.interval?.low).toBeCloseTo(0.438, 2);
  expect(few.interval?.high).toBe(1);
  expect(shareOf({ hits: 300, all: 300 }).interval?.low).toBeGreaterThan(0.98);
  expect(summedTally([few, { hits: 1, all: 4 }])).toEqual({ hits: 4, all: 7 });
});
