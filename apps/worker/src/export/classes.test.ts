import type { LabelClass } from '@maskloop/domain';
import { expect, test } from 'vitest';
import { classTable, cocoCategories } from './classes.ts';
import { testId as id } from './testing.ts';

const made = (n: number, more: Partial<LabelClass> = {}): LabelClass => ({
  id: id(n),
  index: 9 - n,
  name: `class ${n}`,
  colour: '#0a10ff',
  kind: 'thing',
  parentId: null,
  deleted: false,
  ...more,
});

test('a category keeps its number whatever is added, moved or deleted; parents come along, unused ones do not', () => {
  const classes = [made(3, { parentId: id(1) }), made(1), made(2, { kind: 'stuff' })];
  const before = classTable(classes);
  const used = [before.of(id(3)), before.of(null)];
  expect(used.map(({ category }) => category)).toEqual([3, 100_000]);
  const categories = cocoCategories(used);
  expect(categories).toEqual([
    { id: 1, name: 'class 1', supercategory: 'thing', isthing: 1, color: [10, 16, 255] },
    { id: 3, name: 'class 3', supercategory: 'class 1', isthing: 1, color: [10, 16, 255] },
    { id: 100_000, name: 'unclassified', supercategory: 'thing', isthing: 1, color: [128, 128, 128] },
  ]);
  const after = classTable([made(4), ...classes.map((each) => ({ ...each, index: 5, deleted: true }))]);
  expect(cocoCategories([after.of(id(3)), after.of(null)])).toEqual(categories);
  expect(() => after.of(id(8))).toThrow('not one of the project');
});

test('an index has no gaps, and "unclassified" is the last', () => {
  const { all } = classTable([made(3), made(1), made(2, { deleted: true })]);
  expect(all.map(({ index, name }) => `${index} ${name}`)).toEqual([
    '1 class 1',
    '2 class 3',
    '3 unclassified',
  ]);
});
