import { createHash } from 'node:crypto';
import { type ImageTarget, imports, jobs, newId } from '@maskloop/db';
import { makeImage, makeMask } from '@maskloop/db/testing';
import { type ImportCheck, ImportPlan, suggestTargets } from '@maskloop/domain';
import { requestJob } from '@maskloop/jobs';
import { bitMask, encodeRle, toCocoRle } from '@maskloop/sam-core';
import { blobKeys } from '@maskloop/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import yazl from 'yazl';
import { decodeCounts } from '../../helpers/coco-reader.ts';
import { addEmbedded, finished, openStack, photo, type Stack, until } from './stack.ts';

const SIZE = { width: 64, height: 48 };

let stack: Stack;
let modelVersionId: string;
const images: Pick<ImageTarget, 'id' | 'name' | 'sha256'>[] = [];

beforeAll(async () => {
  stack = await openStack('postgres', { redisDb: 15 });
  const { db, projectId, store } = stack;
  modelVersionId = await addEmbedded(stack);
  for (let n = 0; n < 40; n++) {
    const bytes = photo(300 + n);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const image = await makeImage(db, { projectId, sha256, name: `set/photo-${n}.png`, ...SIZE });
    await store.put(blobKeys.original(sha256), bytes);
    images.push({ id: image.id, name: image.name, sha256 });
  }
  await db.labelClass.create({
    data: { projectId, index: 50, name: 'Cat', colour: '#ff8000' },
  });
  await stack.startWorker();
});
afterAll(() => stack?.close());

/** A drawing with holes and islands; another seed, another drawing. */
function pixels(seed: number): Uint8Array {
  return Uint8Array.from({ length: SIZE.width * SIZE.height }, (_, i) => {
    const [x, y] = [i % SIZE.width, Math.floor(i / SIZE.width)];
    const d = Math.hypot(x - ((seed * 13) % SIZE.width), y - ((seed * 7) % SIZE.height));
    return Number((d < 14 && d > 5) || (x + y * 3) % 61 === seed % 61);
  });
}
const rle = (seed: number) => toCocoRle(encodeRle(bitMask(SIZE, pixels(seed))));

function coco(annotations: object[], of = images) {
  return {
    images: of.map(({ name }, id) => ({ id, file_name: `elsewhere/${name}`, ...SIZE })),
    categories: [
      { id: 1, name: 'cat' },
      { id: 2, name: 'New thing' },
    ],
    annotations,
  };
}

async function upload(content: object | Buffer, name = 'labels.json'): Promise<string> {
  const { db, dispatcher, ownerId, projectId, store } = stack;
  const id = newId();
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
  const { sha256 } = await store.put(blobKeys.import(id), bytes);
  await imports.create(db, { id, projectId, name, bytes: bytes.length, sha256, createdById: ownerId });
  const job = await requestJob(db, 'import.check', { importId: id }, { projectId });
  await imports.setJob(db, id, job.id);
  await dispatcher.dispatch(job.id);
  await finished(db, job.id);
  return id;
}

async function checked(content: object | Buffer, name?: string) {
  const id = await upload(content, name);
  const row = await imports.get(stack.db, id);
  if (!row?.check) throw new Error(`not looked through: ${row?.error}`);
  return { id, check: row.check };
}

/** Starts as the web's use case does, with what is proposed for the classes. */
async function start(id: string, check: ImportCheck, plan: Partial<ImportPlan> = {}): Promise<string> {
  const { db, dispatcher, projectId } = stack;
  const rows = await db.labelClass.findMany({ where: { projectId } });
  const classes = suggestTargets(
    check.classes,
    rows.map((row) => ({ ...row, deleted: row.deletedAt !== null })),
  );
  const moved = await imports.move(db, id, {
    from: ['ready', 'failed'],
    to: 'running',
    plan: ImportPlan.parse({ classes, ...plan }),
    promptModelVersionId: modelVersionId,
  });
  expect(moved).toBe(true);
  const job = await requestJob(db, 'import.run', { importId: id }, { projectId });
  await imports.setJob(db, id, job.id);
  await dispatcher.dispatch(job.id);
  return job.id;
}

const masksOf = (importId: string) =>
  stack.db.mask.findMany({
    where: { importId },
    include: { headRevision: true, class: true, image: true },
    orderBy: [{ imageId: 'asc' }, { zIndex: 'asc' }],
  });

