import { createHash } from 'node:crypto';
import { datasets, exports as exportRows, inTransaction, jobs, masks, newId } from '@maskloop/db';
import { makeImage, makeMask } from '@maskloop/db/testing';
import { DatasetFilter, type ProjectEvent, SPLITS, SplitRule } from '@maskloop/domain';
import { createEventHub, requestJob } from '@maskloop/jobs';
import { type BitMask, compressCounts, encodeRle, maskBox, rleArea } from '@maskloop/sam-core';
import { blobKeys } from '@maskloop/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cocoFiles, masksIn, readZip, sha256 } from '../../helpers/coco-reader.ts';
import { addEmbedded, embeddedManifest, finished, openStack, photo, type Stack } from './stack.ts';

const SIZE = { width: 64, height: 48 };

let stack: Stack;
let datasetId: string;
/** revision id → the pixels it was saved with */
const saved = new Map<string, Uint8Array>();
let badMaskId: string;
const classIds: Record<'animal' | 'cat' | 'sky', string> = { animal: '', cat: '', sky: '' };

/** Discs with holes, islands and parts on the border. */
function drawn(seed: number): BitMask {
  const data = new Uint8Array(SIZE.width * SIZE.height);
  for (let y = 0; y < SIZE.height; y++) {
    for (let x = 0; x < SIZE.width; x++) {
      const d = Math.hypot(x - ((seed * 13) % SIZE.width), y - ((seed * 7) % SIZE.height));
      data[y * SIZE.width + x] =
        (d < 14 && d > 5) || (seed % 3 === 0 && x < 2) || (x + y * 3) % 61 === seed % 61 ? 1 : 0;
    }
  }
  return { ...SIZE, data };
}

async function addMask(imageId: string, seed: number, classId: string | null): Promise<string> {
  const mask = drawn(seed);
  const rle = encodeRle(mask);
  const box = maskBox(mask);
  if (!box) throw new Error('the drawing is not empty');
  const id = newId();
  const revisionId = newId();
  await masks.createMask(stack.db, {
    id,
    imageId,
    classId,
    parentId: null,
    stage: 'assisted-manual',
    origin: 'assisted',
    createdById: stack.ownerId,
  });
  await masks.appendRevision(stack.db, {
    id: revisionId,
    maskId: id,
    imageId,
    seq: 1,
    parentRevisionId: null,
    stage: 'assisted-manual',
    edit: 'prompt',
    origin: 'assisted',
    counts: compressCounts(rle.counts),
    area: rleArea(rle),
    box: { x: box.x0, y: box.y0, width: box.x1 - box.x0, height: box.y1 - box.y0 },
    prompts: [{ points: [{ x: 12.5, y: 7, label: 'foreground' }], box: null, feedback: false, candidate: 0 }],
    promptCount: 1,
    modelVersionId,
    predictedIou: 0.91,
    stability: 0.97,
    activeMs: 2_500,
    authorId: stack.ownerId,
  });
  saved.set(revisionId, mask.data);
  return id;
}

let modelVersionId: string;

beforeAll(async () => {
  stack = await openStack('postgres', { redisDb: 13 });
  const { db, store, projectId } = stack;
  modelVersionId = await addEmbedded(stack);
  for (const [index, name] of (['animal', 'cat', 'sky'] as const).entries()) {
    const { id } = await db.labelClass.create({
      data: {
        projectId,
        index: 10 + index,
        name,
        colour: '#ff8000',
        kind: name === 'sky' ? 'stuff' : 'thing',
        parentId: name === 'cat' ? classIds.animal : null,
      },
    });
    classIds[name] = id;
  }
  for (let n = 0; n < 30; n++) {
    const bytes = photo(200 + n);
    const image = await makeImage(db, {
      projectId,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      // two pictures of one name, one with a folder in it
      name: n === 1 ? 'same.png' : n === 2 ? 'Same.PNG' : n === 3 ? '../x/odd?.png' : `photo-${n}.png`,
      ...SIZE,
    });
    await store.put(blobKeys.original(image.sha256), bytes);
    for (let k = 0; k < 3; k++) {
      await addMask(image.id, n * 3 + k, k === 0 ? classIds.cat : k === 1 ? classIds.sky : null);
    }
    if (n === 4) {
      // written when its image had another size: a person cannot mend it, an export must survive it
      const bad = await makeMask(db, {
        imageId: image.id,
        authorId: stack.ownerId,
        classId: classIds.sky,
        size: { width: 70, height: 48 },
      });
      badMaskId = bad.id;
    }
  }
  const frozen = await datasets.freeze(db, {
    projectId,
    name: 'first',
    notes: '',
    filter: DatasetFilter.parse({}),
    splits: SplitRule.parse({ train: 60, val: 20, test: 20 }),
    createdById: stack.ownerId,
  });
  datasetId = frozen.id;
  await stack.startWorker();
});
afterAll(() => stack?.close());

