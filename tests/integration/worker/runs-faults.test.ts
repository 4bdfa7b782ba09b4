// What goes wrong in a run; queues in Redis where there is one.
import { jobs, runs as runRows } from '@maskloop/db';
import { makeMask } from '@maskloop/db/testing';
import { sweep } from '@maskloop/jobs';
import { blobKeys } from '@maskloop/storage';
import { expect, test } from 'vitest';
import { family, fixtureModel } from '../../fixtures/models/index.ts';
import { PARAMETERS, SIZE, useRuns } from './runs-stack.ts';
import { addFixture, finished, photo, redisForTests, tellRedis, until } from './stack.ts';

const kind = redisForTests() ? 'redis' : 'postgres';
const runs = useRuns(kind, 15);

test('RN6 a corrupt and a deleted image among good ones: each fails or is left out with its reason', async () => {
  const torn = await runs.stack.addImage(photo(20, SIZE).slice(0, 500), SIZE);
  const gone = await runs.stack.addImage(photo(21, SIZE), SIZE);
  const scope = { kind: 'images', imageIds: [torn, gone, ...runs.pictures.slice(0, 2)] } as const;
  const { id: runId } = await runs.order({ scope: { ...scope, imageIds: [...scope.imageIds] } });
  await until(async () => (await runs.caller.run.get({ runId })).state === 'pending', 'the order');
  const worker = await runs.stack.startWorker();
  const run = await runs.over(runId);
  expect(run.counts).toMatchObject({ done: 3, failed: 1 });
  expect(run.failures).toHaveLength(1);
  expect(run.failures[0]).toMatchObject({
    imageId: torn,
    error: expect.stringContaining('cannot be read'),
  });

  // mended, only what failed is done again
  const { sha256 } = await runs.stack.db.image.findUniqueOrThrow({ where: { id: torn } });
  await runs.stack.store.put(blobKeys.original(sha256), photo(20, SIZE));
  const doneAt = (await runs.caller.run.items({ runId, state: 'done' })).items.map(
    ({ updatedAt }) => updatedAt,
  );
  await runs.stack.db.image.update({ where: { id: torn }, data: { deletedAt: new Date() } });
  await runs.caller.run.retryFailed({ runId });
  const again = await runs.over(runId);
  expect(again.counts).toMatchObject({ done: 3, failed: 0, cancelled: 1 });
  expect(
    (await runs.caller.run.items({ runId, state: 'done' })).items.map(({ updatedAt }) => updatedAt),
  ).toEqual(doneAt);
  await worker.stop();
});

test('a model whose file is not what its manifest says: the run fails, with the reason at each image', async () => {
  const fixture = fixtureModel(family('transformers-sam2'));
  const wrong = await addFixture(runs.stack, fixture);
  await runs.stack.store.put(blobKeys.model(fixture.manifest.decoder.file.sha256), new Uint8Array([1, 2]));
  await runs.stack.startWorker();
  const { id: runId } = await runs.order({ modelVersionId: wrong });
  const run = await runs.over(runId, 'failed');
  expect(run.counts.failed).toBe(4);
  expect(run.failures[0]?.error).toContain('found 2 bytes');
});

test('a run under way lets an open image through, stops between two batches, and goes on later', async () => {
  const { db } = runs.stack;
  const worker = await runs.stack.startWorker();
  const scope = { kind: 'images', imageIds: runs.pictures.slice(0, 2) } as const;
  const { id: runId } = await runs.order({
    scope: { ...scope, imageIds: [...scope.imageIds] },
    parameters: { ...PARAMETERS, pointsPerSide: 60 },
  });
  const running = () =>
    db.job.findFirst({ where: { runId, name: 'run.image', state: 'running', progress: { gt: 0.1 } } });
  const job = await until(running, 'the first image to be searched');
  expect(await runs.caller.run.active({ imageId: job.imageId ?? '' })).toMatchObject({ id: runId });
  const opened = await runs.stack.addImage(photo(30, SIZE), SIZE);
  const encoded = await finished(db, await runs.stack.requestEncode(opened, runs.model));
  expect(encoded.state).toBe('done');
  expect(await jobs.get(db, job.id), 'the run is still at the same image').toMatchObject({
    state: 'running',
  });

  await runs.caller.run.cancel({ runId, made: 'keep' });
  await until(async () => worker.output().includes('"msg":"cancelled"'), 'the worker to stop', 8_000);
  const stopped = await runs.caller.run.get({ runId });
  expect(stopped).toMatchObject({ state: 'cancelled', counts: { cancelled: 2, done: 0, pending: 0 } });
  expect(await runs.live({ runId })).toEqual([]);
  expect(await runs.caller.run.active({ imageId: job.imageId ?? '' })).toBeNull();

  // as if it had been a small run: going on finishes what was left out
  await db.run.update({ where: { id: runId }, data: { parameters: PARAMETERS } });
  await runs.caller.run.resume({ runId });
  expect((await runs.over(runId)).counts).toMatchObject({ done: 2, cancelled: 0 });
  await expect(runs.caller.run.resume({ runId })).rejects.toThrow(/left out/);
  await runs.caller.run.cancel({ runId, made: 'roll-back' });
  await runs.over(runId, 'cancelled');
});

