import { CLASS_COLOURS } from '@maskloop/domain';
import { expect, test } from 'vitest';
import {
  addClass,
  changeClass,
  changesBetween,
  type Draft,
  hasChanges,
  hotkeyOf,
  moveClass,
  parentsFor,
  removeClass,
  repeatedNames,
} from './draft.ts';

const make = (key: string, parentKey: string | null = null) =>
  ({ key, name: key, colour: '#112233', kind: 'thing', parentKey }) as const;
const LIST: Draft = [make('car'), make('wheel', 'car'), make('bolt', 'wheel'), make('road')];

test('the first ten classes have the keys 1 to 9 and 0', () => {
  expect([0, 8, 9, 10].map(hotkeyOf)).toEqual(['1', '9', '0', null]);
});

test('a new class takes the first free colour', () => {
  const two = addClass(addClass([], 'a'), 'b');
  expect(two.map(({ colour }) => colour)).toEqual([CLASS_COLOURS[0], CLASS_COLOURS[1]]);
  const freed = addClass(removeClass(two, 'a'), 'c');
  expect(freed.at(-1)?.colour).toBe(CLASS_COLOURS[0]);
});

test('a class cannot become a part of itself or of its own parts', () => {
  expect(parentsFor(LIST, 'car').map(({ key }) => key)).toEqual(['road']);
  expect(parentsFor(LIST, 'wheel').map(({ key }) => key)).toEqual(['car', 'road']);
});

test('parents that run in a circle do not hang the list', () => {
  const circle: Draft = [make('a', 'b'), make('b', 'a'), make('c')];
  expect(parentsFor(circle, 'c').map(({ key }) => key)).toEqual(['a', 'b']);
});

test('parts of a removed class stand on their own', () => {
  expect(removeClass(LIST, 'car').find(({ key }) => key === 'wheel')?.parentKey).toBeNull();
});

test('moving stops at the ends', () => {
  expect(moveClass(LIST, 'wheel', -1).map(({ key }) => key)).toEqual(['wheel', 'car', 'bolt', 'road']);
  expect(moveClass(LIST, 'car', -1)).toBe(LIST);
  expect(moveClass(LIST, 'road', 1)).toBe(LIST);
});

test('the same name in other letters is a repetition, an empty one is not', () => {
  const list = [make('Car'), make('car '), make(''), make(' ')];
  expect([...repeatedNames(list)]).toEqual(['car']);
});

test('no edit asks nothing of the server', () => {
  expect(hasChanges(changesBetween(LIST, LIST))).toBe(false);
});

test('only what changed is asked, and parents of new classes come after them', () => {
  let after = changeClass(LIST, 'road', { name: ' street ', colour: '#112233' });
  after = addClass(removeClass(after, 'bolt'), 'new', 'tyre');
  after = changeClass(after, 'new', { parentKey: 'wheel' });
  const changes = changesBetween(LIST, after);
  expect(changes.removed).toEqual(['bolt']);
  expect(changes.created.map(({ key }) => key)).toEqual(['new']);
  expect(changes.updated).toEqual([
    { key: 'road', change: { name: 'street' } },
    { key: 'new', change: { parentKey: 'wheel' } },
  ]);
  expect(changes.reordered).toBe(false);
});

test('a changed order is told', () => {
  expect(changesBetween(LIST, moveClass(LIST, 'road', -1)).reordered).toBe(true);
  const newFirst = moveClass(addClass([make('a')], 'b'), 'b', -1);
  expect(changesBetween([make('a')], newFirst).reordered).toBe(true);
});
