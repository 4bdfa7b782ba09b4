import { datasets, exports as exportRows, jobs } from '@maskloop/db';
import { makeImage, rectangleCounts } from '@maskloop/db/testing';
import { DatasetFilter, SplitRule } from '@maskloop/domain';
import { requestJob } from '@maskloop/jobs';
import { blobKeys } from '@maskloop/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256 } from '../../helpers/coco-reader.ts';
import { finished, openStack, type Stack, until } from './stack.ts';

const SIZE = { width: 640, height: 480 };
const IMAGES = 60;
const MASKS_PER_IMAGE = 100;

let stack: Stack;
let datasetId: string;

beforeAll(async () => {
  stack = await openStack('postgres', { redisDb: 14 });
  const { db, projectId, ownerId } = stack;
  for (let n = 0; n < IMAGES; n++) await makeImage(db, { projectId, name: `${n}.png`, ...SIZE });
  // one code for all: what matters here is how many there are
  const counts = rectangleCounts({ x: 10, y: 0, width: 300, height: 100 }, SIZE);
  await db.$executeRaw`
    INSERT INTO "Mask" ("id", "imageId", "stage", "origin", "createdById", "createdAt", "updatedAt")
    SELECT gen_random_uuid(), i."id", 'assisted_manual', 'manual', ${ownerId}::uuid, now(), now()
    FROM "Image" i, generate_series(1, ${MASKS_PER_IMAGE})`;
  await db.$executeRaw`
    INSERT INTO "MaskRevision" ("id", "maskId", "imageId", "seq", "edit", "origin", "stage", "counts", "area", "boxX", "boxY", "boxW", "boxH", "authorId")
    SELECT gen_random_uuid(), "id", "imageId", 1, 'draw', 'manual', 'assisted_manual', ${counts}, 30000, 10, 0, 300, 100, ${ownerId}::uuid
    FROM "Mask"`;
  await db.$executeRaw`UPDATE "Mask" m SET "headRevisionId" = r."id", "headArea" = r."area", "headAt" = r."createdAt", "headAuthorId" = r."authorId" FROM "MaskRevision" r WHERE r."maskId" = m."id"`;
  const frozen = await datasets.freeze(db, {
    projectId,
    name: 'many',
    notes: '',
    filter: DatasetFilter.parse({}),
    splits: SplitRule.parse({}),
    createdById: ownerId,
  });
  expect(frozen.counts.masks).toBe(IMAGES * MASKS_PER_IMAGE);
  datasetId = frozen.id;
});
afterAll(() => stack?.close());

async function request(): Promise<{ exportId: string; jobId: string }> {
  const { db, dispatcher, ownerId, projectId } = stack;
  const { id: exportId } = await exportRows.create(db, {
    datasetVersionId: datasetId,
    format: 'coco',
    options: {},
    createdById: ownerId,
  });
  const { id: jobId } = await requestJob(db, 'export.build', { exportId }, { projectId });
  await exportRows.setJob(db, exportId, jobId);
  await dispatcher.dispatch(jobId);
  return { exportId, jobId };
}

test('kill -9 in the middle of an export: it is made again, with the bytes it would have had', async () => {
  const { db, store } = stack;
  const first = await stack.startWorker();
  const broken = await request();
  await until(
    async () => ((await jobs.get(db, broken.jobId))?.progress ?? 0) > 0,
    'the export to be half way',
  );
  await first.stop('SIGKILL');
  expect(await store.head(blobKeys.export(broken.exportId))).toBeNull();
  const second = await stack.startWorker();
  expect(await finished(db, broken.jobId, 90_000)).toMatchObject({ state: 'done', attempts: 2 });
  const undisturbed = await request();
  await finished(db, undisturbed.jobId);
  const [a, b] = await Promise.all(
    [broken, undisturbed].map(async ({ exportId }) =>
      sha256(await store.getBytes(blobKeys.export(exportId))),
    ),
  );
  expect(a).toBe(b);
  expect((await exportRows.get(db, broken.exportId))?.report).toMatchObject({
    masks: IMAGES * MASKS_PER_IMAGE,
    readBack: { compared: IMAGES * MASKS_PER_IMAGE, different: 0 },
  });
  await second.stop();
}, 180_000);

test('an export that is cancelled while it is made stops, and nothing is stored', async () => {
  const { db, store } = stack;
  const worker = await stack.startWorker();
  const { exportId, jobId } = await request();
  await until(async () => (await jobs.get(db, jobId))?.state === 'running', 'the export to run');
  await jobs.cancel(db, jobId, 'not wanted any more');
  await until(async () => (await exportRows.get(db, exportId))?.state === 'cancelled', 'the export to stop');
  expect(await store.head(blobKeys.export(exportId))).toBeNull();
  expect(await jobs.get(db, jobId)).toMatchObject({ state: 'cancelled' });
  await worker.stop();
});

test('EX5 kill -9 in the middle of freezing: nothing is half frozen, and another worker makes the same version', async () => {
  const { db, dispatcher, ownerId, projectId } = stack;
  const first = await stack.startWorker();
  const { id } = await datasets.create(db, {
    projectId,
    name: 'again',
    notes: '',
    filter: DatasetFilter.parse({}),
    splits: SplitRule.parse({}),
    createdById: ownerId,
  });
  const job = await requestJob(db, 'dataset.freeze', { datasetVersionId: id }, { projectId });
  await dispatcher.dispatch(job.id);
  await until(async () => ((await jobs.get(db, job.id))?.progress ?? 0) > 0, 'the build to have begun');
  await first.stop('SIGKILL');
  expect(await datasets.get(db, id)).toMatchObject({ state: 'running', contentSha256: null });
  expect(await db.datasetItem.count({ where: { datasetVersionId: id } })).toBe(0);
  await stack.startWorker();
  expect(await finished(db, job.id, 90_000)).toMatchObject({ state: 'done', attempts: 2 });
  const [again, undisturbed] = await Promise.all([id, datasetId].map((each) => datasets.get(db, each)));
  expect(again).toMatchObject({ state: 'done', counts: { masks: IMAGES * MASKS_PER_IMAGE } });
  expect(again?.contentSha256).toBe(undisturbed?.contentSha256);
}, 180_000);
