import { expect, test } from 'vitest';
import { clickItem, keepShown, NOTHING_SELECTED } from './selection.ts';

const ORDER = ['a', 'b', 'c', 'd', 'e'];

test('a click turns one item on and off', () => {
  const on = clickItem(NOTHING_SELECTED, ORDER, 'b', false);
  expect([...on.ids]).toEqual(['b']);
  expect(clickItem(on, ORDER, 'b', false).ids.size).toBe(0);
});

test('a shift-click spans from the last click, in both directions', () => {
  const first = clickItem(NOTHING_SELECTED, ORDER, 'd', false);
  expect([...clickItem(first, ORDER, 'b', true).ids].sort()).toEqual(['b', 'c', 'd']);
  expect([...clickItem(first, ORDER, 'e', true).ids].sort()).toEqual(['d', 'e']);
});

test('a shift-click on a selected item clears the span', () => {
  const all = ORDER.reduce((selection, id) => clickItem(selection, ORDER, id, false), NOTHING_SELECTED);
  expect([...clickItem(all, ORDER, 'c', true).ids].sort()).toEqual(['a', 'b']);
});

test('a shift-click without an anchor, or with one that is gone, takes the one item', () => {
  expect([...clickItem(NOTHING_SELECTED, ORDER, 'c', true).ids]).toEqual(['c']);
  const gone = clickItem({ ids: new Set(['x']), anchor: 'x' }, ORDER, 'c', true);
  expect([...gone.ids].sort()).toEqual(['c', 'x']);
});

test('what is shown no longer is selected no longer', () => {
  const selection = clickItem(clickItem(NOTHING_SELECTED, ORDER, 'a', false), ORDER, 'b', false);
  expect([...keepShown(selection, ['b', 'c']).ids]).toEqual(['b']);
  expect(keepShown(selection, ORDER)).toBe(selection);
});
