import { expect, test } from 'vitest';
import { countPrompts, type PromptRound } from './mask.ts';

const round = (points: number, box = false): PromptRound => ({
  points: Array.from({ length: points }, (_, x) => ({ x, y: 0, label: 'foreground' })),
  box: box ? { x0: 0, y0: 0, x1: 4, y1: 4 } : null,
  feedback: false,
  candidate: 1,
});

test.each([
  ['nothing', [], 0],
  ['a click', [round(1)], 1],
  ['a box and two points that refine it', [round(0, true), round(1, true), round(2, true)], 3],
  ['points that were asked together', [round(3)], 3],
  ['a point taken out again', [round(1), round(2), round(1)], 3],
  [
    'another box in place of the first',
    [round(0, true), { ...round(0, true), box: { x0: 1, y0: 1, x1: 9, y1: 9 } }],
    2,
  ],
] as const)('prompts are what a person gave: %s', (_, trail, count) => {
  expect(countPrompts([...trail])).toBe(count);
});
