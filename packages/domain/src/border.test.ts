import { expect, test } from 'vitest';
import { ProjectEvent } from './events.ts';
import { LIMITS } from './limits.ts';
import { MaskOperation } from './mask.ts';
import { CLASS_COLOURS, LabelClassInput, ProjectInput } from './project.ts';

const ID = '11111111-1111-7111-8111-111111111111';
const revise = { id: ID, maskId: ID, kind: 'revise', baseRevisionId: null, edit: 'draw', counts: '0' };

test('PV4 no operation has a field for its origin: what a client states is not even read', () => {
  const parsed = MaskOperation.parse({ ...revise, origin: 'manual', stage: 'fully-automatic' });
  expect(parsed).not.toHaveProperty('origin');
  expect(parsed).not.toHaveProperty('stage');
});

test('PV1 an editor can neither propose nor import', () => {
  for (const edit of ['propose', 'import', 'accept', 'revert']) {
    expect(MaskOperation.safeParse({ ...revise, edit }).success).toBe(false);
  }
});

test.each([
  ['an id that is none', { id: 'x' }],
  ['no pixels', { counts: '' }],
  ['too many pixels', { counts: '0'.repeat(LIMITS.countsLength + 1) }],
  ['a stability above 1', { stability: 1.1 }],
  ['time that runs backwards', { activeMs: -1 }],
  ['more than a day', { activeMs: 86_400_001 }],
  ['a prompt with too many points', { prompts: [round(LIMITS.promptPoints + 1)] }],
  ['too many rounds', { prompts: Array.from({ length: LIMITS.promptRounds + 1 }, () => round(1)) }],
  [
    'coordinates that are no numbers',
    { prompts: [{ ...round(1), box: { x0: Number.NaN, y0: 0, x1: 1, y1: 1 } }] },
  ],
])('an operation with %s is refused', (_, more) => {
  expect(MaskOperation.safeParse({ ...revise, ...more }).success).toBe(false);
});

test('an operation of the largest allowed size is taken', () => {
  const prompts = Array.from({ length: LIMITS.promptRounds }, () => round(LIMITS.promptPoints));
  expect(
    MaskOperation.safeParse({ ...revise, prompts, counts: '0'.repeat(LIMITS.countsLength) }).success,
  ).toBe(true);
});

test('names are trimmed and not empty; colours are six hex digits', () => {
  expect(ProjectInput.parse({ name: '  Cups ' }).name).toBe('Cups');
  expect(ProjectInput.safeParse({ name: '   ' }).success).toBe(false);
  expect(LabelClassInput.safeParse({ name: 'x', colour: 'red' }).success).toBe(false);
  for (const colour of CLASS_COLOURS)
    expect(LabelClassInput.safeParse({ name: 'x', colour }).success).toBe(true);
  expect(new Set(CLASS_COLOURS).size).toBe(CLASS_COLOURS.length);
});

test('an event of an unknown type is not taken for a known one', () => {
  expect(ProjectEvent.safeParse({ type: 'image.added', imageId: ID }).success).toBe(true);
  expect(ProjectEvent.safeParse({ type: 'image.vanished', imageId: ID }).success).toBe(false);
});

function round(points: number) {
  return {
    points: Array.from({ length: points }, () => ({ x: 1, y: 2, label: 'foreground' })),
    box: null,
    feedback: false,
    candidate: 0,
  };
}
