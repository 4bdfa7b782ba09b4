import { type DbClient, jobs } from '@maskloop/db';
import { type FreshDatabase, freshDatabase, makeProject } from '@maskloop/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

let fresh: FreshDatabase;
let db: DbClient;
let projectId: string;
beforeAll(async () => {
  fresh = await freshDatabase({ connections: 12 });
  db = fresh.db;
  projectId = (await makeProject(db)).id;
});
afterAll(() => fresh.close());

let counter = 0;
const job = (more: Partial<jobs.NewJob> = {}): jobs.NewJob => ({
  name: 'image.encode',
  key: `key-${++counter}`,
  payload: { n: counter },
  priority: 10,
  projectId,
  ...more,
});

test('JB2 the same work asked for many times at once is one job', async () => {
  const same = job();
  const asked = await Promise.all(Array.from({ length: 10 }, () => jobs.insertPending(db, same)));
  expect(new Set(asked.map((request) => request.id)).size).toBe(1);
  expect(asked.filter((request) => request.created)).toHaveLength(1);
});

test('JB2 a more urgent request raises the waiting job; a less urgent one leaves it', async () => {
  const first = job({ priority: 100 });
  const { id } = await jobs.insertPending(db, first);
  const urgent = await jobs.insertPending(db, { ...first, priority: 1 });
  expect(urgent).toEqual({ id, created: false, raised: true, state: 'pending', priority: 1 });
  expect(await jobs.insertPending(db, { ...first, priority: 50 })).toMatchObject({
    raised: false,
    priority: 1,
  });
});

test('JB1 a finished job never moves again, and its work can be asked for anew', async () => {
  const work = job();
  const { id } = await jobs.insertPending(db, work);
  expect(await jobs.start(db, id, null)).toMatchObject({
    state: 'running',
    attempts: 1,
    payload: work.payload,
  });
  expect(await jobs.progress(db, id, 7)).toBe(true);
  expect(await jobs.get(db, id)).toMatchObject({ progress: 1 });
  expect(await jobs.finish(db, id, { state: 'skipped', reason: 'was there' })).toBe(true);
  expect(await jobs.finish(db, id, { state: 'failed', error: 'late' })).toBe(false);
  expect(await jobs.start(db, id, null)).toBeNull();
  expect(await jobs.heartbeat(db, id)).toBe(false);
  expect(await jobs.cancel(db, id, 'late')).toBeNull();
  expect(await jobs.get(db, id)).toMatchObject({ state: 'skipped', error: 'was there' });
  const anew = await jobs.insertPending(db, work);
  expect(anew.created).toBe(true);
  expect(anew.id).not.toBe(id);
});

test('a cancelled job tells its worker at the next heartbeat and keeps what was said', async () => {
  const { id } = await jobs.insertPending(db, job());
  await jobs.start(db, id, null);
  expect(await jobs.cancel(db, id, 'not needed')).toMatchObject({ state: 'cancelled', error: 'not needed' });
  expect(await jobs.heartbeat(db, id)).toBe(false);
  expect(await jobs.progress(db, id, 0.5)).toBe(false);
  expect(await jobs.backToPending(db, id, 'x')).toBe(false);
});

test('a retry is a new job with the same work; only failed and cancelled ones are tried again', async () => {
  const work = job();
  const { id } = await jobs.insertPending(db, work);
  expect(await jobs.retry(db, id, null)).toBeNull();
  await jobs.start(db, id, null);
  await jobs.backToPending(db, id, 'once more');
  await jobs.start(db, id, null);
  await jobs.finish(db, id, { state: 'failed', error: 'e'.repeat(5_000), code: 'STORAGE_FULL' });
  const failed = await jobs.get(db, id);
  expect(failed).toMatchObject({ state: 'failed', attempts: 2, errorCode: 'STORAGE_FULL' });
  expect(failed?.error).toHaveLength(2_000);
  const again = await jobs.retry(db, id, null);
  expect(again?.id).not.toBe(id);
  expect(await jobs.get(db, again?.id ?? '')).toMatchObject({
    payload: work.payload,
    key: work.key,
    attempts: 0,
  });
  expect(await jobs.get(db, id)).toMatchObject({ state: 'failed' });
});

test('many are inserted in one statement, without those asked for already', async () => {
  const work = [job(), job(), job()];
  await jobs.insertPending(db, work[1] ?? job());
  const made = await jobs.insertManyPending(db, work);
  expect(made).toHaveLength(2);
  expect(await jobs.insertManyPending(db, work)).toEqual([]);
  expect(await jobs.insertManyPending(db, [])).toEqual([]);
});

test('stale: pending ones nobody took, running ones without a sign of life', async () => {
  const other = (await makeProject(db)).id;
  const [fresh1, waiting, dead, alive] = await Promise.all(
    [1, 2, 3, 4].map(() => jobs.insertPending(db, job({ projectId: other }))),
  );
  const old = new Date(Date.now() - 60_000);
  await db.job.update({ where: { id: waiting?.id ?? '' }, data: { createdAt: old } });
  for (const started of [dead, alive]) await jobs.start(db, started?.id ?? '', null);
  await db.job.update({ where: { id: dead?.id ?? '' }, data: { heartbeatAt: old } });
  const stale = await jobs.stale(db, { pendingMs: 30_000, heartbeatMs: 30_000, limit: 100 });
  const ids = stale.map((row) => row.id);
  expect(ids).toContain(waiting?.id);
  expect(ids).toContain(dead?.id);
  expect(ids).not.toContain(fresh1?.id);
  expect(ids).not.toContain(alive?.id);
  await jobs.markDispatched(db, [waiting?.id ?? '']);
  const after = await jobs.stale(db, { pendingMs: 30_000, heartbeatMs: 30_000, limit: 100 });
  expect(after.map((row) => row.id)).not.toContain(waiting?.id);
});

test('pages are newest first without gaps, and the summary counts by state', async () => {
  const own = (await makeProject(db)).id;
  const made = [];
  for (let i = 0; i < 5; i++) made.push(await jobs.insertPending(db, job({ projectId: own })));
  await jobs.finish(db, made[0]?.id ?? '', { state: 'done' });
  const first = await jobs.page(db, { projectId: own, limit: 2 });
  const second = await jobs.page(db, { projectId: own, limit: 10, cursor: first.nextCursor });
  expect([...first.items, ...second.items].map((row) => row.id)).toEqual(made.map((row) => row.id).reverse());
  expect(first.items[0]).not.toHaveProperty('payload');
  expect((await jobs.page(db, { projectId: own, state: 'done', limit: 5 })).items).toHaveLength(1);
  expect(await jobs.summary(db, own)).toMatchObject({ pending: 4, done: 1, failed: 0 });
  expect((await jobs.summary(db, null)).pending).toBeGreaterThanOrEqual(4);
  expect(await jobs.projectOf(db, made[0]?.id ?? '')).toBe(own);
});
