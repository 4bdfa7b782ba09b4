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

const PICTURE = { width: 64, height: 48 };
const CLOSE_UP = { x0: 0, y0: 0, x1: 40, y1: 40 };
const faultOf = (prompts: unknown[], earlier: Parameters<typeof trailFault>[1]['earlier'] = []) =>
  trailFault(PromptTrail.parse(prompts), { picture: PICTURE, earlier });

test('CU3 logits are fed back only within one close-up', () => {
  const first = { ...round(1), closeUp: CLOSE_UP };
  const fedBack = { ...round(2), feedback: true };
  expect(faultOf([first, { ...fedBack, closeUp: CLOSE_UP }, round(3)])).toBeNull();
  expect(faultOf([first, round(2), fedBack])).toBeNull();
  expect(faultOf([first, fedBack])).toBe(
    '1.closeUp: must be 0-0-40-40 as in the round before, whose logits are fed back, got the whole picture',
  );
  const other = { ...fedBack, closeUp: { ...CLOSE_UP, x1: 41 } };
  expect(faultOf([first, other])).toContain('got 0-0-41-40');
  expect(faultOf([round(1), { ...fedBack, closeUp: CLOSE_UP }])).toContain('must be the whole picture');
});

test('CU3 a first round feeds back only what the mask was before, where all of it lay', () => {
  const first = { ...round(1), feedback: true };
  const box = { x: 10, y: 10, width: 30, height: 5 };
  expect(faultOf([first])).toBe('0.feedback: must be false in the first round of a new mask, got true');
  expect(faultOf([first], [box])).toBeNull();
  const near = { ...first, closeUp: CLOSE_UP };
  expect(faultOf([near], [{ ...box, width: 31 }])).toBe(
    '0.closeUp: must hold the earlier mask that is fed back as a whole, got 0-0-40-40',
  );
  // whichever state it was in when it was taken up: it may have grown since
  expect(faultOf([near], [box, { ...box, width: 31 }])).toBeNull();
});

test('CU1 no round of a trail looks closer at what lies beyond the picture', () => {
  const trail = (y1: number) => [round(1), { ...round(0), closeUp: { x0: 32, y0: 0, x1: 64, y1 } }];
  expect(faultOf(trail(48))).toBeNull();
  expect(faultOf(trail(49))).toBe('1.closeUp.y1: at most 48, the height of the picture, got 49');
});

test.each([
  [{ x: 39.9, y: 0 }, null, null],
  [{ x: 40, y: 0 }, null, '1.points.1.x: at least 0 and below 40 in this close-up, got 40'],
  [{ x: 3, y: -0.5 }, null, '1.points.1.y: at least 0 and below 40 in this close-up, got -0.5'],
  [{ x: 3, y: 3 }, { x0: 0, y0: 0, x1: 40, y1: 40 }, null],
  [
    { x: 3, y: 3 },
    { x0: 0, y0: 0, x1: 40.5, y1: 40 },
    '1.box.x1: at least 0 and at most 40 in this close-up, got 40.5',
  ],
  [
    { x: 3, y: 3 },
    { x0: 50, y0: 0, x1: 10, y1: 40 },
    '1.box.x0: at least 0 and at most 40 in this close-up, got 50',
  ],
])('CU1 what a round asks lies in its close-up: %o, %o', (point, box, fault) => {
  const asked = { ...round(1), box, closeUp: CLOSE_UP };
  const points = [...asked.points, { ...point, label: 'background' }];
  expect(faultOf([round(1), { ...asked, points }])).toBe(fault);
  // in the whole picture there is no such border
  expect(faultOf([{ ...asked, points, closeUp: undefined }])).toBeNull();
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
