import type { Box } from '@maskloop/sam-core';
import { expect, test, vi } from 'vitest';
import type { Pixels } from './commands/masks.ts';
import type { MaskRecord } from './document/records.ts';
import {
  asksBeforeSubmit,
  classAllShown,
  judge,
  keepAllShown,
  lookAtNext,
  rejectAllHidden,
  unjudgedIn,
} from './judging.ts';
import { documentOf, rectangleMask } from './testing/records.ts';
import { IMAGE, setUp } from './testing/session.ts';

const proposal = (id: string, x: number, predictedIou: number, stability = 0.99): MaskRecord =>
  rectangleMask(IMAGE, [x, 0, 4, 4], { id, origin: 'proposed', predictedIou, stability });
const MINE = rectangleMask(IMAGE, [30, 10, 6, 6], { id: 'mine', predictedIou: 0.1 });
const DOCUMENT = documentOf(proposal('a', 0, 0.97), proposal('b', 6, 0.9), proposal('c', 12, 0.93), MINE);

function withProposals(stage: 'semi-automatic' | 'fully-automatic' = 'semi-automatic') {
  const it = setUp();
  const revealed: Box[] = [];
  it.session.canvas = {
    paintStroke: () => undefined,
    clearStroke: () => undefined,
    masksChanged: () => undefined,
    centreOn: () => undefined,
    reveal: (box) => revealed.push(box),
    fill: () => undefined,
    seen: () => ({ x0: 0, y0: 0, x1: IMAGE.width, y1: IMAGE.height }),
  };
  it.session.stage.set({ name: stage, floor: { predictedIou: 0.88, stability: 0.95 } });
  it.session.merge(DOCUMENT, 0);
  const origins = () =>
    Object.fromEntries([...it.session.document.get().values()].map(({ id, origin }) => [id, origin]));
  return { ...it, revealed, origins };
}

test('Y and U judge the selected proposal and go on to the next, the least sure first, the view following', () => {
  const { session, origins, revealed } = withProposals();
  // nothing is selected yet: the first one is shown, none is judged unseen
  judge(session, true);
  expect([session.selectedId.get(), origins()]).toEqual([
    'b',
    { a: 'proposed', b: 'proposed', c: 'proposed', mine: 'manual' },
  ]);
  judge(session, true);
  expect(session.selectedId.get()).toBe('c');
  judge(session, false);
  expect(session.selectedId.get()).toBe('a');
  expect(origins()).toEqual({ a: 'proposed', b: 'accepted', mine: 'manual' });
  expect(revealed.map(({ x0 }) => x0)).toEqual([6, 12, 0]);
  judge(session, true);
  expect(session.selectedId.get()).toBeNull();
  expect(session.notices.get().map(({ text }) => text)).toEqual(['all-judged']);
});

test('the pointer says which proposal is meant, until a judgement has moved on and while it rests', () => {
  const { session, origins } = withProposals();
  session.pointer = { x: 14, y: 2 };
  judge(session, true);
  expect(origins().c).toBe('accepted');
  // the pointer rests on what is judged: the selected one is next
  expect(session.selectedId.get()).toBe('b');
  session.pointer = { x: 2, y: 2 };
  lookAtNext(session);
  judge(session, false);
  expect(origins()).toEqual({ a: 'proposed', c: 'accepted', mine: 'manual' });
  session.pointer = { x: 2, y: 2 };
  judge(session, false);
  expect(origins()).toEqual({ c: 'accepted', mine: 'manual' });
});

test('a class for all that is shown is one step: it judges nothing, and undoing takes it back from all', () => {
  const { session, origins } = withProposals();
  const classes = () =>
    Object.fromEntries([...session.document.get().values()].map(({ id, classId }) => [id, classId]));
  const before = classes();
  session.narrow({ predictedIou: 0.92, stability: 0 });
  session.chooseClass('leaf');
  classAllShown(session);
  expect(classes()).toEqual({ ...before, a: 'leaf', c: 'leaf' });
  expect(origins()).toEqual({ a: 'proposed', b: 'proposed', c: 'proposed', mine: 'manual' });
  session.undo();
  expect(classes()).toEqual(before);
  session.redo();
  expect(classes()).toEqual({ ...before, a: 'leaf', c: 'leaf' });
});

