import { expect, test } from 'vitest';
import { chosenByText, classByText, RunText } from './text.ts';

const id = (n: number) => `11111111-1111-7111-8111-${String(n).padStart(12, '0')}`;
const text: RunText = {
  textModelId: id(0),
  threshold: 0.5,
  phrases: [
    { classId: id(1), phrase: 'cat' },
    { classId: id(2), phrase: 'dog' },
    { classId: id(2), phrase: 'puppy' },
  ],
};

test('TX4 the best phrase gives its class from the threshold on, and is kept below it as well', () => {
  expect(classByText([0.2, 0.1, 0.6], text)).toEqual({
    classId: id(2),
    match: { textModelId: id(0), phrase: 'puppy', score: 0.6 },
  });
  expect(classByText([0.5, 0.5, 0], text).classId).toBe(id(1));
  expect(classByText([0.1, 0.49, 0.4], text)).toMatchObject({ classId: null, match: { phrase: 'dog' } });
});

test('TX5 proposals are chosen from the threshold on, best first', () => {
  const scores = [0.3, 0.5, 0.9].map((score, i) => ({ maskId: id(i), score }));
  expect(chosenByText({ scores }, 0.5)).toEqual([id(2), id(1)]);
  expect(chosenByText({ scores }, 1)).toEqual([]);
});

test('an order without phrases, or with an empty one, is refused', () => {
  const refused = (phrases: unknown) =>
    RunText.safeParse({ ...text, phrases }).error?.issues.map(({ path }) => path.join('.'));
  expect(refused([])).toEqual(['phrases']);
  expect(refused([{ classId: id(1), phrase: '  ' }])).toEqual(['phrases.0.phrase']);
});