test('IM1 IM3 a dry run counts, names classes and problems, and writes nothing', async () => {
  const before = await stack.db.mask.count();
  const { id, check } = await checked(
    coco([
      { image_id: 0, category_id: 1, segmentation: rle(1) },
      { image_id: 0, category_id: 2, segmentation: [[1, 1, 9, 1, 9, 9]] },
      { image_id: 1, category_id: 1, bbox: [4, 4, 20, 20] },
      { image_id: 1, category_id: 1, segmentation: [[100, 1, 109, 1, 109, 9]] },
      { image_id: 99, category_id: 1, segmentation: rle(1) },
    ]),
  );
  expect(check).toMatchObject({
    format: 'coco',
    images: 2,
    matched: 2,
    masks: 2,
    boxes: 1,
    scored: false,
    classes: [
      { name: 'cat', masks: 1, boxes: 1 },
      { name: 'New thing', masks: 1, boxes: 0 },
    ],
  });
  expect(check.problems.shown.map(({ where }) => where)).toEqual(['labels.json#4', 'labels.json#3']);
  expect(await stack.db.mask.count()).toBe(before);
  expect(await imports.get(stack.db, id)).toMatchObject({ state: 'ready', report: null });
});

test('IM4 what was imported has the file’s pixels, and importing it again writes nothing', async () => {
  const { db, store } = stack;
  const { id, check } = await checked(
    coco([
      { image_id: 2, category_id: 1, segmentation: rle(5), mask_id: 'whole' },
      {
        image_id: 2,
        category_id: 2,
        segmentation: rle(6),
        mask_id: 'part',
        parent_mask_id: 'whole',
        score: 0.4,
      },
    ]),
  );
  await finished(db, await start(id, check));
  const masks = await masksOf(id);
  const [whole, part] = masks;
  expect(masks).toMatchObject([
    { origin: 'imported', class: { name: 'Cat' }, parentId: null, image: { name: 'set/photo-2.png' } },
    { origin: 'imported', class: { name: 'New thing' }, parentId: whole?.id },
  ]);
  expect(part?.headRevision).toMatchObject({
    edit: 'import',
    score: 0.4,
    predictedIou: null,
    authorId: null,
  });
  for (const [at, seed] of [5, 6].entries()) {
    expect(decodeCounts(masks[at]?.headRevision?.counts ?? '', SIZE)).toEqual(pixels(seed));
  }
  const row = await imports.get(db, id);
  expect(row).toMatchObject({ state: 'done', report: { images: 1, masks: 2, problems: { total: 0 } } });
  expect(await store.head(blobKeys.import(id))).toBeNull();

  // somebody removes one; the same file under the same import must not bring it back
  await db.mask.update({
    where: { id: part?.id ?? '' },
    data: { removedAt: new Date(), removedById: stack.ownerId },
  });
  await store.put(
    blobKeys.import(id),
    Buffer.from(
      JSON.stringify(
        coco([
          { image_id: 2, category_id: 1, segmentation: rle(5), mask_id: 'whole' },
          {
            image_id: 2,
            category_id: 2,
            segmentation: rle(6),
            mask_id: 'part',
            parent_mask_id: 'whole',
            score: 0.4,
          },
        ]),
      ),
    ),
  );
  await imports.move(db, id, { from: ['done'], to: 'failed' });
  await finished(db, await start(id, check));
  expect((await masksOf(id)).map(({ id: maskId, removedAt }) => [maskId, removedAt !== null])).toEqual([
    [whole?.id, false],
    [part?.id, true],
  ]);
});

test('IM5 as proposals of a model: its scores, or the detector’s in their place', async () => {
  const { id, check } = await checked(
    coco([
      { image_id: 3, category_id: 1, segmentation: rle(7), score: 0.7 },
      { image_id: 3, category_id: 1, segmentation: rle(8), predicted_iou: 0.9, stability_score: 0.8 },
      { image_id: 3, category_id: 2, segmentation: rle(9) },
    ]),
  );
  expect(check.scored).toBe(true);
  const classes = [
    { name: 'cat', target: { to: 'none' as const } },
    { name: 'New thing', target: { to: 'skip' as const } },
  ];
  await finished(stack.db, await start(id, check, { as: 'proposed', modelVersionId, classes }));
  const masks = await masksOf(id);
  expect(masks).toMatchObject([
    {
      origin: 'proposed',
      classId: null,
      headRevision: { edit: 'propose', modelVersionId, score: 0.7, predictedIou: 0.7, stability: 1 },
    },
    { headRevision: { score: null, predictedIou: 0.9, stability: 0.8 } },
  ]);
  expect((await imports.get(stack.db, id))?.report).toMatchObject({ masks: 2, skipped: 1 });
});

test('IM5 an image that was handed in gets nothing', async () => {
  await stack.db.image.update({ where: { id: images[4]?.id ?? '' }, data: { status: 'submitted' } });
  const { check } = await checked(coco([{ image_id: 4, category_id: 1, segmentation: rle(1) }]));
  expect(check).toMatchObject({ images: 1, matched: 0, masks: 0 });
  expect(check.problems.shown).toEqual([
    { where: 'elsewhere/set/photo-4.png', message: 'the image is submitted: nothing is added to it' },
  ]);
});

