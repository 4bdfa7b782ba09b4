import { expect, test } from 'vitest';
import { maskIdOf, parentsOf } from './masks-of.ts';

test('IM7 parts keep their whole; circles and links to nothing are dropped', () => {
  expect(
    parentsOf([
      { key: 'tree' },
      { key: 'leaf', partOf: 'branch' },
      { key: 'branch', partOf: 'tree' },
      { partOf: 'nothing' },
      { key: 'self', partOf: 'self' },
      { key: 'a', partOf: 'b' },
      { key: 'b', partOf: 'a' },
      { key: 'tail', partOf: 'a' },
    ]),
  ).toEqual([null, 2, 0, null, null, null, null, null]);
});

test('IM4 ids follow from the import and the place in the file', () => {
  const [one, other] = ['01a22051-5bc8-715b-a424-95298e6e71e2', '01a22051-5bc8-715b-a424-95298e6e71e3'];
  const id = maskIdOf(one, 'a.json#1');
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(maskIdOf(one, 'a.json#1')).toBe(id);
  expect(new Set([id, maskIdOf(one, 'a.json#2'), maskIdOf(other, 'a.json#1')]).size).toBe(3);
});
