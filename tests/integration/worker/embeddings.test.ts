// The admins' view of stored embeddings, and the job that removes stale ones; real database, store and worker.
import { embeddings } from '@maskloop/db';
import { makeImage, makeModel, makeUser } from '@maskloop/db/testing';
import { PREPROCESSING_VERSION } from '@maskloop/domain';
import { blobKeys } from '@maskloop/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

test('the ledger counts what is stored, what is missing and what waits; stale ones are purged, used ones stay', async () => {
  const images = await Promise.all([1, 2, 3].map(() => makeImage(stack.db, { projectId: stack.projectId })));
  const [first, second] = images.map(({ sha256 }) => sha256);
  const kept = await storeEmbedding(first ?? '', used.encoderSha256);
  const gone = [
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
    bytes: 100,
    purging: false,
  });
  expect(await row(stale.encoderSha256)).toMatchObject({ projects: 0, wanted: 0, embeddings: 2, bytes: 200 });

  await expect(admin.embedding.purge({ encoderSha256: used.encoderSha256 })).rejects.toThrow('they stay');
  await admin.embedding.purge({ encoderSha256: stale.encoderSha256 });
  expect((await row(stale.encoderSha256))?.purging).toBe(true);
  await stack.startWorker({ WORKER_QUEUES: 'upkeep' });
  await until('the purge', async () => {
    const now = await row(stale.encoderSha256);
    return now?.embeddings === 0 && !now.purging;
  });
  for (const key of gone) expect(await stack.store.head(key)).toBeNull();
  expect(await stack.store.head(kept)).not.toBeNull();
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
