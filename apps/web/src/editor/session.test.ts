import 'fake-indexeddb/auto';
import type { MaskOperationInput } from '@maskloop/domain';
import { afterEach, expect, test, vi } from 'vitest';
import { DecoderClient } from './decoder/decoder-client.ts';
import type { FromWorker, ToWorker, WorkerPort } from './decoder/protocol.ts';
import { LabelMap } from './document/label-map.ts';
import { newSession } from './open-session.ts';
import type { EditorApi, OpenedImage } from './sync/api.ts';
import { documentOf, rectangle, rectangleMask } from './testing/records.ts';
import type { ToolEvent } from './tools/types.ts';
import { Workspace } from './workspace.ts';

const IMAGE = { width: 40, height: 20 };
const opened: (() => void)[] = [];
let sessions = 0;
afterEach(() => {
  for (const close of opened.splice(0)) close();
});

/** Answers at once: every decode is one mask, every commit a square at the first point's place. */
class QuickPort implements WorkerPort {
  onmessage: WorkerPort['onmessage'] = null;
  onerror = null;
  #commits = 0;

  postMessage({ id, call }: ToWorker): void {
    const candidate = { channel: 0, iou: 0.9, share: 0.1, lowRes: Float32Array.of(1) };
    const x = call === 'commit' ? 6 * this.#commits++ : 0;
    const mask = {
      counts: rectangle(IMAGE, x, 2, 5, 5),
      area: 25,
      box: { x, y: 2, width: 5, height: 5 },
      stability: 1,
    };
    const answer = call === 'decode' ? { candidates: [candidate], best: 0 } : mask;
    queueMicrotask(() => this.onmessage?.({ data: { id, ok: true, answer } satisfies FromWorker }));
  }

  terminate(): void {}
}

/** A session on an open picture; what the server is sent is recorded. */
function setUp() {
  const sent: MaskOperationInput[] = [];
  const api = {
    apply: async (_imageId: string, _tabId: string, operations: readonly MaskOperationInput[]) => {
      sent.push(...operations);
      return operations.map(({ id }) => ({
        id,
        repeated: false,
        result: { status: 'applied' as const, revision: null },
      }));
    },
  } as Partial<EditorApi> as EditorApi;
  const user = { id: `user-${++sessions}`, name: '', email: '', hotkeyPreset: 'maskloop' };
  const decoder = new DecoderClient(() => new QuickPort());
  const workspace = new Workspace(api, user, () => ({ kind: 'offline' }), undefined, decoder);
  const session = newSession(workspace, 'p', `image-${sessions}`);
  opened.push(() => workspace.close());
  session.labels = new LabelMap(IMAGE);
  const facts = { image: IMAGE, embedding: 'ready', model: { id: 'model' }, canWrite: true };
  session.opening.set({ at: 'open', opened: facts as unknown as OpenedImage });
  session.embedding.set({ at: 'ready', provider: 'wasm', threads: 1 });
  const at = (x: number, y: number) => ({
    point: { x, y },
    screen: { x, y },
    mods: { shift: false, ctrl: false, alt: false },
  });
  const dispatch = async (...events: ToolEvent[]) => {
    for (const event of events) {
      session.dispatch(event);
      await vi.waitFor(() => undefined);
    }
    await session.effects.settled();
  };
  return {
    session,
    sent,
    click: (x: number, y: number) =>
      dispatch({ type: 'down', button: 'left', pressure: 0, ...at(x, y) }, { type: 'up', ...at(x, y) }),
    accept: () => dispatch({ type: 'accept', keep: false }),
    count: () => session.document.get().size,
    prompts: () => {
      const tool = session.tool.get();
      return tool.name === 'prompt' ? (tool.state.set?.rounds.length ?? 0) : 0;
    },
  };
}

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
