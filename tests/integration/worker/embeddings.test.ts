// The admins' view of stored embeddings, and the job that removes stale ones; real database, store and worker.
import { closeUps, embeddings } from '@maskloop/db';
import { makeImage, makeModel, makeUser } from '@maskloop/db/testing';
import { CLOSE_UP_DAYS, closeUpName, PREPROCESSING_VERSION } from '@maskloop/domain';
import { blobKeys } from '@maskloop/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { removeOldCloseUps } from '../../../apps/worker/src/upkeep.ts';
import { until } from '../../helpers/wait-until.ts';
import { callerFor } from '../../helpers/web-caller.ts';
import { openStack, type Stack } from './stack.ts';

let stack: Stack;
let admin: Awaited<ReturnType<typeof callerFor>>['caller'];
let used: { id: string; encoderSha256: string };
let stale: { id: string; encoderSha256: string };

beforeAll(async () => {
  stack = await openStack('postgres');
  Object.assign(process.env, { DATABASE_URL: stack.database.url, QUEUE_BACKEND: 'postgres' });
  const { db } = stack;
  const person = await makeUser(db, { isAdmin: true });
  admin = (await callerFor(stack.database, person.id)).caller;
  used = await makeModel(db);
  stale = await makeModel(db);
  await db.project.update({ where: { id: stack.projectId }, data: { activeModelVersionId: used.id } });
});
afterAll(() => stack?.close());

async function storeEmbedding(imageSha256: string, encoderSha256: string): Promise<string> {
  const storageKey = blobKeys.embedding(imageSha256, encoderSha256, PREPROCESSING_VERSION);
  await stack.store.put(storageKey, new Uint8Array(100));
  await embeddings.upsert(
    stack.db,
    { imageSha256, encoderSha256 },
    {
      storageKey,
      bytes: 100,
      shapes: { embedding: [1] },
      stats: { min: 0, max: 1, mean: 0.5, std: 0.1, nonFinite: 0 } as never,
      encodeMs: 1,
    },
  );
  return storageKey;
}

async function storeCloseUp(imageSha256: string, encoderSha256: string): Promise<string> {
  const closeUp = { x0: 0, y0: 16, x1: 64, y1: 48 };
  const key = blobKeys.closeUp(imageSha256, encoderSha256, PREPROCESSING_VERSION, closeUpName(closeUp));
  await stack.store.put(key, new Uint8Array(10));
  await closeUps.upsert(
    stack.db,
    { imageSha256, encoderSha256, closeUp },
    { storageKey: key, bytes: 10, encodeMs: 1 },
  );
  return key;
}

test('the ledger counts what is stored, what is missing and what waits; stale ones are purged, used ones stay', async () => {
  const images = await Promise.all([1, 2, 3].map(() => makeImage(stack.db, { projectId: stack.projectId })));
  const [first, second] = images.map(({ sha256 }) => sha256);
  const kept = await storeEmbedding(first ?? '', used.encoderSha256);
  const keptCloseUp = await storeCloseUp(first ?? '', used.encoderSha256);
  const gone = [
    await storeCloseUp(first ?? '', stale.encoderSha256),
    await storeEmbedding(first ?? '', stale.encoderSha256),
    await storeEmbedding(second ?? '', stale.encoderSha256),
  ];
  await admin.image.requestEmbedding({ imageId: images[2]?.id ?? '' });
  const row = async (encoderSha256: string) =>
    (await admin.embedding.ledger()).find((each) => each.encoderSha256 === encoderSha256);
  expect(await row(used.encoderSha256)).toMatchObject({
    models: [{ id: used.id }],
    projects: 1,
    wanted: 3,
    covered: 1,
    backlog: 1,
    embeddings: 1,
    closeUps: 1,
    bytes: 110,
    purging: false,
  });
  expect(await row(stale.encoderSha256)).toMatchObject({
    projects: 0,
    wanted: 0,
    embeddings: 2,
    closeUps: 1,
    bytes: 210,
  });

  await expect(admin.embedding.purge({ encoderSha256: used.encoderSha256 })).rejects.toThrow('they stay');
  await admin.embedding.purge({ encoderSha256: stale.encoderSha256 });
  expect((await row(stale.encoderSha256))?.purging).toBe(true);
  await stack.startWorker({ WORKER_QUEUES: 'upkeep' });
  await until('the purge', async () => {
    const now = await row(stale.encoderSha256);
    return now?.embeddings === 0 && now.closeUps === 0 && now.bytes === 0 && !now.purging;
  });
  for (const key of gone) expect(await stack.store.head(key)).toBeNull();
  for (const key of [kept, keptCloseUp]) expect(await stack.store.head(key)).not.toBeNull();
  expect(await row(used.encoderSha256)).toMatchObject({ embeddings: 1 });
});

test('MD4 a purge that a project overtook removes nothing', async () => {
  const { db } = stack;
  const image = await makeImage(db, { projectId: stack.projectId });
  await storeEmbedding(image.sha256, stale.encoderSha256);
  await stack.stopWorkers();
  const { id } = await admin.embedding.purge({ encoderSha256: stale.encoderSha256 });
  await db.project.update({ where: { id: stack.projectId }, data: { activeModelVersionId: stale.id } });
  await stack.startWorker({ WORKER_QUEUES: 'upkeep' });
  const job = await until('the refusal', async () => {
    const found = await db.job.findUniqueOrThrow({ where: { id } });
    return found.state === 'failed' && found;
  });
  expect(job.error).toContain('works with this encoder');
  expect(
    await embeddings.find(db, { imageSha256: image.sha256, encoderSha256: stale.encoderSha256 }),
  ).not.toBeNull();
});

test('CU4 old close-ups go, page by page, and young ones stay; one that is made again is young', async () => {
  const { db, store } = stack;
  const { encoderSha256 } = used;
  const images = await Promise.all([1, 2].map(() => makeImage(db, { projectId: stack.projectId })));
  const [old = '', again = ''] = images.map(({ sha256 }) => sha256);
  const keys = [await storeCloseUp(old, encoderSha256), await storeCloseUp(again, encoderSha256)] as const;
  const row = await db.closeUp.findFirstOrThrow({ where: { imageSha256: old } });
  // more than a page, and without bytes: a removal was cut off
  await db.closeUp.createMany({
    data: Array.from({ length: 120 }, (_, at) => ({ ...row, x0: at, storageKey: `${row.storageKey}-${at}` })),
    skipDuplicates: true,
  });
  const young = await db.closeUp.count({ where: { imageSha256: { notIn: [old, again] } } });
  await db.closeUp.updateMany({
    where: { imageSha256: { in: [old, again] } },
    data: { createdAt: new Date(Date.now() - CLOSE_UP_DAYS * 24 * 3_600_000 - 1_000) },
  });
  await storeCloseUp(again, encoderSha256);
  expect(await removeOldCloseUps({ db, store })).toBe(120);
  expect(await db.closeUp.count()).toBe(young + 1);
  expect(await store.head(keys[0])).toBeNull();
  expect(await store.head(keys[1])).not.toBeNull();
  expect(await removeOldCloseUps({ db, store })).toBe(0);
});
