import 'fake-indexeddb/auto';
import type { MaskOperationInput, OperationAnswer } from '@maskloop/domain';
import { afterEach, expect, test, vi } from 'vitest';
import { documentOf, rectangleMask } from '../testing/records.ts';
import { Drainer, type SendFailure } from './drainer.ts';
import { type KeptOperation, Outbox } from './outbox.ts';
import { replayKept } from './replay.ts';

const IMAGE = { width: 8, height: 8 };
let boxes = 0;
const drainers: Drainer[] = [];
afterEach(() => {
  for (const drainer of drainers.splice(0)) drainer.close();
});

const change = (id: string, part: Partial<KeptOperation> = {}): KeptOperation => ({
  id,
  userId: 'u',
  imageId: 'i',
  tabId: 't',
  operation: { kind: 'remove', id, maskId: `mask-${id}` },
  after: null,
  keptAt: 0,
  refused: null,
  ...part,
});

const applied = (id: string): OperationAnswer => ({
  id,
  repeated: false,
  result: { status: 'applied', revision: null },
});

/** An outbox with a drainer on a server that can fail. */
function setUp(name = `outbox-${++boxes}`) {
  const outbox = new Outbox(name);
  const sent: { imageId: string; ids: string[] }[] = [];
  const server: {
    failure: SendFailure | null;
    answer: (operation: MaskOperationInput) => OperationAnswer;
  } = { failure: null, answer: ({ id }) => applied(id) };
  const answers: string[] = [];
  const drainer = new Drainer({
    outbox,
    userId: 'u',
    send: async (imageId, _tabId, operations) => {
      sent.push({ imageId, ids: operations.map(({ id }) => id) });
      if (server.failure) throw server.failure;
      return operations.map(server.answer);
    },
    reasonOf: (error) => error as SendFailure,
    exclusively: (task) => task(),
    onAnswer: (row) => answers.push(row.id),
    onProgress: () => undefined,
  });
  drainers.push(drainer);
  return { outbox, drainer, sent, server, answers, name };
}

test('SV1 changes are sent in the order in which they were made, and forgotten only when answered', async () => {
  const it = setUp();
  await Promise.all(['a', 'b', 'c'].map((id) => it.outbox.keep([change(id)])));
  await it.drainer.kick();
  expect(it.sent.flatMap(({ ids }) => ids)).toEqual(['a', 'b', 'c']);
  expect(await it.outbox.of('u', 'i')).toEqual([]);
  expect(it.drainer.state.get()).toMatchObject({ at: 'saved', kept: 0 });
});

test('without a network changes stay, and a new page finds them', async () => {
  const it = setUp();
  it.server.failure = { kind: 'offline' };
  await it.outbox.keep([change('a'), change('b')]);
  await it.drainer.kick();
  expect(it.drainer.state.get()).toMatchObject({ at: 'offline', kept: 2 });
  await it.outbox.close();
  const later = setUp(it.name);
  await later.drainer.kick();
  expect(later.sent).toEqual([{ imageId: 'i', ids: ['a', 'b'] }]);
  expect(later.drainer.state.get()).toMatchObject({ at: 'saved', kept: 0 });
});

test('an ended session keeps everything until the person has signed in', async () => {
  const it = setUp();
  it.server.failure = { kind: 'signed-out' };
  await it.outbox.keep([change('a')]);
  await it.drainer.kick();
  expect(it.drainer.state.get()).toMatchObject({ at: 'signed-out', kept: 1 });
  it.server.failure = null;
  await it.drainer.kick();
  expect(it.drainer.state.get()).toMatchObject({ at: 'saved', kept: 0 });
});

test('what is kept while a drain runs is sent by the same drain', async () => {
  const it = setUp();
  await it.outbox.keep([change('a')]);
  it.server.answer = (operation) => {
    if (operation.id === 'a') void it.outbox.keep([change('b')]);
    return applied(operation.id);
  };
  await it.drainer.kick();
  expect(it.sent.map(({ ids }) => ids)).toEqual([['a'], ['b']]);
});

