import { expect, test } from 'vitest';
import { choiceOf, taken, targetOf } from './plan.ts';

const made = { to: 'new', name: 'dog', colour: '#112233', kind: 'thing', parent: 'pack' } as const;

test('a choice in the list becomes a target and back', () => {
  const id = '11111111-1111-7111-8111-111111111111';
  expect(targetOf(id, made)).toEqual({ to: 'class', classId: id });
  expect(targetOf('part', made)).toEqual(made);
  expect(targetOf('new', made)).toEqual({ ...made, parent: null });
  expect(targetOf('skip', made)).toEqual({ to: 'skip' });
  for (const value of [id, 'part', 'new', 'none', 'skip'])
    expect(choiceOf(targetOf(value, made))).toBe(value);
});

test('masks of classes that stay out are not counted, boxes only where they are given to a model', () => {
  const found = [
    { name: 'cat', masks: 3, boxes: 1 },
    { name: null, masks: 2, boxes: 4 },
  ];
  const classes = [{ name: 'cat', target: { to: 'skip' as const } }];
  expect(taken({ classes: [], boxes: 'prompt' }, found)).toEqual({ masks: 5, boxes: 5 });
  expect(taken({ classes, boxes: 'prompt' }, found)).toEqual({ masks: 2, boxes: 4 });
  expect(taken({ classes, boxes: 'skip' }, found)).toEqual({ masks: 2, boxes: 0 });
});
