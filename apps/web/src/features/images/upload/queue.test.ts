import { describe, expect, test } from 'vitest';
import {
  canRetry,
  nextUploads,
  reduceUploads,
  summarise,
  type UploadAction,
  type UploadQueue,
  type UploadState,
} from './queue.ts';

function play(...actions: UploadAction[]): UploadQueue {
  return actions.reduce(reduceUploads, [] as UploadQueue);
}

const added = (count: number): UploadAction => ({
  type: 'add',
  items: Array.from({ length: count }, (_, id) => ({ id, projectId: 'p', path: `${id}.jpg`, bytes: 100 })),
});
const start = (id: number): UploadAction => ({ type: 'start', id });
const failure = { code: 'OFFLINE', message: null };

test('three run at once, in the order they came, and a free place is taken by the next', () => {
  const queue = play(added(5));
  expect(nextUploads(queue, 3).map(({ id }) => id)).toEqual([0, 1, 2]);
  const running = [0, 1, 2].map(start).reduce(reduceUploads, queue);
  expect(nextUploads(running, 3)).toEqual([]);
  const freed = reduceUploads(running, { type: 'finish', id: 1 });
  expect(nextUploads(freed, 3).map(({ id }) => id)).toEqual([3]);
});

test('a file is taken in by the server once all its bytes have left', () => {
  const half = play(added(1), start(0), { type: 'progress', id: 0, sent: 50 });
  expect(half[0]).toMatchObject({ state: 'sending', sent: 50 });
  const whole = reduceUploads(half, { type: 'progress', id: 0, sent: 120 });
  expect(whole[0]).toMatchObject({ state: 'taking', sent: 100 });
});

test('an empty file goes through the same states', () => {
  const queue = play({ type: 'add', items: [{ id: 0, projectId: 'p', path: 'x', bytes: 0 }] }, start(0), {
    type: 'progress',
    id: 0,
    sent: 0,
  });
  expect(queue[0]?.state).toBe('taking');
});

describe('what comes too late changes nothing', () => {
  const ENDS: [UploadState, UploadAction[]][] = [
    ['cancelled', [start(0), { type: 'cancel', id: 0 }]],
    ['done', [start(0), { type: 'finish', id: 0 }]],
    ['failed', [start(0), { type: 'fail', id: 0, failure }]],
  ];
  const LATE: UploadAction[] = [
    start(0),
    { type: 'progress', id: 0, sent: 70 },
    { type: 'results', id: 0, results: [{ name: 'a', status: 'added' }] },
    { type: 'finish', id: 0 },
    { type: 'fail', id: 0, failure },
    { type: 'cancel', id: 0 },
    { type: 'finish', id: 99 },
  ];
  test.each(ENDS)('after %s', (state, actions) => {
    const queue = play(added(1), ...actions);
    expect(queue[0]?.state).toBe(state);
    for (const action of LATE) expect(reduceUploads(queue, action)).toBe(queue);
  });
});

test('a failed file waits again after a retry, without what it had', () => {
  const queue = play(
    added(1),
    start(0),
    { type: 'results', id: 0, results: [{ name: 'a', status: 'added' }] },
    { type: 'fail', id: 0, failure },
    { type: 'retry', id: 0 },
  );
  expect(queue[0]).toMatchObject({ state: 'waiting', sent: 0, results: [], failure: null });
});

test('a file that is no picture is shown as failed and cannot be retried', () => {
  const queue = play({
    type: 'add',
    items: [
      { id: 0, projectId: 'p', path: 'a.txt', bytes: 9, failure: { code: 'NOT_A_PICTURE', message: null } },
    ],
  });
  expect(queue[0]?.state).toBe('failed');
  expect(queue.filter(canRetry)).toEqual([]);
  expect(nextUploads(reduceUploads(queue, { type: 'retryAll' }), 3)).toEqual([]);
});

test('cancelling all leaves what is finished, clearing leaves what is active', () => {
  const queue = play(added(3), start(0), { type: 'finish', id: 0 }, start(1));
  const cancelled = reduceUploads(queue, { type: 'cancelAll' });
  expect(cancelled.map(({ state }) => state)).toEqual(['done', 'cancelled', 'cancelled']);
  expect(reduceUploads(queue, { type: 'clearEnded' }).map(({ id }) => id)).toEqual([1, 2]);
});

test('the summary counts pictures, not files, and leaves what failed out of the bytes', () => {
  const queue = play(
    added(3),
    start(0),
    {
      type: 'results',
      id: 0,
      results: [
        { name: 'a', status: 'added' },
        { name: 'b', status: 'duplicate' },
        { name: 'c', status: 'refused' },
      ],
    },
    { type: 'finish', id: 0 },
    start(1),
    { type: 'fail', id: 1, failure },
  );
  expect(summarise(queue)).toEqual({
    files: 3,
    active: 1,
    failed: 1,
    added: 1,
    duplicates: 1,
    refused: 1,
    bytes: 200,
    sent: 100,
  });
});
