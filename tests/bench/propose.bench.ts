// What automatic masks cost: post-processing against a plain implementation, whole images by one and two workers, the
// queue part of a run through both backends, rows. npm run bench -- propose
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { inTransaction, jobs, proposals, runs } from '@maskloop/db';
import { freshDatabase, makeImage, makeModel, makeProject } from '@maskloop/db/testing';
import { presetParameters } from '@maskloop/domain';
import { type Backend, createDispatcher, openWorker, requestJobs } from '@maskloop/jobs';
import {
  AMG_PRESETS,
  AmgOptions,
  type Box,
  encodeEmbedding,
  LogitSampler,
  ModelManifest,
  modelFrame,
  nonMaximumSuppression,
  pixels,
  stabilityOf,
  toCocoRle,
  windowRuns,
} from '@maskloop/sam-core';
import { InferenceProcess } from '../../apps/worker/src/inference/inference-process.ts';
import { loadEngine } from '../../apps/worker/src/inference/ort-node-engine.ts';
import { plainGenerate } from '../../packages/sam-core/bench/plain.ts';
import { discLogits, seeded } from '../../packages/sam-core/src/testing.ts';
import startServers from '../../scripts/vitest/servers.ts';

const MODEL = path.join(import.meta.dirname, '../../models/embedded');
const IMAGE = { width: 1800, height: 1200 };

const line = (name: string, text: string): void => console.log(`${name.padEnd(58)} ${text}`);
const secondsOf = async (work: () => unknown): Promise<number> => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
};

/** 3,072 masks of SAM's low-res size on one picture; the plain way enlarges every one of them first. */
async function postProcessing(): Promise<void> {
  const [side, L, count] = [1024, 256, 3_072];
  const frame = modelFrame(IMAGE, side, 'pad');
  const options = AmgOptions.parse({ stabilityScoreThresh: 0.6 });
  const next = seeded(4);
  const masks = Array.from({ length: 96 }, (_, m) => discLogits(L, m + 1, 1));
  const iou = Float32Array.from({ length: count }, () => 0.7 + (next() % 1000) / 3000);
  const lowRes = (m: number) => masks[m % masks.length] ?? new Float32Array(L * L);
  const ours = (from: number, to: number) => {
    const sampler = new LogitSampler(frame, L);
    const kept: { counts: Uint32Array; box: Box; iou: number }[] = [];
    for (let m = from; m < to; m++) {
      const score = iou[m] ?? 0;
      if (!(score > Math.fround(options.predIouThresh))) continue;
      const found = sampler.measure(lowRes(m), { threshold: 0, offset: 1 });
      if (!(stabilityOf(found.high, found.low) >= Math.fround(options.stabilityScoreThresh))) continue;
      if (found.box) kept.push({ counts: windowRuns(found.window, IMAGE), box: found.box, iou: score });
    }
    const scores = kept.map((mask) => mask.iou);
    return nonMaximumSuppression(
      kept.map((mask) => mask.box),
      scores,
      options.boxNmsThresh,
    ).flatMap((i) => kept[i] ?? []);
  };
  // the plain way takes minutes for all: a part of them, compared mask by mask, and its time per mask
  const part = 48;
  const logits = new Float32Array(part * L * L);
  for (let m = 0; m < part; m++) logits.set(lowRes(m), m * L * L);
  let plain: ReturnType<typeof plainGenerate> = [];
  const plainSeconds = await secondsOf(() => {
    plain = plainGenerate(
      logits,
      iou.subarray(0, part),
      { lowResSide: L, side, content: frame.content, image: IMAGE },
      options,
    );
  });
  const same = ours(0, part);
  if (JSON.stringify(same.map((m) => [...m.counts])) !== JSON.stringify(plain.map((m) => [...m.counts]))) {
    throw new Error('benchmark: both keep the very same masks');
  }
  ours(0, 64);
  const seconds = await secondsOf(() => ours(0, count));
  const plainAll = (plainSeconds / part) * count;
  line(
    `post-processing, ${count} masks, ${IMAGE.width} x ${IMAGE.height}`,
    `${seconds.toFixed(2)} s, plain ${plainAll.toFixed(1)} s (from ${part} masks, identical RLEs): ${(plainAll / seconds).toFixed(1)}x`,
  );
}

