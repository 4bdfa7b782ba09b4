import { expect, test } from 'vitest';
import { ProjectEvent } from './events.ts';
import { LIMITS } from './limits.ts';
import { MaskOperation, PromptTrail, trailFault } from './mask.ts';
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

test('CU3 logits are fed back only within one close-up', () => {
  const closeUp = { x0: 0, y0: 0, x1: 64, y1: 64 };
  const first = { ...round(1), closeUp };
  const fedBack = { ...round(2), feedback: true };
  const parse = (...prompts: unknown[]) => MaskOperation.safeParse({ ...revise, prompts });
  expect(parse(first, { ...fedBack, closeUp }, round(3)).success).toBe(true);
  expect(parse(first, round(2), { ...fedBack }).success).toBe(true);
  const issueOf = (...prompts: unknown[]) => parse(...prompts).error?.issues[0];
  expect(issueOf(first, fedBack)).toMatchObject({
    path: ['prompts', 1, 'closeUp'],
    message: expect.stringContaining('must be 0-0-64-64 as in the round before'),
  });
  const other = { ...fedBack, closeUp: { ...closeUp, x1: 65 } };
  expect(issueOf(first, other)?.message).toContain('got 0-0-65-64');
  expect(issueOf(round(1), { ...fedBack, closeUp })?.message).toContain('must be the whole picture');
});

test('CU1 no round of a trail looks closer at what lies beyond the picture', () => {
  const trail = PromptTrail.parse([round(1), { ...round(1), closeUp: { x0: 32, y0: 0, x1: 64, y1: 48 } }]);
  expect(trailFault(trail, { width: 64, height: 48 })).toBeNull();
  expect(trailFault(trail, { width: 64, height: 47 })).toBe(
    '1.closeUp.y1: at most 47, the height of the picture, got 48',
  );
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
