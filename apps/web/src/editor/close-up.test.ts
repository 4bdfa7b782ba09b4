import type { CloseUp } from '@maskloop/domain';
import type { Box } from '@maskloop/sam-core';
import { expect, test, vi } from 'vitest';
import { hearOfCloseUp, leaveCloseUp, openCloseUp, toggleCloseUp } from './close-up.ts';
import type { ToWorker } from './decoder/protocol.ts';
import { newId } from './ids.ts';
import type { OpenedImage } from './sync/api.ts';
import { documentOf, rectangleMask } from './testing/records.ts';
import { IMAGE, QuickPort, setUp } from './testing/session.ts';

const PICTURE = { width: 400, height: 300 };
const NEAR: CloseUp = { x0: 100, y0: 60, x1: 180, y1: 120 };

/** A session on a picture whose close-ups a worker has to make first. */
function withPicture() {
  const made = new Set<string>();
  const embedded: string[] = [];
  const calls: ToWorker['call'][] = [];
  class Port extends QuickPort {
    override postMessage(message: ToWorker): void {
      calls.push(message.call);
      if (message.call === 'embed' && !made.has(message.ask.url)) {
        const { id } = message;
        embedded.push(message.ask.url);
        queueMicrotask(() =>
          this.onmessage?.({ data: { id, ok: false, code: 'EMBEDDING_MISSING', message: 'not encoded' } }),
        );
      } else super.postMessage(message);
    }
  }
  const it = setUp(() => new Port());
  const { session } = it;
  const requested: CloseUp[] = [];
  Object.assign(session.workspace.api, {
    requestCloseUp: async (_imageId: string, closeUp: CloseUp) => {
      requested.push(closeUp);
    },
  });
  const facts = {
    image: PICTURE,
    embedding: 'ready',
    canWrite: true,
    model: { id: 'model', encoderSha256: 'e' },
  };
  session.opening.set({ at: 'open', opened: facts as unknown as OpenedImage });
  const event = (state: 'ready' | 'failed') =>
    hearOfCloseUp(session, [{ type: 'closeUp', imageId: session.imageId, closeUp: NEAR, state }]);
  return { ...it, requested, embedded, calls, event, make: () => made.add(embedded[0] ?? '') };
}

/** The picture with its close-up open. */
async function inCloseUp() {
  const it = withPicture();
  const opening = openCloseUp(it.session, NEAR);
  await vi.waitFor(() => expect(it.requested).toHaveLength(1));
  it.make();
  it.event('ready');
  await opening;
  return it;
}

test('CU1: one that is not there is asked for once, and opens with the news', async () => {
  const it = withPicture();
  const opening = openCloseUp(it.session, NEAR);
  await vi.waitFor(() => expect(it.requested).toEqual([NEAR]));
  expect(it.session.closeUp.get().at).toBe('loading');
  it.make();
  it.event('ready');
  expect(await opening).toBe(true);
  expect(it.session.closeUp.get()).toEqual({ at: 'open', closeUp: NEAR });
  expect(it.requested).toHaveLength(1);
  expect(it.embedded[0]).toBe(`/api/images/${it.session.imageId}/close-ups/e/100-60-180-120`);
});

test('one that a worker could not make says so, and can be asked for again', async () => {
  const it = withPicture();
  const opening = openCloseUp(it.session, NEAR);
  await vi.waitFor(() => expect(it.requested).toHaveLength(1));
  it.event('failed');
  expect(await opening).toBe(false);
  expect(it.session.closeUp.get()).toMatchObject({ at: 'failed', closeUp: NEAR });
  void openCloseUp(it.session, NEAR);
  await vi.waitFor(() => expect(it.requested).toHaveLength(2));
});

test('leaving while it is made is no opening', async () => {
  const it = withPicture();
  const opening = openCloseUp(it.session, NEAR);
  await vi.waitFor(() => expect(it.requested).toHaveLength(1));
  toggleCloseUp(it.session);
  expect(await opening).toBe(false);
  expect(it.session.closeUp.get().at).toBe('closed');
});