test('IM6 boxes of a detector become proposals of the model, each once, with both scores', async () => {
  const { db } = stack;
  const { id, check } = await checked(
    coco([
      { image_id: 5, category_id: 1, bbox: [10, 8, 30, 30], score: 0.63 },
      { image_id: 5, category_id: 1, bbox: [0, 0, 40, 40], score: 0.2 },
      { image_id: 6, category_id: 1, bbox: [90, 0, 40, 40] },
    ]),
  );
  expect(check).toMatchObject({ boxes: 2, problems: { total: 1 } });
  await finished(db, await start(id, check));
  await until(async () => (await imports.promptJobs(db, id)).done === 1, 'the model to answer', 60_000);
  const masks = await masksOf(id);
  const report = (await imports.get(db, id))?.report;
  // what the model finds nothing in is a line of the report, never nothing at all
  expect(masks.length + (report?.problems.total ?? 0)).toBe(3);
  expect(masks.length).toBeGreaterThan(0);
  for (const { origin, headRevision, class: own } of masks) {
    expect([origin, own?.name, headRevision?.modelVersionId]).toEqual(['proposed', 'Cat', modelVersionId]);
    expect([0.63, 0.2]).toContain(headRevision?.score);
    expect(headRevision?.predictedIou).toBeGreaterThan(0);
    expect(headRevision?.prompts).toMatchObject([{ points: [], box: { y0: expect.any(Number) } }]);
    expect(headRevision?.promptCount).toBe(0);
  }
  const [job] = await db.job.findMany({ where: { name: 'import.prompt', key: { startsWith: id } } });
  const again = await jobs.insertPending(db, {
    name: 'import.prompt',
    key: `${id}_again`,
    payload: job?.payload as object,
    priority: 1,
    projectId: stack.projectId,
  });
  await stack.dispatcher.dispatch(again.id);
  await finished(db, again.id);
  expect(await masksOf(id)).toHaveLength(masks.length);
});

test('a file that is none of the formats, or no ZIP inside, fails with the reason', async () => {
  const id = await upload({ hello: 'world' });
  expect(await imports.get(stack.db, id)).toMatchObject({
    state: 'failed',
    error: 'labels.json: none of the formats that can be imported',
  });
});

test('kill -9 in the middle: begun again it brings every mask once, and no mask of a person changes', async () => {
  const { db } = stack;
  const human = await makeMask(db, { imageId: images[10]?.id ?? '', authorId: stack.ownerId, size: SIZE });
  const fingerprint = async () =>
    createHash('sha256')
      .update(
        JSON.stringify(
          await db.maskRevision.findMany({ where: { mask: { importId: null } }, orderBy: { id: 'asc' } }),
        ),
      )
      .digest('hex');
  const before = await fingerprint();
  const many = images
    .slice(7)
    .flatMap((_, index) =>
      Array.from({ length: 20 }, (_, n) => ({ image_id: index + 7, category_id: 1, segmentation: rle(n) })),
    );
  const zip = await zipOf({
    'a/one.json': coco(many.slice(0, many.length / 2)),
    'b/two.json': coco(many.slice(many.length / 2)),
  });
  const { id, check } = await checked(zip, 'labels.zip');
  expect(check).toMatchObject({ masks: many.length, problems: { total: 0 } });
  const jobId = await start(id, check);
  await until(async () => (await db.mask.count({ where: { importId: id } })) > 0, 'some masks to be there');
  await stack.stopWorkers();
  const half = await db.mask.count({ where: { importId: id } });
  expect(half).toBeGreaterThan(0);
  expect(half).toBeLessThan(many.length);
  // a picture is written wholly or not at all
  const perImage = await db.mask.groupBy({ by: ['imageId'], where: { importId: id }, _count: true });
  expect(new Set(perImage.map(({ _count }) => _count))).toEqual(new Set([20]));

  // as when the attempts of the job are used up and a lead starts the import again
  await jobs.finish(db, jobId, { state: 'failed', error: 'worker lost' });
  await imports.move(db, id, { from: ['running'], to: 'failed', error: 'worker lost' });
  await stack.startWorker();
  await finished(db, await start(id, check), 60_000);
  expect(await imports.get(db, id)).toMatchObject({ state: 'done', report: { masks: many.length } });
  const after = await db.mask.groupBy({ by: ['imageId'], where: { importId: id }, _count: true });
  expect(after).toHaveLength(images.length - 7);
  expect(new Set(after.map(({ _count }) => _count))).toEqual(new Set([20]));
  expect(await db.mask.count({ where: { importId: id, headRevisionId: null } })).toBe(0);
  expect(await fingerprint()).toBe(before);
  expect(await db.mask.count({ where: { id: human.id, removedAt: null } })).toBe(1);
}, 120_000);

function zipOf(files: Record<string, object>): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  for (const [name, value] of Object.entries(files)) zip.addBuffer(Buffer.from(JSON.stringify(value)), name);
  zip.end();
  const parts: Buffer[] = [];
  return new Promise((resolve, reject) => {
    zip.outputStream.on('data', (part: Buffer) => parts.push(part));
    zip.outputStream.on('end', () => resolve(Buffer.concat(parts)));
    zip.outputStream.on('error', reject);
  });
}
