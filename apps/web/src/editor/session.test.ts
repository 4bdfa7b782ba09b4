import type { MaskRevisionSummary } from '@maskloop/domain';
import { expect, test, vi } from 'vitest';
import type { MaskRecord } from './document/records.ts';
import { newId } from './ids.ts';
import { documentOf, rectangle, rectangleMask } from './testing/records.ts';
import { IMAGE, setUp } from './testing/session.ts';

test('undo takes prompts back one by one, then goes on with the object before', async () => {
  const it = setUp();
  await it.click(5, 5);
  await it.accept();
  await it.click(20, 5);
  await it.click(35, 5);
  expect([it.count(), it.prompts()]).toEqual([1, 2]);
  it.session.undo();
  expect([it.count(), it.prompts()]).toEqual([1, 1]);
  it.session.undo();
  expect([it.count(), it.prompts()]).toEqual([1, 0]);
  it.session.undo();
  // the accepted mask is a prompt again
  expect([it.count(), it.prompts()]).toEqual([0, 1]);
  it.session.undo();
  expect([it.count(), it.prompts()]).toEqual([0, 0]);
});

test('redo accepts again what undo had reopened, as the same mask', async () => {
  const it = setUp();
  await it.click(5, 5);
  await it.accept();
  const [id] = it.session.document.get().keys();
  it.session.undo();
  it.session.redo();
  expect([it.count(), it.prompts()]).toEqual([1, 0]);
  expect([...it.session.document.get().keys()]).toEqual([id]);
  await vi.waitFor(() => expect(it.sent.map(({ kind }) => kind)).toEqual(['revise', 'remove', 'restore']));
});

test('prompts that were changed after an undo are not thrown away by redo', async () => {
  const it = setUp();
  await it.click(5, 5);
  await it.accept();
  it.session.undo();
  await it.click(25, 5);
  it.session.redo();
  expect([it.count(), it.prompts()]).toEqual([0, 2]);
});

test('taking up the brush accepts what was prompted', async () => {
  const it = setUp();
  await it.click(5, 5);
  it.session.takeTool('brush');
  await it.session.effects.settled();
  expect(it.count()).toBe(1);
});

test('what changed here since a load began is not undone by that load', () => {
  const it = setUp();
  const mine = rectangleMask(IMAGE, [0, 0, 4, 4], { id: 'm', classId: 'a' });
  it.session.merge(documentOf(mine), 0);
  const step = it.session.steps;
  it.session.run({ name: 'setClass', maskId: 'm', operationId: 'o', classId: 'b' });
  const other = rectangleMask(IMAGE, [8, 8, 4, 4], { id: 'n' });
  it.session.merge(documentOf(mine, other), step);
  expect(it.session.document.get().get('m')?.classId).toBe('b');
  expect(it.count()).toBe(2);
});

test('nothing changes while somebody else holds the picture', () => {
  const it = setUp();
  it.session.merge(documentOf(rectangleMask(IMAGE, [0, 0, 4, 4], { id: 'm' })), 0);
  it.session.lease.state.set({ at: 'other', holder: { id: 'bo', name: 'Bo' } });
  expect(it.session.run({ name: 'removeMask', maskId: 'm', operationId: 'o' })).toBe(false);
  expect(it.count()).toBe(1);
});

test('news of a run asks whether it is about to add proposals here, and again when it goes on', async () => {
  const it = setUp();
  const news = { type: 'run', runId: 'r', state: 'running', done: 1, total: 9 } as const;
  it.server.activeRun = { startedBy: { name: 'Ada' } };
  it.session.loader.hear([news, news]);
  await vi.waitFor(() => expect(it.session.activeRun.get()?.startedBy.name).toBe('Ada'));
  it.server.activeRun = null;
  it.session.loader.hear([{ ...news, done: 2 }]);
  await vi.waitFor(() => expect(it.session.activeRun.get()).toBeNull());
});

test('a branch stays known when masks arrive that were asked for before the race was lost', async () => {
  const { session, server } = setUp();
  const saved = documentOf(rectangleMask(IMAGE, [2, 2, 5, 5], { id: 'a' }));
  session.merge(saved, 0);
  server.result = ({ id }) => ({
    status: 'branched',
    revisionId: id,
    head: { id: 'theirs', author: null } as unknown as MaskRevisionSummary,
  });
  session.run({
    name: 'revisePixels',
    maskId: 'a',
    revisionId: newId(),
    pixels: {
      ...(session.document.get().get('a') as MaskRecord),
      counts: rectangle(IMAGE, 2, 2, 6, 6),
      edit: 'draw',
      activeMs: 0,
    },
  });
  const asked = session.steps;
  await vi.waitFor(() => expect(session.notices.get().map(({ text }) => text)).toContain('branched'));
  session.merge(saved, asked);
  expect(session.document.get().get('a')).toMatchObject({
    headId: 'theirs',
    branchRevisionId: expect.any(String),
    counts: rectangle(IMAGE, 2, 2, 6, 6),
  });
});
