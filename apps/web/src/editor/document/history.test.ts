import { expect, test } from 'vitest';
import { perform } from '../commands/table.ts';
import { countingIds, documentOf, rectangle, rectangleMask } from '../testing/records.ts';
import { applyDiff } from './diff.ts';
import {
  emptyHistory,
  type History,
  record,
  redoChange,
  stepBack,
  stepForward,
  undoChange,
} from './history.ts';
import type { MaskDocument, MaskRecord } from './records.ts';

const IMAGE = { width: 20, height: 10 };
const pixels = (x: number) => ({
  counts: rectangle(IMAGE, x, 1, 3, 3),
  area: 9,
  box: { x, y: 1, width: 3, height: 3 },
  edit: 'draw' as const,
  prompts: [],
  modelVersionId: null,
  predictedIou: null,
  stability: null,
  activeMs: 0,
});

/** A document with its history, driven as the session drives it. */
function driver(start: MaskDocument) {
  const newId = countingIds();
  let document = start;
  let history: History<never> = emptyHistory();
  return {
    get document() {
      return document;
    },
    mask: (id: string): MaskRecord | undefined => document.get(id),
    run(command: Parameters<typeof perform>[1]) {
      const change = perform(document, command);
      if (!change) throw new Error(`${command.name} changed nothing`);
      history = record(history, { label: change.label, diff: change.diff, note: null });
      document = applyDiff(document, change.diff);
      return change.operations;
    },
    undo() {
      const step = stepBack(history);
      if (!step) return null;
      history = step[0];
      const change = undoChange(document, step[1], newId);
      if (change) document = applyDiff(document, change.diff);
      return change?.operations ?? [];
    },
    redo() {
      const step = stepForward(history);
      if (!step) return null;
      history = step[0];
      const change = redoChange(document, step[1], newId);
      if (change) document = applyDiff(document, change.diff);
      return change?.operations ?? [];
    },
  };
}

test('undoing a saved stroke appends a revision that takes the earlier one over', () => {
  const it = driver(documentOf(rectangleMask(IMAGE, [1, 1, 3, 3], { id: 'm' })));
  it.run({ name: 'revisePixels', maskId: 'm', revisionId: 'r2', pixels: pixels(5) });
  expect(it.undo()).toEqual([
    { kind: 'revert', id: 'id-1', maskId: 'm', baseRevisionId: 'r2', toRevisionId: 'm-r1' },
  ]);
  expect(it.mask('m')).toMatchObject({ headId: 'id-1', pixelsId: 'm-r1', area: 9 });
  // redo goes to the stroke's own revision, based on what the undo made
  expect(it.redo()).toEqual([
    { kind: 'revert', id: 'id-2', maskId: 'm', baseRevisionId: 'id-1', toRevisionId: 'r2' },
  ]);
});

test('undoing two strokes one after the other names each earlier revision', () => {
  const it = driver(documentOf(rectangleMask(IMAGE, [1, 1, 3, 3], { id: 'm' })));
  it.run({ name: 'revisePixels', maskId: 'm', revisionId: 'r2', pixels: pixels(5) });
  it.run({ name: 'revisePixels', maskId: 'm', revisionId: 'r3', pixels: pixels(9) });
  expect(it.undo()).toMatchObject([{ baseRevisionId: 'r3', toRevisionId: 'r2' }]);
  expect(it.undo()).toMatchObject([{ baseRevisionId: 'id-1', toRevisionId: 'm-r1' }]);
  expect(it.undo()).toBeNull();
});

test('undoing an accept makes the mask a proposal again', () => {
  const it = driver(documentOf(rectangleMask(IMAGE, [1, 1, 3, 3], { id: 'm', origin: 'proposed' })));
  it.run({ name: 'acceptMask', maskId: 'm', revisionId: 'r2', activeMs: 0 });
  expect(it.mask('m')?.origin).toBe('accepted');
  expect(it.undo()).toMatchObject([{ kind: 'revert', toRevisionId: 'm-r1' }]);
  expect(it.mask('m')?.origin).toBe('proposed');
});

test('a new mask is removed by undo and restored by redo, with its own revision', () => {
  const it = driver(documentOf());
  it.run({
    name: 'addMask',
    maskId: 'm',
    revisionId: 'r1',
    pixels: pixels(2),
    classId: null,
    parentId: null,
  });
  expect(it.undo()).toMatchObject([{ kind: 'remove', maskId: 'm' }]);
  expect(it.mask('m')).toBeUndefined();
  expect(it.redo()).toMatchObject([{ kind: 'restore', maskId: 'm' }]);
  expect(it.mask('m')).toMatchObject({ headId: 'r1', origin: 'manual' });
});

test('a class is set back by a class operation: no pixels move', () => {
  const it = driver(documentOf(rectangleMask(IMAGE, [1, 1, 3, 3], { id: 'm', classId: 'a' })));
  it.run({ name: 'setClass', maskId: 'm', operationId: 'o', classId: 'b' });
  expect(it.undo()).toMatchObject([{ kind: 'setClass', classId: 'a' }]);
});

test('erasing the last pixel removes the mask', () => {
  const it = driver(documentOf(rectangleMask(IMAGE, [1, 1, 3, 3], { id: 'm' })));
  const nothing = { ...pixels(1), area: 0, counts: '' };
  expect(it.run({ name: 'revisePixels', maskId: 'm', revisionId: 'r2', pixels: nothing })).toMatchObject([
    { kind: 'remove' },
  ]);
});

test('undo leaves a mask alone that somebody else removed meanwhile', () => {
  const mask = rectangleMask(IMAGE, [1, 1, 3, 3], { id: 'm' });
  const change = perform(documentOf(mask), { name: 'setClass', maskId: 'm', operationId: 'o', classId: 'b' });
  const entry = {
    label: 'class',
    diff: change?.diff ?? { added: [], removed: [], updated: [] },
    note: null,
  } as const;
  expect(undoChange(documentOf(), entry, countingIds())).toBeNull();
});

test("PV1 a person's mask cannot be accepted", () => {
  const document = documentOf(rectangleMask(IMAGE, [1, 1, 3, 3], { id: 'm', origin: 'manual' }));
  expect(perform(document, { name: 'acceptMask', maskId: 'm', revisionId: 'r', activeMs: 0 })).toBeNull();
});

test('a new change ends what could be redone', () => {
  const it = driver(documentOf(rectangleMask(IMAGE, [1, 1, 3, 3], { id: 'm' })));
  it.run({ name: 'setClass', maskId: 'm', operationId: 'o1', classId: 'a' });
  it.undo();
  it.run({ name: 'setClass', maskId: 'm', operationId: 'o2', classId: 'b' });
  expect(it.redo()).toBeNull();
});