/** Embedding → proposals with the embedded model, in one and in two inference processes of one thread each. */
async function wholeImages(): Promise<void> {
  const manifest = ModelManifest.parse(JSON.parse(await readFile(path.join(MODEL, 'manifest.json'), 'utf8')));
  const paths = { encoder: path.join(MODEL, 'encoder.onnx'), decoder: path.join(MODEL, 'decoder.onnx') };
  const engine = await loadEngine(manifest, paths, { providers: ['cpu'], threads: 1 });
  const data = new Uint8Array(IMAGE.width * IMAGE.height * 3);
  for (let y = 0; y < IMAGE.height; y++) {
    for (let x = 0; x < IMAGE.width; x++) {
      const disc = ((x % 300) - 150) ** 2 + ((y % 300) - 150) ** 2 < 90 ** 2;
      data.set(
        disc ? [220, (x >> 1) & 255, 40] : [(x * 255) / IMAGE.width, (y * 255) / IMAGE.height, 120],
        (y * IMAGE.width + x) * 3,
      );
    }
  }
  const embedding = encodeEmbedding(await engine.encode(pixels(data, IMAGE)));
  await engine.close();
  const { pointsPerBatch: _, ...options } = AMG_PRESETS.embedded;
  let alone = 0;
  for (const workers of [1, 2]) {
    const processes = Array.from(
      { length: workers },
      () =>
        new InferenceProcess({
          providers: ['cpu'],
          threads: 1,
          mostModels: 1,
          mostTextModels: 1,
          callMs: 600_000,
        }),
    );
    const one = (host: InferenceProcess) =>
      host.call('propose', { manifest, paths, embedding, image: null, maxPixels: 1e8, options });
    const [first] = await Promise.all(processes.map(one));
    const each = 2;
    const seconds = await secondsOf(() =>
      Promise.all(
        processes.map(async (host) => {
          for (let i = 0; i < each; i++) await one(host);
        }),
      ),
    );
    const perMinute = (60 * each * workers) / seconds;
    alone ||= perMinute;
    line(
      `preset "embedded" (${options.pointsPerSide ** 2} points), ${workers} worker${workers > 1 ? 's' : ''} of 1 thread`,
      `${perMinute.toFixed(1)} images/min (${(perMinute / alone).toFixed(2)}x), ${first?.proposals.length} proposals, peak ${Math.round((first?.peakBytes ?? 0) / 2 ** 20)} MiB`,
    );
    await Promise.all(processes.map((host) => host.close()));
  }
}

/** 100 proposals of about the size that photos give. */
function synthetic(count: number) {
  const frame = modelFrame(IMAGE, 448, 'pad');
  const sampler = new LogitSampler(frame, 112);
  return Array.from({ length: count }, (_, m) => {
    const found = sampler.measure(discLogits(112, m + 1, 1), { threshold: 0, offset: 1 });
    const rle = { ...IMAGE, counts: windowRuns(found.window, IMAGE) };
    const { x0, y0, x1, y1 } = found.box ?? { x0: 0, y0: 0, x1: 0, y1: 0 };
    return {
      counts: toCocoRle(rle).counts,
      area: found.area,
      box: { x: x0, y: y0, width: x1 - x0 + 1, height: y1 - y0 + 1 },
      predictedIou: 0.9,
      stability: 0.95,
      point: { x: 10, y: 10 },
      candidate: 1,
    };
  });
}

