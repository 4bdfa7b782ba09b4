import { expect, test } from 'vitest';
import { type AnalyticsView, searchOf, viewIn } from './view.ts';

const ME = '11111111-1111-7111-8111-111111111111';
const OTHER = '22222222-2222-7222-8222-222222222222';
const lead = { role: 'lead', userId: ME } as const;
const read = (search: string, reader: Parameters<typeof viewIn>[1] = lead) =>
  viewIn(new URLSearchParams(search), reader);

test.each([
  { filter: { whose: OTHER, from: '2026-03-01', to: '2026-03-31' }, figure: 'coverage', by: 'week' },
  { filter: { whose: 'mine', from: null, to: null }, figure: 'medianSecondsPerMask', by: 'stage' },
  { filter: { whose: 'everybody', from: null, to: '2026-03-31' }, figure: 'judged', by: 'person' },
] satisfies AnalyticsView[])('an address opens the view it was made of: %j', (view) => {
  expect(read(searchOf(view))).toEqual(view);
});

test('AN2 an address shows nobody more than they may see, and nonsense in it is left aside', () => {
  const plain = {
    filter: { whose: 'everybody', from: null, to: null },
    figure: 'medianSecondsPerMask',
    by: 'stage',
  };
  expect(read('')).toEqual(plain);
  expect(read('?whose=me&from=yesterday&to=2026-13-01&figure=x&by=y')).toEqual(plain);
  for (const whose of ['everybody', OTHER]) {
    expect(read(`?whose=${whose}`, { role: 'annotator', userId: ME }).filter.whose).toBe('mine');
  }
  expect(read(`?whose=${OTHER}`, { role: 'reviewer', userId: ME }).filter.whose).toBe('everybody');
});