test('CU1: the key looks at what is on the screen, around what is prompted or selected, or says that there is nothing to near', async () => {
  const it = withPicture();
  const seen = { x0: 0, y0: 0, x1: 400, y1: 300 };
  const filled: Box[] = [];
  it.session.canvas = {
    paintStroke: () => undefined,
    clearStroke: () => undefined,
    masksChanged: () => undefined,
    centreOn: () => undefined,
    reveal: () => undefined,
    fill: (box) => filled.push(box),
    seen: () => seen,
  };
  toggleCloseUp(it.session);
  expect(it.session.closeUp.get().at).toBe('closed');
  expect(it.session.notices.get()).toMatchObject([{ text: 'zoom-in-first' }]);

  const mask = rectangleMask(IMAGE, [10, 5, 20, 8], { id: newId() });
  it.session.merge(documentOf(mask), 0);
  it.session.select(mask.id);
  toggleCloseUp(it.session);
  const around = { x0: 0, y0: 0, x1: 50, y1: 50 };
  expect(it.session.closeUp.get()).toMatchObject({ closeUp: around });
  expect(filled).toEqual([around]);
  // what was said before is over
  expect(it.session.notices.get()).toEqual([]);
  toggleCloseUp(it.session);

  // what is prompted comes before what is selected
  await it.click(120, 80);
  toggleCloseUp(it.session);
  await vi.waitFor(() => expect(it.session.closeUp.get().at).toBe('loading'));
  expect(filled).toHaveLength(2);
  expect(it.session.closeUp.get()).toMatchObject({ closeUp: { x0: 0, y0: 0, x1: 32, y1: 32 } });
  it.session.say('outside-close-up');
  toggleCloseUp(it.session);
  expect(it.session.notices.get()).toEqual([]);

  Object.assign(seen, { x0: -20.5, y0: 150.2, x1: 99.1, y1: 150.9 });
  toggleCloseUp(it.session);
  // whole pixels, inside the picture, not too thin
  expect(it.session.closeUp.get()).toMatchObject({ closeUp: { x0: 0, y0: 150, x1: 100, y1: 182 } });
});

test('CU3: a mask of the whole picture that is prompted again is asked in the open close-up as well', async () => {
  const it = await inCloseUp();
  const points = [{ x: 120, y: 80, label: 'foreground' as const }];
  const round = { points, box: null, feedback: false, candidate: 0 };
  const part = { id: newId(), prompts: [round], modelVersionId: 'model' };
  it.session.merge(documentOf(rectangleMask(IMAGE, [10, 5, 20, 8], part)), 0);
  await it.session.effects.reprompt(part.id);
  await vi.waitFor(() => expect(it.calls.slice(-2)).toEqual(['replay', 'decode']));
  const tool = it.session.tool.get();
  const rounds = tool.name === 'prompt' ? tool.state.set?.rounds : [];
  expect(rounds?.map(({ closeUp }) => closeUp)).toEqual([null, NEAR]);
});

test('CU3: prompts that come back open the close-up again in which they were asked', async () => {
  const it = await inCloseUp();
  await it.click(120, 80);
  const tool = it.session.tool.get();
  const set = tool.name === 'prompt' ? tool.state.set : null;
  if (!set) throw new Error('prompts expected');
  it.session.dispatch({ type: 'cancel' });
  leaveCloseUp(it.session);
  it.session.effects.resume(set);
  await vi.waitFor(() => expect(it.session.closeUp.get()).toEqual({ at: 'open', closeUp: NEAR }));
  expect(it.prompts()).toBe(1);
});

test('CU3: what was asked on top of a drawn mask alone is not replayed: its pixels are taken up', async () => {
  const it = withPicture();
  const point = { x: 12, y: 6, label: 'foreground' as const };
  const round = { points: [point], box: null, feedback: true, candidate: 0 };
  const mask = rectangleMask(IMAGE, [10, 5, 20, 8], {
    id: newId(),
    prompts: [round],
    modelVersionId: 'model',
    box: { x: 110, y: 70, width: 20, height: 8 },
  });
  it.session.merge(documentOf(mask), 0);
  await it.session.effects.reprompt(mask.id);
  expect(it.calls).toEqual(['lift']);
  const seededIn = (closeUp: CloseUp | null) => {
    const set = { target: mask.id, rounds: [], seed: { closeUp } };
    expect(it.session.tool.get()).toMatchObject({ name: 'prompt', state: { set } });
  };
  seededIn(null);
  // and taken up anew where a close-up is opened around it, and when that is left
  void openCloseUp(it.session, NEAR);
  await vi.waitFor(() => expect(it.requested).toHaveLength(1));
  it.make();
  it.event('ready');
  await vi.waitFor(() => seededIn(NEAR));
  leaveCloseUp(it.session);
  await vi.waitFor(() => seededIn(null));
});