/** The queue part of a run of 2,000 images, and what its masks take. */
async function queues(): Promise<void> {
  const images = 2_000;
  const backends: ((url: string) => Backend | null)[] = [
    () => {
      const url = process.env.REDIS_URL_TEST;
      return url ? { kind: 'redis', url, prefix: `bench-${randomBytes(4).toString('hex')}` } : null;
    },
    (url) => ({ kind: 'postgres', url }),
  ];
  for (const choose of backends) {
    const { db, url, close } = await freshDatabase({ connections: 8 });
    const backend = choose(url);
    if (backend === null) {
      line('queue part through Redis', 'left out: there is no Redis here');
      await close();
      continue;
    }
    const model = await makeModel(db);
    const project = await makeProject(db, { modelVersionId: model.id });
    for (let n = 0; n < images; n++) await makeImage(db, { projectId: project.id, ...IMAGE });
    const scope = { kind: 'all' } as const;
    const { id } = await runs.create(db, {
      projectId: project.id,
      startedById: project.ownerId,
      modelVersionId: model.id,
      kinds: ['propose'],
      scope,
      parameters: presetParameters('embedded'),
      priority: 'normal',
      note: '',
      dryRun: false,
    });
    await runs.addItems(db, { id, projectId: project.id, scope }, { afterId: null, limit: images });
    await runs.begin(db, id);
    const made = synthetic(5);
    const dispatcher = createDispatcher({ db, backend });
    let left = images;
    let done: () => void = () => {};
    const all = new Promise<void>((resolve) => (done = resolve));
    const worker = openWorker(
      backend,
      'propose',
      async (job) => {
        const row = await jobs.start(db, String(job.id), null);
        if (!row?.imageId) return;
        const imageId = row.imageId;
        await inTransaction(db, async (tx) => {
          await runs.lockItem(tx, id, imageId);
          await proposals.supersede(tx, imageId, id);
          await proposals.add(
            tx,
            { imageId, runId: id, modelVersionId: model.id, stage: 'semi-automatic' },
            made,
          );
          await runs.endItem(tx, { runId: id, imageId }, { state: 'done', proposals: made.length, ms: 1 });
        });
        await jobs.finish(db, row.id, { state: 'done' });
        if (--left === 0) done();
      },
      { onError: (error) => console.error(error), concurrency: 4 },
    );
    const before = await bytesOf(db);
    const seconds = await secondsOf(async () => {
      for (;;) {
        const next = await runs.withoutJob(db, id, 500);
        if (next.length === 0) break;
        const ids = await requestJobs(
          db,
          'run.image',
          next.map((imageId) => ({
            payload: { runId: id, imageId },
            options: { projectId: project.id, imageId, runId: id },
          })),
        );
        await dispatcher.dispatch(ids);
      }
      await all;
    });
    const grown = (await bytesOf(db)) - before;
    const page = await secondsOf(() => runs.items(db, { runId: id, limit: 100 }));
    line(
      `${images} images x ${made.length} proposals, queue in ${backend.kind}`,
      `${(images / seconds).toFixed(0)} jobs/s, ${Math.round(grown / (images * made.length))} bytes per mask with indexes (${Math.round(made.reduce((sum, { counts }) => sum + counts.length, 0) / made.length)} of run lengths)`,
    );
    line('  first page of its items', `${(page * 1e3).toFixed(1)} ms`);
    await worker.close();
    await dispatcher.close();
    if (backend.kind === 'postgres') await pageOfMany(db, project, model.id);
    await close();
  }
}

/** A page in the middle of 10,000 images. */
async function pageOfMany(
  db: Parameters<typeof runs.items>[0],
  project: { id: string; ownerId: string },
  modelVersionId: string,
): Promise<void> {
  await db.$executeRaw`
    INSERT INTO "Image" ("id", "projectId", "sha256", "name", "width", "height", "format", "bytes")
    SELECT gen_random_uuid(), ${project.id}::uuid, encode(sha256(n::text::bytea), 'hex'), 'many-' || n, 100, 100, 'png', 1
    FROM generate_series(1, 8000) n`;
  const { id } = await runs.create(db, {
    projectId: project.id,
    startedById: project.ownerId,
    modelVersionId,
    kinds: ['encode'],
    scope: { kind: 'all' },
    parameters: presetParameters('embedded'),
    priority: 'normal',
    note: '',
    dryRun: false,
  });
  const scope = { kind: 'all' } as const;
  await runs.addItems(db, { id, projectId: project.id, scope }, { afterId: null, limit: 20_000 });
  let cursor: string | undefined;
  for (let page = 0; page < 25; page++) {
    cursor = (await runs.items(db, { runId: id, cursor, limit: 200 })).nextCursor ?? undefined;
  }
  const items = await secondsOf(() => runs.items(db, { runId: id, cursor, limit: 200 }));
  const get = await secondsOf(() => runs.get(db, id));
  line(
    'page 26 of 200 of 10,000 items',
    `${(items * 1e3).toFixed(1)} ms; all figures of the run ${(get * 1e3).toFixed(1)} ms`,
  );
}

async function bytesOf(db: Parameters<typeof runs.items>[0]): Promise<number> {
  const rows = await db.$queryRaw<{ bytes: bigint }[]>`
    SELECT pg_total_relation_size('"Mask"') + pg_total_relation_size('"MaskRevision"') AS "bytes"`;
  return Number(rows[0]?.bytes ?? 0);
}

await postProcessing();
await wholeImages();
const stop = await startServers();
try {
  await queues();
} finally {
  await stop?.();
}
