// CU: close-ups from the request to the bytes, with the real worker and the embedded model.
import path from 'node:path';
import { makeImage, makeProject } from '@maskloop/db/testing';
import {
  type CloseUp,
  closeUpName,
  PREPROCESSING_VERSION,
  type ProjectEvent,
  PromptTrail,
} from '@maskloop/domain';
import { createEventHub } from '@maskloop/jobs';
import {
  bitMask,
  candidates,
  decodeEmbedding,
  type Embedding,
  encodeEmbedding,
  encodeRle,
  maskFromLogits,
  modelFrame,
  parseRle,
  type Rle,
  rleIou,
  toDecoderPrompt,
} from '@maskloop/sam-core';
import { blobKeys } from '@maskloop/storage';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadEngine, type OrtEngine } from '../../../apps/worker/src/inference/ort-node-engine.ts';
import { readPixels } from '../../../apps/worker/src/inference/read-pixels.ts';
import { callerFor } from '../../helpers/web-caller.ts';
import { PARAMETERS, SIZE, useRuns } from './runs-stack.ts';
import { discs, EMBEDDED, embeddedManifest, photo, until } from './stack.ts';

const runs = useRuns('postgres', 10);
const CLOSE_UP: CloseUp = { x0: 96, y0: 40, x1: 224, y1: 136 };
let engine: OrtEngine;

beforeAll(async () => {
  const { stack, model } = runs;
  await stack.db.project.update({ where: { id: stack.projectId }, data: { activeModelVersionId: model } });
  const manifest = await embeddedManifest();
  const [encoder = '', decoder = ''] = [manifest.encoder, manifest.decoder].map(({ file }) =>
    path.join(EMBEDDED, file.path),
  );
  // makes the queue's tables: the first request of a fresh database would wait for them, or be left to the sweeper
  await stack.startWorker();
  await stack.stopWorkers();
  engine = await loadEngine(manifest, { encoder, decoder }, { providers: ['cpu'], threads: 1 });
});
afterAll(() => engine?.close());

const request = (imageId: string, closeUp = CLOSE_UP) =>
  runs.caller.image.requestCloseUp({ imageId, closeUp });

async function keyOf(imageId: string, closeUp: CloseUp): Promise<string> {
  const { db } = runs.stack;
  const { sha256 } = await db.image.findUniqueOrThrow({ where: { id: imageId } });
  const { encoderSha256 } = await db.modelVersion.findUniqueOrThrow({ where: { id: runs.model } });
  return blobKeys.closeUp(sha256, encoderSha256, PREPROCESSING_VERSION, closeUpName(closeUp));
}

/** Waits until there is nothing to do any more. */
async function idle(): Promise<void> {
  const unfinished = () =>
    runs.stack.db.job.count({ where: { name: 'image.closeUp', state: { in: ['pending', 'running'] } } });
  await until(async () => (await unfinished()) === 0, 'the close-ups', 60_000);
}

async function ready(imageId: string, closeUp = CLOSE_UP): Promise<void> {
  await request(imageId, closeUp);
  await idle();
  expect(await request(imageId, closeUp)).toEqual({ state: 'ready' });
}

/** Everything of that kind that open pages of a project hear, until it is closed. */
async function listen(projectId: string) {
  const heard: Extract<ProjectEvent, { type: 'closeUp' }>[] = [];
  const hub = createEventHub(runs.stack.database.url);
  const stop = new AbortController();
  const news = hub.subscribe(projectId, stop.signal);
  await news.ready;
  const listening = (async () => {
    for await (const event of news) if (event.type === 'closeUp') heard.push(event);
  })();
  return {
    heard,
    async close() {
      stop.abort();
      await listening;
      await hub.close();
    },
  };
}

test('CU1, CU2 a close-up is what encoding the cropped picture gives, once for all copies, and made again when lost', async () => {
  const { db, store, database, projectId } = runs.stack;
  const [imageId = ''] = runs.pictures;
  const { sha256 } = await db.image.findUniqueOrThrow({ where: { id: imageId } });
  const other = await makeProject(db, { modelVersionId: runs.model });
  const copy = await makeImage(db, { projectId: other.id, sha256, ...SIZE });
  const { caller: stranger } = await callerFor(database, other.ownerId, store);

  await expect(request(imageId, { ...CLOSE_UP, x1: 321 })).rejects.toMatchObject({
    message: 'closeUp.x1: at most 320, the width of the picture, got 321',
  });
  await expect(request(imageId, { ...CLOSE_UP, x1: 127 })).rejects.toThrow('at least 32 pixels');
  await expect(stranger.image.requestCloseUp({ imageId, closeUp: CLOSE_UP })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });

  const [here, there] = [await listen(projectId), await listen(other.id)];
  expect(await request(imageId)).toEqual({ state: 'queued' });
  expect(await request(imageId)).toEqual({ state: 'queued' });
  const jobs = () => db.job.count({ where: { name: 'image.closeUp', imageId } });
  expect(await jobs()).toBe(1);
  const { items } = await runs.caller.job.page({ projectId });
  expect(items.map(({ closeUp }) => closeUp)).toEqual([CLOSE_UP]);
  await runs.stack.startWorker();
  await ready(imageId);
  expect(await jobs()).toBe(1);

  const bytes = await store.getBytes(await keyOf(imageId, CLOSE_UP));
  const { x0, y0, x1, y1 } = CLOSE_UP;
  const size = { width: x1 - x0, height: y1 - y0 };
  expect(decodeEmbedding(bytes).image).toEqual(size);
  const cropped = await sharp(photo(1, SIZE))
    .extract({ left: x0, top: y0, ...size })
    .png()
    .toBuffer();
  const direct = encodeEmbedding(await engine.encode(await readPixels(cropped, 1e8)));
  expect(Buffer.compare(bytes, direct)).toBe(0);
  // CU2: the picture's own is another
  expect(await db.embedding.count()).toBe(0);

  const copied = () => stranger.image.requestCloseUp({ imageId: copy.id, closeUp: CLOSE_UP });
  expect(await copied()).toEqual({ state: 'ready' });
  const event = { type: 'closeUp', imageId, closeUp: CLOSE_UP, state: 'ready' } as const;
  await until(async () => here.heard.length > 0 && there.heard.length > 0, 'the events');
  expect(here.heard).toEqual([event]);
  expect(there.heard).toEqual([{ ...event, imageId: copy.id }]);
  await Promise.all([here.close(), there.close()]);

  await store.remove(await keyOf(imageId, CLOSE_UP));
  expect(await copied()).toEqual({ state: 'queued' });
  await idle();
  expect(await copied()).toEqual({ state: 'ready' });
  expect(await store.getBytes(await keyOf(imageId, CLOSE_UP))).toEqual(bytes);
});