test('one bad change is found and set aside; the good ones arrive', async () => {
  const it = setUp();
  await it.outbox.keep(['a', 'bad', 'c'].map((id) => change(id)));
  const { server } = it;
  const drainer = new Drainer({
    outbox: it.outbox,
    userId: 'u',
    send: async (_imageId, _tabId, operations) => {
      if (operations.some(({ id }) => id === 'bad')) {
        throw { kind: 'invalid', code: 'INVALID_INPUT', message: 'counts: no' } satisfies SendFailure;
      }
      return operations.map(server.answer);
    },
    reasonOf: (error) => error as SendFailure,
    exclusively: (task) => task(),
    onAnswer: () => undefined,
    onProgress: () => undefined,
  });
  drainers.push(drainer);
  await drainer.kick();
  expect((await it.outbox.of('u', 'i')).map((row) => [row.id, row.refused?.message])).toEqual([
    ['bad', 'counts: no'],
  ]);
  expect(drainer.state.get()).toMatchObject({ at: 'saved', kept: 0, refused: 1 });
});

test('a picture that has to wait does not hold the others up', async () => {
  const it = setUp();
  await it.outbox.keep([change('a', { imageId: 'held' }), change('b')]);
  const drainer = new Drainer({
    outbox: it.outbox,
    userId: 'u',
    send: async (imageId, _tabId, operations) => {
      if (imageId === 'held') throw { kind: 'blocked', message: 'Bo has it' } satisfies SendFailure;
      return operations.map(({ id }) => applied(id));
    },
    reasonOf: (error) => error as SendFailure,
    exclusively: (task) => task(),
    onAnswer: () => undefined,
    onProgress: () => undefined,
  });
  drainers.push(drainer);
  await drainer.kick();
  expect(await it.outbox.counts('u')).toEqual({ kept: 1, refused: 0 });
  expect(drainer.state.get()).toMatchObject({ at: 'blocked', message: 'Bo has it' });
});

test('another person on this browser sends nothing that is not theirs', async () => {
  const it = setUp();
  await it.outbox.keep([change('a', { userId: 'other' })]);
  await it.drainer.kick();
  expect(it.sent).toEqual([]);
  expect(await it.outbox.counts('other')).toEqual({ kept: 1, refused: 0 });
});

test('a refused change stays with its reason and is told', async () => {
  const it = setUp();
  it.server.answer = ({ id }) => ({
    id,
    repeated: false,
    result: { status: 'refused', code: 'NOT_FOUND', message: 'There is no such class.' },
  });
  await it.outbox.keep([change('a')]);
  await it.drainer.kick();
  expect(it.answers).toEqual(['a']);
  expect(await it.outbox.refused('u')).toMatchObject([{ id: 'a', refused: { code: 'NOT_FOUND' } }]);
});

test("a reload shows the server's masks with everything on top that is still kept", () => {
  const old = rectangleMask(IMAGE, [0, 0, 2, 2], { id: 'old' });
  const gone = rectangleMask(IMAGE, [4, 4, 2, 2], { id: 'gone' });
  const changed = { ...old, classId: 'c' };
  const fresh = rectangleMask(IMAGE, [2, 2, 2, 2], { id: 'new' });
  const kept = [
    change('1', { operation: { kind: 'setClass', id: '1', maskId: 'old', classId: 'c' }, after: changed }),
    change('2', { operation: { kind: 'remove', id: '2', maskId: 'gone' }, after: null }),
    change('3', { operation: { kind: 'restore', id: '3', maskId: 'new' }, after: fresh }),
    change('4', {
      operation: { kind: 'remove', id: '4', maskId: 'new' },
      after: null,
      refused: { code: 'X', message: '' },
    }),
  ];
  expect(replayKept([old, gone], kept)).toEqual(documentOf(changed, fresh));
});

test('a draft comes back and goes when it is taken away', async () => {
  const { outbox } = setUp();
  await outbox.keepDraft('u i', { logits: Float32Array.of(1, 2) });
  expect(await outbox.draft('u i')).toEqual({ logits: Float32Array.of(1, 2) });
  await outbox.keepDraft('u i', null);
  expect(await outbox.draft('u i')).toBeNull();
});

test.each([1, 2, 3, 4])(
  'SV1 what is kept while the outbox is counted for the %i. time is sent, too',
  async (nth) => {
    const it = setUp();
    await it.outbox.keep([change('a')]);
    const counts = it.outbox.counts.bind(it.outbox);
    let calls = 0;
    vi.spyOn(it.outbox, 'counts').mockImplementation(async (userId) => {
      const counted = await counts(userId);
      if (++calls === nth) {
        await it.outbox.keep([change('b')]);
        void it.drainer.kick();
      }
      return counted;
    });
    await it.drainer.kick();
    await vi.waitFor(() => expect(it.sent.flatMap(({ ids }) => ids)).toEqual(['a', 'b']));
    await vi.waitFor(() => expect(it.drainer.state.get()).toMatchObject({ at: 'saved', kept: 0 }));
  },
);
