import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { type DbClient, datasets, exports, inTransaction, jobs } from '@maskloop/db';
import { type FreshDatabase, freshDatabase, makeImage, makeModel, makeProject } from '@maskloop/db/testing';
import { DatasetFilter, JOB_PRIORITIES, SplitRule } from '@maskloop/domain';
import {
  type Backend,
  createDispatcher,
  type Dispatcher,
  type Opened,
  openQueue,
  openWorker,
  requestJob,
  requestJobs,
  sweep,
} from '@maskloop/jobs';
import type { Job, Processor, Worker } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

const redisUrl = process.env.REDIS_URL_TEST;

// one suite for both: what differs between them must not show
describe.each([
  ['postgres', true],
  ['redis', redisUrl !== undefined],
] as const)('queues on %s', (kind, available) => {
  describe.runIf(available)('', () => {
    let fresh: FreshDatabase;
    let db: DbClient;
    let backend: Backend;
    let dispatcher: Dispatcher;
    const errors: Error[] = [];
    const workers: Opened<Worker>[] = [];

    beforeAll(async () => {
      fresh = await freshDatabase();
      db = fresh.db;
      backend =
        kind === 'postgres'
          ? { kind, url: fresh.url }
          : { kind: 'redis', url: redisUrl ?? '', prefix: `test-${process.pid}-${Date.now()}` };
      dispatcher = createDispatcher({ db, backend, onError: (error) => errors.push(error) });
    });
    afterEach(async () => {
      await Promise.all(workers.splice(0).map((worker) => worker.close()));
      expect(errors.splice(0).map((error) => error.message)).toEqual([]);
    });
    afterAll(async () => {
      await dispatcher.close();
      await fresh.close();
    });

    function work(processor: Processor, options: { lockDuration?: number; stalledInterval?: number } = {}) {
      const worker = openWorker(backend, 'inference', processor, { onError: () => {}, ...options });
      workers.push(worker);
      return worker;
    }

    async function images(count: number) {
      const model = await makeModel(db);
      const { id: projectId } = await makeProject(db, { modelVersionId: model.id });
      const made = [];
      for (let i = 0; i < count; i++) made.push((await makeImage(db, { projectId })).id);
      return made.map((imageId) => ({ imageId, modelVersionId: model.id, projectId }));
    }

    const encode = (
      target: { imageId: string; modelVersionId: string; projectId: string },
      priority?: number,
    ) =>
      requestJob(
        db,
        'image.encode',
        { imageId: target.imageId, modelVersionId: target.modelVersionId },
        { projectId: target.projectId, imageId: target.imageId, ...(priority ? { priority } : {}) },
      );

    test('JB3 a job exists exactly when its transaction commits', async () => {
      const [target] = await images(1);
      if (!target) throw new Error('no image');
      let id = '';
      await expect(
        inTransaction(db, async (tx) => {
          const { imageId, modelVersionId } = target;
          id = (await requestJob(tx, 'image.encode', { imageId, modelVersionId })).id;
          throw new Error('changed my mind');
        }),
      ).rejects.toThrow('changed my mind');
      expect(await jobs.get(db, id)).toBeNull();
      expect(await dispatcher.dispatch(id)).toBe(0);
    });

    test('JB4 dispatching again and again runs a job once; a finished one is not run again', async () => {
      const [target] = await images(1);
      if (!target) throw new Error('no image');
      const { id } = await encode(target);
      for (let i = 0; i < 3; i++) expect(await dispatcher.dispatch([id])).toBe(1);
      const ran: string[] = [];
      work(async (job) => {
        ran.push(job.id ?? '');
        await jobs.start(db, job.id ?? '', null);
        await jobs.finish(db, job.id ?? '', { state: 'done' });
      });
      await until(async () => (await jobs.get(db, id))?.state === 'done');
      expect(await dispatcher.dispatch(id)).toBe(0);
      await pause(300);
      expect(ran).toEqual([id]);
      expect((await jobs.get(db, id))?.dispatchedAt).toBeInstanceOf(Date);
    });

    test('urgent work goes first, and a waiting job overtakes when it becomes urgent', async () => {
      const targets = await images(4);
      const asked = [];
      for (const target of targets) asked.push(await encode(target, JOB_PRIORITIES.batch));
      await dispatcher.dispatch(asked.map((request) => request.id));
      const last = targets[3];
      if (!last) throw new Error('no image');
      const raised = await encode(last, JOB_PRIORITIES.interactive);
      expect(raised).toMatchObject({ id: asked[3]?.id, raised: true });
      await dispatcher.dispatch(raised.id);
      expect((await dispatcher.depths()).inference).toMatchObject({ waiting: 4, active: 0 });
      const order: string[] = [];
      work(async (job) => {
        order.push(job.id ?? '');
        await jobs.finish(db, job.id ?? '', { state: 'done' });
      });
      await until(async () => order.length === 4);
      expect(order[0]).toBe(asked[3]?.id);
      expect(order.slice(1)).toEqual(asked.slice(0, 3).map((request) => request.id));
    });

    test('a failed attempt is followed by another, as often as the table says', async () => {
      const [target] = await images(1);
      if (!target) throw new Error('no image');
      const { id } = await encode(target);
      await dispatcher.dispatch(id);
      const attempts: number[] = [];
      work(async (job) => {
        attempts.push(job.attemptsMade);
        if (attempts.length < 2) throw new Error('not yet');
        await jobs.finish(db, id, { state: 'done' });
      });
      await until(async () => (await jobs.get(db, id))?.state === 'done', 15_000);
      expect(attempts).toEqual([0, 1]);
    });

    test('JB5 what the queue lost, the sweeper hands over again', async () => {
      const targets = await images(2);
      const ids = [];
      for (const target of targets) ids.push((await encode(target)).id);
      // one never reached the queue; one did, and the queue forgot it
      await dispatcher.dispatch(ids[1] ?? '');
      const queue = openQueue(backend, 'inference', () => {});
      await (await queue.it.getJob(ids[1] ?? ''))?.remove();
      await queue.close();
      const limits = { pendingMs: 0, heartbeatMs: 60_000, limit: 100 };
      await pause(5);
      expect(await sweep({ db, dispatcher }, limits)).toMatchObject({ dispatched: 2, givenUp: 0 });
      const ran = new Set<string>();
      work(async (job) => {
        ran.add(job.id ?? '');
        await jobs.finish(db, job.id ?? '', { state: 'done' });
      });
      await until(async () => ran.size === 2);
      expect(ran).toEqual(new Set(ids));
    });

    test('JB6 a job whose worker was killed is taken by another', async () => {
      const [target] = await images(1);
      if (!target) throw new Error('no image');
      const { id } = await encode(target);
      await dispatcher.dispatch(id);
      const victim = spawn(
        process.execPath,
        ['--import', 'tsx', path.join(import.meta.dirname, 'victim.ts'), JSON.stringify(backend)],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const [taken] = (await once(victim.stdout, 'data')) as [Buffer];
      expect(taken.toString().trim()).toBe(id);
      victim.kill('SIGKILL');
      let ran: Job | undefined;
      work(
        async (job) => {
          ran = job;
          await jobs.finish(db, id, { state: 'done' });
        },
        { lockDuration: 2_000, stalledInterval: 1_000 },
      );
      await until(async () => ran !== undefined, 20_000);
      expect(ran?.id).toBe(id);
      expect(ran?.stalledCounter).toBe(1);
    });

    test('JB6 a job that kills every worker fails in the end', async () => {
      const [target] = await images(1);
      if (!target) throw new Error('no image');
      const poison = await encode(target);
      for (let i = 0; i < 3; i++) await jobs.start(db, poison.id, null);
      await db.job.update({ where: { id: poison.id }, data: { heartbeatAt: new Date(0) } });
      const limits = { pendingMs: 60_000, heartbeatMs: 1_000, limit: 100 };
      expect(await sweep({ db, dispatcher }, limits)).toMatchObject({ givenUp: 1 });
      expect(await jobs.get(db, poison.id)).toMatchObject({
        state: 'failed',
        error: expect.stringMatching(/died in each of 3/),
      });
    });

    test('JB6 an export whose workers all died is failed, too', async () => {
      const project = await makeProject(db);
      const version = await datasets.freeze(db, {
        projectId: project.id,
        name: 'v',
        notes: '',
        filter: DatasetFilter.parse({}),
        splits: SplitRule.parse({}),
        createdById: project.ownerId,
      });
      const { id: exportId } = await exports.create(db, {
        datasetVersionId: version.id,
        format: 'coco',
        options: {},
        createdById: project.ownerId,
      });
      const build = await inTransaction(db, (tx) => requestJob(tx, 'export.build', { exportId }));
      await exports.start(db, exportId);
      for (let i = 0; i < 2; i++) await jobs.start(db, build.id, null);
      await db.job.update({ where: { id: build.id }, data: { heartbeatAt: new Date(0) } });
      await sweep({ db, dispatcher }, { pendingMs: 60_000, heartbeatMs: 1_000, limit: 100 });
      expect(await exports.get(db, exportId)).toMatchObject({
        state: 'failed',
        error: expect.stringMatching(/died in each of 2/),
      });
    });

    test('many are requested in one statement, once each', async () => {
      const targets = await images(5);
      const requests = targets.map(({ imageId, modelVersionId, projectId }) => ({
        payload: { imageId, modelVersionId },
        options: { imageId, projectId, priority: JOB_PRIORITIES.batch },
      }));
      const ids = await requestJobs(db, 'image.encode', requests);
      expect(ids).toHaveLength(5);
      expect(await requestJobs(db, 'image.encode', requests)).toEqual([]);
      expect(await dispatcher.dispatch(ids)).toBe(5);
      for (const id of ids) await jobs.cancel(db, id, 'end of test');
      work(async () => {});
      await until(async () => (await dispatcher.depths()).inference.waiting === 0);
    });
  });
});

test('a queue that does not answer fails no request: the row waits for the sweeper', async () => {
  const fresh = await freshDatabase();
  const errors: Error[] = [];
  const dispatcher = createDispatcher({
    db: fresh.db,
    backend: { kind: 'redis', url: 'redis://127.0.0.1:9' },
    onError: (error) => errors.push(error),
  });
  try {
    const model = await makeModel(fresh.db);
    const { id: projectId } = await makeProject(fresh.db);
    const { id: imageId } = await makeImage(fresh.db, { projectId });
    const { id } = await requestJob(fresh.db, 'image.encode', { imageId, modelVersionId: model.id });
    const began = Date.now();
    expect(await dispatcher.dispatch(id)).toBe(0);
    expect(Date.now() - began).toBeLessThan(5_000);
    expect(errors.length).toBeGreaterThan(0);
    expect(await jobs.get(fresh.db, id)).toMatchObject({ state: 'pending', dispatchedAt: null });
  } finally {
    await dispatcher.close();
    await fresh.close();
  }
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function until(holds: () => Promise<boolean>, ms = 10_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`did not come true within ${ms} ms`);
    await pause(25);
  }
}