test('keeping all that is shown is one step: undone and redone as a whole, each mask told to the server', async () => {
  const it = withProposals();
  const { session, origins } = it;
  session.narrow({ predictedIou: 0.92, stability: 0 });
  keepAllShown(session);
  expect(origins()).toEqual({ a: 'accepted', b: 'proposed', c: 'accepted', mine: 'manual' });
  session.undo();
  expect(origins()).toEqual({ a: 'proposed', b: 'proposed', c: 'proposed', mine: 'manual' });
  session.redo();
  expect(origins().a).toBe('accepted');
  await vi.waitFor(() =>
    expect(it.sent.map(({ kind, maskId }) => `${kind} ${maskId}`)).toEqual([
      'accept a',
      'accept c',
      'revert a',
      'revert c',
      'revert a',
      'revert c',
    ]),
  );
});

test('rejecting all that is hidden takes what the thresholds hide, not what was hidden by hand', async () => {
  const it = withProposals();
  const { session, origins } = it;
  session.setHidden(new Set(['a']));
  session.narrow({ predictedIou: 0.95, stability: 0 });
  rejectAllHidden(session);
  expect(origins()).toEqual({ a: 'proposed', mine: 'manual' });
  session.undo();
  expect(origins()).toEqual({ a: 'proposed', b: 'proposed', c: 'proposed', mine: 'manual' });
  await vi.waitFor(() =>
    expect(it.sent.map(({ kind, maskId }) => `${kind} ${maskId}`)).toEqual([
      'remove b',
      'remove c',
      'restore b',
      'restore c',
    ]),
  );
});

test("ST1 a person's thresholds hide and judge nothing: the stage's own stay the least, masks of people stay seen", () => {
  const it = withProposals();
  const { session, origins } = it;
  session.narrow({ predictedIou: 0.95, stability: 0 });
  expect(session.floor).toEqual({ predictedIou: 0.95, stability: 0.95 });
  expect(['a', 'b', 'c', 'mine'].filter(session.isShown)).toEqual(['a', 'mine']);
  expect(session.labels?.top({ x: 7, y: 1 })).toBeNull();
  expect(session.labels?.top({ x: 32, y: 12 })).toBe('mine');
  expect(Object.values(origins())).toHaveLength(4);
  expect(it.sent).toEqual([]);
  session.narrow({ predictedIou: 0, stability: 0 });
  expect(session.labels?.top({ x: 7, y: 1 })).toBe('b');
});

test('proposals that a run adds later come in under the same thresholds and change no mask of the person', () => {
  const { session } = withProposals();
  session.narrow({ predictedIou: 0.95, stability: 0 });
  const step = session.steps;
  const drawn: Pixels = {
    counts: MINE.counts,
    area: 36,
    box: MINE.box,
    edit: 'draw',
    prompts: [],
    modelVersionId: null,
    predictedIou: null,
    stability: null,
    activeMs: 5,
  };
  session.run({
    name: 'addMask',
    maskId: 'new',
    revisionId: 'new-r',
    pixels: drawn,
    classId: null,
    parentId: null,
  });
  session.run({ name: 'setClass', maskId: 'mine', operationId: 'o', classId: 'class' });
  const mine = session.document.get().get('mine');
  const added = session.document.get().get('new');
  const depth = session.history.get().done.length;
  session.merge(documentOf(...DOCUMENT.values(), proposal('d', 18, 0.99), proposal('e', 24, 0.9)), step);
  expect(session.document.get().get('mine')).toBe(mine);
  expect(session.document.get().get('new')).toBe(added);
  expect(session.history.get().done).toHaveLength(depth);
  expect(['d', 'e'].filter(session.isShown)).toEqual(['d']);
  expect(session.labels?.top({ x: 25, y: 1 })).toBeNull();
});

test('submitting asks while something is not judged, and says how much of it is hidden', () => {
  const { session } = withProposals();
  session.narrow({ predictedIou: 0.95, stability: 0 });
  expect([unjudgedIn(session), asksBeforeSubmit(session)]).toEqual([{ count: 3, hidden: 2 }, true]);
  keepAllShown(session);
  rejectAllHidden(session);
  expect(asksBeforeSubmit(session)).toBe(false);
});

test('ST2 where unjudged proposals count, submitting does not ask', () => {
  expect(asksBeforeSubmit(withProposals('fully-automatic').session)).toBe(false);
});