/** A run of new pictures, the first of which has a person's mask, with so many of them done. */
async function underWay({ seeds: [from, to], done }: { seeds: readonly [number, number]; done: number }) {
  const { db, ownerId } = runs.stack;
  const imageIds: string[] = [];
  for (let seed = from; seed < to; seed++) imageIds.push(await runs.stack.addImage(photo(seed, SIZE), SIZE));
  const human = await makeMask(db, { imageId: imageIds[0] ?? '', authorId: ownerId, size: SIZE });
  const hash = await runs.hashOf([human.id]);
  const worker = await runs.stack.startWorker();
  const { id: runId } = await runs.order({
    scope: { kind: 'images', imageIds },
    parameters: { ...PARAMETERS, pointsPerSide: 4 },
  });
  await until(async () => (await runRows.tally(db, runId)).counts.done >= done, `${done} images`, 60_000);
  return { runId, worker, humanId: human.id, hash };
}

test('kill -9 of a worker and an emptied Redis in the middle of a run: every image is done once', async () => {
  const { db, dispatcher } = runs.stack;
  const { runId, worker: first, humanId, hash } = await underWay({ seeds: [40, 52], done: 3 });
  await first.stop('SIGKILL');
  const before = await db.runItem.findMany({
    where: { runId, state: 'done' },
    orderBy: { imageId: 'asc' },
  });
  if (kind === 'redis') await tellRedis(runs.stack.backend.url, 'FLUSHDB');
  // as if the sweeper's half minute and the dead worker's heartbeats were over
  await db.$executeRaw`UPDATE "Job" SET "createdAt" = "createdAt" - interval '5 minutes',
      "dispatchedAt" = "dispatchedAt" - interval '5 minutes', "startedAt" = "startedAt" - interval '5 minutes',
      "heartbeatAt" = "heartbeatAt" - interval '5 minutes' WHERE "state" IN ('pending', 'running')`;
  const second = await runs.stack.startWorker();
  await sweep({ db, dispatcher });
  const run = await runs.over(runId);
  expect(run.counts).toEqual({ pending: 0, done: 12, failed: 0, cancelled: 0 });
  expect(await runs.hashOf([humanId])).toBe(hash);
  expect(
    await db.runItem.findMany({
      where: { runId, imageId: { in: before.map(({ imageId }) => imageId) } },
      orderBy: { imageId: 'asc' },
    }),
  ).toEqual(before);
  const masks = await runs.live({ runId });
  expect(masks).toHaveLength(run.proposals);
  // none twice: no two proposals of an image have the same pixels
  const keys = masks.map(({ imageId, headRevision }) => `${imageId} ${headRevision?.counts}`);
  expect(new Set(keys).size).toBe(keys.length);
  await second.stop();
});

test('PostgreSQL goes away in the middle of a run and comes back: every image is done once', async () => {
  const { runId, worker, humanId, hash } = await underWay({ seeds: [60, 70], done: 2 });
  await runs.stack.database.outage(2_000);
  expect(worker.process.exitCode, worker.output()).toBeNull();
  const run = await runs.over(runId);
  expect(run.counts).toEqual({ pending: 0, done: 10, failed: 0, cancelled: 0 });
  expect(await runs.hashOf([humanId])).toBe(hash);
  expect(await runs.live({ runId })).toHaveLength(run.proposals);
});