async function exported(includeImages: boolean): Promise<{ id: string; bytes: Buffer }> {
  const { db, dispatcher, ownerId, projectId, store } = stack;
  const { exportId, jobId } = await inTransaction(db, async (tx) => {
    const { id } = await exportRows.create(tx, {
      datasetVersionId: datasetId,
      format: 'coco',
      options: { includeImages },
      createdById: ownerId,
    });
    const job = await requestJob(tx, 'export.build', { exportId: id }, { projectId });
    await exportRows.setJob(tx, id, job.id);
    return { exportId: id, jobId: job.id };
  });
  await dispatcher.dispatch(jobId);
  expect(await finished(db, jobId)).toMatchObject({ state: 'done', error: null });
  return { id: exportId, bytes: Buffer.from(await store.getBytes(blobKeys.export(exportId))) };
}

test('a stranger reads the same masks, classes and provenance out of the export as were saved', async () => {
  const { id, bytes } = await exported(false);
  const row = await exportRows.get(stack.db, id);
  expect(row).toMatchObject({ state: 'done', bytes: bytes.length, sha256: sha256(bytes) });
  expect(row?.report).toMatchObject({ images: 30, masks: 90, readBack: { compared: 90, different: 0 } });
  expect(row?.report?.bad).toEqual([
    { maskId: badMaskId, imageId: expect.any(String), reason: expect.stringContaining('add up to') },
  ]);

  const files = await readZip(bytes);
  const coco = cocoFiles(files);
  const found = SPLITS.flatMap((split) => {
    const file = coco.get(`annotations/instances_${split}.json`);
    return file ? masksIn(file) : [];
  });
  expect(found).toHaveLength(90);
  for (const mask of found) {
    const pixels = saved.get(mask.annotation.revision_id);
    if (!pixels) throw new Error('a mask that was never saved');
    expect(Buffer.compare(mask.pixels, pixels)).toBe(0);
    expect(mask.annotation.area).toBe(pixels.reduce((sum, inside) => sum + inside, 0));
  }
  expect(new Set(found.map(({ annotation }) => annotation.revision_id)).size).toBe(90);
  const categories = new Map(found.map(({ category }) => [category.name, category.supercategory]));
  expect(Object.fromEntries(categories)).toEqual({ cat: 'animal', sky: 'stuff', unclassified: 'thing' });

  const lines = (files.get('provenance.jsonl') ?? '').toString().trimEnd().split('\n');
  expect(lines).toHaveLength(90);
  const first = JSON.parse(lines[0] ?? '');
  expect(first).toMatchObject({
    origin: 'assisted',
    edit: 'prompt',
    stage: 'assisted-manual',
    prompts: [{ points: [{ x: 12.5, y: 7, label: 'foreground' }] }],
    model: { name: (await embeddedManifest()).id, encoder_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    predicted_iou: 0.91,
    stability: 0.97,
    seconds: 2.5,
    author_role: 'lead',
  });
  const owner = await stack.db.user.findUniqueOrThrow({ where: { id: stack.ownerId } });
  expect(lines.join()).not.toContain(owner.name);
  expect(lines.join()).not.toContain(owner.email);

  const manifest = JSON.parse((files.get('manifest.json') ?? '').toString());
  for (const [name, { sha256: hash, bytes: length }] of Object.entries(
    manifest.files as Record<string, { sha256: string; bytes: number }>,
  )) {
    expect([sha256(files.get(name) ?? new Uint8Array()), files.get(name)?.length]).toEqual([hash, length]);
  }
  const dataset = await datasets.get(stack.db, datasetId);
  expect(manifest.dataset.content_sha256).toBe(dataset?.contentSha256);
  expect(Object.keys(manifest.files).length + 1).toBe(files.size);
});

test('the same dataset version gives the same bytes, whatever happened to the project since', async () => {
  const before = await exported(true);
  const { db, projectId } = stack;
  await db.project.update({ where: { id: projectId }, data: { name: 'renamed' } });
  await db.labelClass.create({ data: { projectId, index: 1, name: 'new', colour: '#000000' } });
  await db.labelClass.updateMany({ where: { projectId, name: { not: 'new' } }, data: { colour: '#123456' } });
  const [renamed] = await db.labelClass.findMany({ where: { projectId }, take: 1 });
  await db.labelClass.update({ where: { id: renamed?.id ?? '' }, data: { name: 'renamed since' } });
  await db.mask.updateMany({ data: { zIndex: 5 } });
  const after = await exported(true);
  expect(sha256(after.bytes)).toBe(sha256(before.bytes));

  const files = await readZip(after.bytes);
  const names = [...files.keys()].filter((name) => name.startsWith('images/'));
  expect(names).toHaveLength(30);
  expect(names).toEqual(expect.arrayContaining(['images/same.png', 'images/_x_odd_.png']));
  expect(names.filter((name) => /^images\/same-[0-9a-f]{8}\.png$/i.test(name))).toHaveLength(1);
  // each picture is the file that was uploaded
  const images = await db.image.findMany({ where: { projectId }, select: { sha256: true } });
  expect(names.map((name) => sha256(files.get(name) ?? new Uint8Array())).sort()).toEqual(
    images.map((image) => image.sha256.trim()).sort(),
  );
});

test('a picture that is gone fails the export with its reason; one that was cancelled stays cancelled', async () => {
  const { db, dispatcher, projectId, ownerId, store } = stack;
  const image = await db.image.findFirstOrThrow({ where: { projectId } });
  const key = blobKeys.original(image.sha256.trim());
  const bytes = await store.getBytes(key);
  await store.remove(key);
  const hub = createEventHub(stack.database.url);
  const stop = new AbortController();
  const news = hub.subscribe(projectId, stop.signal);
  await news.ready;
  const heard: ProjectEvent[] = [];
  const listening = (async () => {
    for await (const event of news) heard.push(event);
  })();
  const { id } = await exportRows.create(db, {
    datasetVersionId: datasetId,
    format: 'coco',
    options: { includeImages: true },
    createdById: ownerId,
  });
  const job = await requestJob(db, 'export.build', { exportId: id }, { projectId });
  await dispatcher.dispatch(job.id);
  expect(await finished(db, job.id)).toMatchObject({ state: 'failed', errorCode: 'NOT_FOUND' });
  expect(await exportRows.get(db, id)).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('original'),
  });
  expect(await store.head(blobKeys.export(id))).toBeNull();
  await store.put(key, bytes);
  stop.abort();
  await listening;
  await hub.close();
  expect(heard).toContainEqual({ type: 'export', exportId: id, state: 'failed', progress: 0 });

  const cancelled = await exportRows.create(db, {
    datasetVersionId: datasetId,
    format: 'coco',
    options: {},
    createdById: ownerId,
  });
  await exportRows.fail(db, cancelled.id, 'not wanted', 'cancelled');
  const late = await requestJob(db, 'export.build', { exportId: cancelled.id }, { projectId });
  await dispatcher.dispatch(late.id);
  expect(await finished(db, late.id)).toMatchObject({ state: 'skipped', error: 'the export is cancelled' });
  expect(await jobs.get(db, late.id)).toMatchObject({ attempts: 1 });
});

test('EX5 an author who left later stays what they were when the version was frozen', async () => {
  const { db } = stack;
  await db.membership.deleteMany({ where: { userId: stack.ownerId } });
  const { bytes } = await exported(false);
  const provenance = ((await readZip(bytes)).get('provenance.jsonl') ?? '').toString();
  expect(provenance).toContain('"author_role":"lead"');
  expect(provenance).not.toContain('former member');
});

test('an author who had left before appears as a former member', async () => {
  const { db } = stack;
  await db.datasetVersion.updateMany({ data: { roles: {} } });
  const { bytes } = await exported(false);
  const provenance = ((await readZip(bytes)).get('provenance.jsonl') ?? '').toString();
  expect(provenance).toContain('"author_role":"former member"');
});
