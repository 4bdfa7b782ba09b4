import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { embeddings, jobs, workers } from '@maskloop/db';
import { PREPROCESSING_VERSION, type ProjectEvent } from '@maskloop/domain';
import { createEventHub, requestJob } from '@maskloop/jobs';
import { decodeEmbedding, encodeEmbedding } from '@maskloop/sam-core';
import { blobKeys } from '@maskloop/storage';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { loadEngine } from '../../../apps/worker/src/inference/ort-node-engine.ts';
import { readPixels } from '../../../apps/worker/src/inference/read-pixels.ts';
import { degenerateModel, family, fixtureModel } from '../../fixtures/models/index.ts';
import {
  addEmbedded,
  addFixture,
  EMBEDDED,
  embeddedManifest,
  finished,
  openStack,
  photo,
  type QueueKind,
  type Stack,
  tellRedis,
  until,
} from './stack.ts';

/** The life of an encode job, the same on both queue backends. */
export function encodeSuite(kind: QueueKind, redisDb: number): void {
  let stack: Stack;
  let embedded: string;
  /** BullMQ notices a dead worker after lock and stall time, 40 s at most */
  const recoverMs = 60_000;

  beforeAll(async () => {
    stack = await openStack(kind, { redisDb });
    embedded = await addEmbedded(stack);
  });
  afterEach(() => stack?.stopWorkers());
  afterAll(() => stack?.close());

  const embeddingOf = async (imageId: string) => {
    const { db } = stack;
    const image = await db.image.findUniqueOrThrow({ where: { id: imageId } });
    const model = await db.modelVersion.findUniqueOrThrow({ where: { id: embedded } });
    return embeddings.find(db, { imageSha256: image.sha256, encoderSha256: model.encoderSha256 });
  };

  test('an image becomes the embedding that a direct computation gives, and pages hear of it', async () => {
    const { db, store, projectId } = stack;
    const worker = await stack.startWorker();
    const bytes = photo(1, { width: 120, height: 90 });
    const imageId = await stack.addImage(bytes, { width: 120, height: 90 });
    const heard: ProjectEvent[] = [];
    const hub = createEventHub(stack.database.url);
    const stop = new AbortController();
    const news = hub.subscribe(projectId, stop.signal);
    await news.ready;
    const listening = (async () => {
      for await (const event of news) heard.push(event);
    })();

    const row = await finished(db, await stack.requestEncode(imageId, embedded));
    expect(row).toMatchObject({ state: 'done', attempts: 1, progress: 1, error: null });
    const stored = await embeddingOf(imageId);
    expect(stored?.stats).toMatchObject({ nonFinite: 0 });

    const manifest = await embeddedManifest();
    const paths = {
      encoder: path.join(EMBEDDED, manifest.encoder.file.path),
      decoder: path.join(EMBEDDED, manifest.decoder.file.path),
    };
    const engine = await loadEngine(manifest, paths, { providers: ['cpu'], threads: 1 });
    const made = await engine.encode(await readPixels(bytes, 1e8));
    const direct = encodeEmbedding(made);
    expect(stored?.shapes).toEqual(
      Object.fromEntries(Object.entries(made.tensors).map(([role, { dims }]) => [role, [...dims]])),
    );
    await engine.close();
    const file = await store.getBytes(stored?.storageKey ?? '');
    expect(Buffer.compare(file, direct)).toBe(0);
    expect(decodeEmbedding(file).image).toEqual({ width: 120, height: 90 });
    expect(stored?.storageKey).toContain(`${manifest.encoder.file.sha256}-${PREPROCESSING_VERSION}`);

    await until(
      async () => heard.some((event) => event.type === 'job' && event.state === 'done'),
      'the event of the finished job',
    );
    expect(heard).toContainEqual({ type: 'embedding', imageId, state: 'ready' });
    stop.abort();
    await listening;
    await hub.close();

    const [listed] = await workers.list(db);
    expect(listed).toMatchObject({ id: expect.any(String), alive: true, pid: worker.pid });
    const health = await fetch(`http://127.0.0.1:${worker.port}/health`);
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({ ok: true, provider: 'cpu', models: [manifest.id] });
    const metrics = await (await fetch(`http://127.0.0.1:${worker.port}/metrics`)).text();
    expect(metrics).toContain('maskloop_worker_images_per_minute 1');

    // asked for again: nothing to do
    const again = await finished(db, await stack.requestEncode(imageId, embedded));
    expect(again).toMatchObject({ state: 'skipped', error: 'the embedding was there already' });
    // a blob that was lost is made again
    await store.remove(stored?.storageKey ?? '');
    expect(await finished(db, await stack.requestEncode(imageId, embedded))).toMatchObject({ state: 'done' });

    expect(await worker.stop()).toBe(0);
    expect(await workers.list(db)).toEqual([]);
  });

  test('a broken picture, a degenerate encoder, a wrong contract and missing files fail at once, with the reason', async () => {
    const { db, store } = stack;
    const worker = await stack.startWorker();
    const torn = await stack.addImage(photo(2).slice(0, 400));
    const good = await stack.addImage(photo(3));
    const lost = await stack.addImage(photo(4));
    const { sha256 } = await db.image.findUniqueOrThrow({ where: { id: lost } });
    await store.remove(blobKeys.original(sha256));
    const degenerate = await addFixture(stack, degenerateModel());
    const fixture = fixtureModel(family('samexporter-sam2'));
    const decoder = { ...fixture.manifest.decoder, labelDtype: 'int64' as const };
    const wrong = await addFixture(stack, {
      ...fixture,
      manifest: { ...fixture.manifest, id: 'wrong-contract', decoder },
    });
    const elsewhere = fixtureModel(family('onnxruntime-sam2'));
    const absent = await addFixture(stack, { ...elsewhere, files: {} });

    const outcome = async (imageId: string, modelId: string) =>
      finished(db, await stack.requestEncode(imageId, modelId));
    expect(await outcome(torn, embedded)).toMatchObject({
      state: 'failed',
      attempts: 1,
      errorCode: 'IMAGE_UNREADABLE',
      error: expect.stringContaining('cannot be read'),
    });
    expect(await outcome(good, degenerate)).toMatchObject({
      state: 'failed',
      attempts: 1,
      errorCode: 'EMBEDDING_DEGENERATE',
      error: expect.stringMatching(/constant|same at every position/),
    });
    expect(await outcome(good, wrong)).toMatchObject({
      state: 'failed',
      attempts: 1,
      errorCode: 'MODEL_CONTRACT_MISMATCH',
      error: expect.stringMatching(/manifest says int64 .*file has float32/),
    });
    expect(await outcome(good, absent)).toMatchObject({
      state: 'failed',
      attempts: 1,
      errorCode: 'MODEL_FILE_MISSING',
    });
    expect(await outcome(lost, embedded)).toMatchObject({
      state: 'failed',
      attempts: 1,
      errorCode: 'NOT_FOUND',
    });
    // nothing of all this was stored, and the worker goes on
    expect(await embeddingOf(torn)).toBeNull();
    const left = [];
    for await (const { key } of store.list('embeddings/')) left.push(key);
    expect(left).toHaveLength(1);
    expect(await outcome(good, embedded)).toMatchObject({ state: 'done', attempts: 1 });
    await worker.stop();
  });

  test('a model file that is not what the manifest says is not run', async () => {
    const { db, store } = stack;
    const fixture = fixtureModel(family('transformers-sam2'));
    const model = await addFixture(stack, fixture);
    await store.put(blobKeys.model(fixture.manifest.encoder.file.sha256), new Uint8Array([1, 2, 3]));
    const worker = await stack.startWorker();
    const imageId = await stack.addImage(photo(5));
    expect(await finished(db, await stack.requestEncode(imageId, model))).toMatchObject({
      state: 'failed',
      attempts: 1,
      errorCode: 'MODEL_FILE_CORRUPT',
      error: expect.stringContaining('found 3 bytes'),
    });
    await worker.stop();
  });

  test('the inference process dies: the job is tried again and done', async () => {
    const { db } = stack;
    const worker = await stack.startWorker();
    const warm = await stack.addImage(photo(6));
    await finished(db, await stack.requestEncode(warm, embedded));
    const health = async () =>
      (await (await fetch(`http://127.0.0.1:${worker.port}/health`)).json()) as {
        inferencePid: number | null;
      };
    const size = { width: 3000, height: 2000 };
    // the process is free for the moments before and after the call: killed then, nothing has to be repeated
    for (let seed = 7; seed < 12; seed++) {
      const jobId = await stack.requestEncode(await stack.addImage(photo(seed, size), size), embedded);
      await until(async () => (await jobs.get(db, jobId))?.state === 'running', 'the job to run');
      await new Promise((resolve) => setTimeout(resolve, 50));
      const { inferencePid } = await health();
      if (inferencePid !== null) process.kill(inferencePid, 'SIGKILL');
      const row = await finished(db, jobId);
      expect(row.state).toBe('done');
      if (row.attempts === 2) break;
    }
    expect(worker.output()).toContain('the inference process was ended by SIGKILL during encode');
    await worker.stop();
  });

  test(
    'kill -9 of the worker in the middle of many images: every one is done in the end, none twice',
    async () => {
      const { db } = stack;
      const first = await stack.startWorker();
      const size = { width: 900, height: 700 };
      const imageIds = await Promise.all(
        Array.from({ length: 12 }, (_, i) => stack.addImage(photo(100 + i, size), size)),
      );
      const jobIds = await Promise.all(imageIds.map((id) => stack.requestEncode(id, embedded)));
      const count = async (...states: string[]) =>
        (await Promise.all(jobIds.map((id) => jobs.get(db, id)))).filter(
          (row) => row && states.includes(row.state),
        ).length;
      await until(async () => (await count('done')) >= 3, 'three images');
      await until(async () => (await count('running')) === 1, 'one under way', 5_000);
      await first.stop('SIGKILL');
      const doneBefore = await db.embedding.findMany({ select: { imageSha256: true, createdAt: true } });
      const second = await stack.startWorker();
      for (const id of jobIds) {
        const row = await finished(db, id, recoverMs);
        expect(['done', 'skipped']).toContain(row.state);
      }
      for (const imageId of imageIds) expect(await embeddingOf(imageId)).not.toBeNull();
      // what was finished was left alone
      const after = await db.embedding.findMany({ select: { imageSha256: true, createdAt: true } });
      expect(after).toEqual(expect.arrayContaining(doneBefore));
      const attempts = await Promise.all(jobIds.map(async (id) => (await jobs.get(db, id))?.attempts ?? 0));
      expect(attempts.filter((n) => n > 1).length).toBeLessThanOrEqual(1);
      await second.stop();
    },
    recoverMs + 60_000,
  );

  test('a cancelled job is not done', async () => {
    const { db } = stack;
    const imageId = await stack.addImage(photo(50));
    const jobId = await stack.requestEncode(imageId, embedded);
    await jobs.cancel(db, jobId, 'not wanted any more');
    const worker = await stack.startWorker();
    const other = await stack.addImage(photo(51));
    await finished(db, await stack.requestEncode(other, embedded));
    expect(await embeddingOf(imageId)).toBeNull();
    expect(await jobs.get(db, jobId)).toMatchObject({ state: 'cancelled' });
    await worker.stop();
  });

  test.runIf(kind === 'redis')('the queue is emptied: the sweeper hands every row over again', async () => {
    const { db } = stack;
    const imageIds = await Promise.all([60, 61, 62].map((seed) => stack.addImage(photo(seed))));
    const jobIds = await Promise.all(imageIds.map((id) => stack.requestEncode(id, embedded)));
    const [keys] = await tellRedis(stack.backend.url, 'DBSIZE', 'FLUSHDB');
    expect(Number(keys?.slice(1))).toBeGreaterThan(0);
    // as if they had waited for the half minute after which the sweeper looks at them
    await db.$executeRaw`UPDATE "Job" SET "createdAt" = "createdAt" - interval '1 minute', "dispatchedAt" = "dispatchedAt" - interval '1 minute' WHERE "state" = 'pending'`;
    const worker = await stack.startWorker();
    for (const id of jobIds)
      expect(await finished(db, id, 40_000)).toMatchObject({ state: 'done', attempts: 1 });
    await worker.stop();
  });

  test('SIGTERM lets the job under way finish', async () => {
    const { db } = stack;
    const worker = await stack.startWorker();
    const size = { width: 2500, height: 1800 };
    const imageId = await stack.addImage(photo(70, size), size);
    const jobId = await stack.requestEncode(imageId, embedded);
    await until(async () => (await jobs.get(db, jobId))?.state === 'running', 'the job to run');
    expect(await worker.stop('SIGTERM')).toBe(0);
    expect(await jobs.get(db, jobId), worker.output()).toMatchObject({ state: 'done', attempts: 1 });
  });

  test('the embedded model is found in MODELS_DIR when the object store has none', async () => {
    const { db, store } = stack;
    const folder = await mkdtemp(path.join(tmpdir(), 'maskloop-models-dir-'));
    const fixture = fixtureModel(family('mobile-sam-official'));
    const own = { ...fixture.manifest, id: 'from-models-dir' };
    await mkdir(path.join(folder, 'own'));
    for (const [name, bytes] of Object.entries(fixture.files))
      await writeFile(path.join(folder, 'own', name), bytes);
    await writeFile(path.join(folder, 'own/manifest.json'), JSON.stringify(own));
    const model = await addFixture(stack, { ...fixture, manifest: own, files: {} });
    expect(await store.head(blobKeys.model(own.encoder.file.sha256))).toBeNull();
    const worker = await stack.startWorker({ MODELS_DIR: folder });
    const imageId = await stack.addImage(photo(80));
    expect(await finished(db, await stack.requestEncode(imageId, model))).toMatchObject({ state: 'done' });
    await worker.stop();
    await rm(folder, { recursive: true });
  });

  test.runIf(kind === 'postgres')('from source, as developers run it, it works too', async () => {
    const worker = await stack.startWorker({}, 'source');
    const imageId = await stack.addImage(photo(90));
    const row = await finished(stack.db, await stack.requestEncode(imageId, embedded));
    expect(row).toMatchObject({ state: 'done', attempts: 1 });
    expect(await worker.stop()).toBe(0);
  });

  test('a payload the table does not know fails at once', async () => {
    const { db, dispatcher } = stack;
    const { id } = await requestJob(db, 'image.encode', {
      imageId: '00000000-0000-7000-8000-000000000000',
      modelVersionId: embedded,
    });
    await db.job.update({ where: { id }, data: { payload: { imageId: 'no uuid' } } });
    const worker = await stack.startWorker();
    await dispatcher.dispatch(id);
    expect(await finished(db, id)).toMatchObject({ state: 'failed', attempts: 1 });
    await worker.stop();
  });
}