test('a close-up that fails or is cancelled says so to the pages that wait for it', async () => {
  const { db, store, projectId } = runs.stack;
  const [, imageId = ''] = runs.pictures;
  const news = await listen(projectId);
  const failed = (closeUp: CloseUp) => ({ type: 'closeUp', imageId, closeUp, state: 'failed' });

  await request(imageId);
  const { id } = await db.job.findFirstOrThrow({ where: { name: 'image.closeUp', imageId } });
  await runs.caller.job.cancel({ jobId: id });
  await until(async () => news.heard.length === 1, 'the news of the cancelled one');
  expect(news.heard[0]).toEqual(failed(CLOSE_UP));

  const { sha256 } = await db.image.findUniqueOrThrow({ where: { id: imageId } });
  await store.remove(blobKeys.original(sha256));
  await runs.stack.startWorker();
  const closeUp = { ...CLOSE_UP, x0: 100 };
  await request(imageId, closeUp);
  await until(async () => news.heard.length === 2, 'the news of the failed one');
  expect(news.heard[1]).toEqual(failed(closeUp));
  // asking again is another try
  await store.put(blobKeys.original(sha256), photo(2, SIZE));
  expect(await request(imageId, closeUp)).toEqual({ state: 'queued' });
  await ready(imageId, closeUp);
  await news.close();
});

test('CU3 replaying what a run found in a crop, on that close-up, gives the mask again', async () => {
  const { stack } = runs;
  const shapes = [60, 130, 200, 270].flatMap((x, column) =>
    [50, 120, 190].map((y, row) => ({
      x,
      y,
      radius: 9 + column,
      colour: [200 - 40 * row, 60 + 40 * column, 70 * row] as const,
    })),
  );
  const imageId = await stack.addImage(discs(SIZE, shapes), SIZE);
  await stack.startWorker();
  const parameters = { ...PARAMETERS, pointsPerSide: 6, cropNLayers: 1, minMaskRegionArea: 0 };
  const { id: runId } = await runs.order({ scope: { kind: 'images', imageIds: [imageId] }, parameters });
  await runs.over(runId);
  const found = (await runs.live({ runId })).flatMap(({ headRevision }) => {
    const [round] = PromptTrail.parse(headRevision?.prompts);
    return headRevision && round ? [{ counts: headRevision.counts, round }] : [];
  });
  const inCrops = found.flatMap(({ counts, round: { closeUp, ...round } }) =>
    closeUp ? [{ counts, round, closeUp }] : [],
  );
  expect(inCrops.length).toBeGreaterThan(3);
  expect(new Set(inCrops.map(({ closeUp }) => closeUpName(closeUp))).size).toBeGreaterThan(1);

  const embeddings = new Map<string, Embedding>();
  for (const { counts, round, closeUp } of inCrops) {
    const name = closeUpName(closeUp);
    if (!embeddings.has(name)) {
      await ready(imageId, closeUp);
      embeddings.set(name, decodeEmbedding(await stack.store.getBytes(await keyOf(imageId, closeUp))));
    }
    const again = await replay(embeddings.get(name) as Embedding, round, closeUp);
    const size: [number, number] = [SIZE.height, SIZE.width];
    expect(rleIou(again, parseRle({ size, counts })), name).toBeGreaterThan(0.99);
  }

  const { proposals } = await runs.caller.run.preview({ runId, imageId });
  expect(proposals.filter(({ closeUp }) => closeUp)).toHaveLength(inCrops.length);
});

/** The mask of one round in a close-up, in the whole picture's frame. */
async function replay(
  embedding: Embedding,
  { points, candidate }: Pick<PromptTrail[number], 'points' | 'candidate'>,
  { x0, y0 }: CloseUp,
): Promise<Rle> {
  const { manifest } = engine;
  const moved = points.map(({ x, y, label }) => ({ x: x - x0, y: y - y0, label }));
  const prompt = toDecoderPrompt([{ points: moved, box: null }], manifest, embedding.image);
  const { multi, single } = candidates(await engine.decode(embedding, prompt), 0);
  const taken = [...multi, ...(single ? [single] : [])].find(({ channel }) => channel === candidate);
  if (!taken) throw new Error(`no candidate ${candidate}`);
  const part = maskFromLogits(taken.lowRes, modelFrame(embedding.image, manifest.side, manifest.encoder.fit));
  const whole = bitMask(SIZE);
  for (let y = 0; y < part.height; y++) {
    const row = part.data.subarray(y * part.width, (y + 1) * part.width);
    whole.data.set(row, (y0 + y) * SIZE.width + x0);
  }
  return encodeRle(whole);
}
