import { masks, newId } from '@maskloop/db';
import { makeImage, makeMask, makeProject, makeUser, rectangleCounts } from '@maskloop/db/testing';
import type { Stage } from '@maskloop/domain';
import { expect, test } from 'vitest';
import { callerFor, useDatabase } from '../../helpers/web-caller.ts';

const database = useDatabase();

/** Images of one project, each with proposals of these predicted IoUs, and its lead. */
async function setUp(images: readonly (readonly number[])[], stage: Stage = 'fully-automatic') {
  const { db } = database;
  const project = await makeProject(db, { stage });
  const made: { imageId: string; maskIds: string[] }[] = [];
  for (const scores of images) {
    const image = await makeImage(db, { projectId: project.id });
    const maskIds: string[] = [];
    for (const predictedIou of scores) {
      const mask = await makeMask(db, {
        imageId: image.id,
        authorId: null,
        origin: 'proposed',
        stage,
        predictedIou,
        stability: 0.97,
      });
      maskIds.push(mask.id);
    }
    made.push({ imageId: image.id, maskIds });
  }
  const { caller } = await callerFor(database, project.ownerId);
  return { db, project, images: made, caller };
}

const itemsOf = (sampleId: string) =>
  database.db.qualitySampleItem.findMany({ where: { sampleId }, orderBy: { place: 'asc' } });

test('QS1 the population is what the stage shows and nobody judged, in strata by predicted IoU', async () => {
  const { db, project, images, caller } = await setUp([[0.5, 0.9, 0.97], [0.89]], 'semi-automatic');
  const [first] = images;
  const imageId = first?.imageId ?? '';
  await makeMask(db, { imageId, authorId: project.ownerId, predictedIou: 0.9 });
  await makeMask(db, { imageId, authorId: project.ownerId, origin: 'accepted', predictedIou: 0.9 });
  const rejected = await makeMask(db, {
    imageId,
    authorId: null,
    origin: 'proposed',
    predictedIou: 0.99,
    stability: 0.99,
  });
  await masks.remove(db, rejected.id, project.ownerId);
  const strata = await caller.sample.strata({ projectId: project.id, unit: 'mask' });
  // below 0.8, from 0.8, 0.88, 0.92 and 0.96; the project's threshold is 0.88
  expect(strata?.map(({ population }) => population)).toEqual([0, 0, 2, 0, 1]);
  const units = await caller.sample.strata({ projectId: project.id, unit: 'image' });
  expect(units?.map(({ population, masks }) => [population, masks])).toEqual([
    [0, 0],
    [0, 0],
    [1, 1],
    [1, 2],
    [0, 0],
  ]);
});

test('QS1 a stage that shows no proposals has nothing to sample', async () => {
  const { project, caller } = await setUp([[0.9]], 'assisted-manual');
  expect(await caller.sample.strata({ projectId: project.id, unit: 'mask' })).toBeNull();
  await expect(caller.sample.draw({ projectId: project.id, size: 5, seed: 1 })).rejects.toThrow(
    /no proposals/,
  );
});

test('QS2 the same seed draws the same masks in the same order, another seed others', async () => {
  const { project, caller } = await setUp([Array(30).fill(0.9), Array(10).fill(0.99)]);
  const draw = async (seed: number) => {
    const drawn = await caller.sample.draw({ projectId: project.id, size: 8, seed });
    return { ...drawn, masks: (await itemsOf(drawn.id)).map(({ maskId }) => maskId) };
  };
  const [a, b, c] = [await draw(7), await draw(7), await draw(8)];
  expect([a.number, b.number, c.number]).toEqual([1, 2, 3]);
  expect(a.masks).toEqual(b.masks);
  expect(a.masks).not.toEqual(c.masks);
  const { strata } = await caller.sample.get({ sampleId: a.id });
  expect(strata.map(({ population, drawn }) => [population, drawn])).toEqual([
    [0, 0],
    [0, 0],
    [30, 6],
    [0, 0],
    [10, 2],
  ]);
});

test('QS2 drawing images brings all their proposals, one image after the other', async () => {
  const { project, caller } = await setUp([[0.9, 0.91], [0.9], [0.7, 0.7, 0.7]]);
  const { id, items } = await caller.sample.draw({
    projectId: project.id,
    unit: 'image',
    size: 2,
    allocation: 'equal',
    seed: 3,
  });
  const drawn = await itemsOf(id);
  expect(drawn).toHaveLength(items);
  const order = drawn.map(({ imageId }) => imageId);
  expect(new Set(order).size).toBe(2);
  expect(order.filter((imageId, at) => imageId !== order[at - 1])).toHaveLength(2);
});

test('QS3, QS4 judging gives an estimate, changes no mask and can be taken back', async () => {
  const { db, project, caller } = await setUp([[0.9, 0.9, 0.9, 0.9]]);
  const before = await db.mask.findMany({
    where: { image: { projectId: project.id } },
    orderBy: { id: 'asc' },
  });
  const { id: sampleId } = await caller.sample.draw({ projectId: project.id, size: 4, seed: 1 });
  expect((await caller.sample.get({ sampleId })).estimates[0]?.estimate).toBeNull();
  for (const place of [1, 2, 3]) await caller.sample.judge({ sampleId, place, verdict: 'good' });
  await caller.sample.judge({ sampleId, place: 4, verdict: 'bad' });
  const all = await caller.sample.get({ sampleId });
  expect(all).toMatchObject({
    total: 4,
    judged: 4,
    firstOpen: null,
    verdicts: { good: 3, bad: 1, corrected: 0 },
  });
  // drawn one by one, so masks that happen to share an image count in full
  expect(all.estimates[0]?.estimate).toMatchObject({ share: 0.75, covered: 1, effectiveSize: 4 });
  await caller.sample.judge({ sampleId, place: 4, verdict: null });
  expect(await caller.sample.get({ sampleId })).toMatchObject({ judged: 3, firstOpen: 4 });
  const after = await db.mask.findMany({
    where: { image: { projectId: project.id } },
    orderBy: { id: 'asc' },
  });
  expect(after).toEqual(before);
});

test('QS3 a corrected mask counts by the IoU of the sampled proposal with what people made of it', async () => {
  const { db, project, images, caller } = await setUp([[0.9]]);
  const imageId = images[0]?.imageId ?? '';
  const maskId = images[0]?.maskIds[0] ?? '';
  const { id: sampleId } = await caller.sample.draw({ projectId: project.id, size: 1, seed: 1 });
  await expect(caller.sample.judge({ sampleId, place: 1, verdict: 'corrected' })).rejects.toThrow(
    /corrected/,
  );
  // the proposal is 10 x 8 at (2, 3): one column more
  const head = await db.mask.findUniqueOrThrow({ where: { id: maskId } });
  await caller.mask.save({
    imageId,
    operations: [
      {
        kind: 'revise',
        id: newId(),
        maskId,
        baseRevisionId: head.headRevisionId,
        edit: 'draw',
        counts: rectangleCounts({ x: 2, y: 3, width: 11, height: 8 }, { width: 64, height: 48 }),
      },
    ],
  });
  const item = await caller.sample.item({ sampleId, place: 1 });
  expect(item.correctionIou).toBeCloseTo(10 / 11, 10);
  expect(item.proposal.area).toBe(80);
  await caller.sample.judge({ sampleId, place: 1, verdict: 'corrected' });
  const { estimates, verdicts } = await caller.sample.get({ sampleId });
  expect(verdicts.corrected).toBe(1);
  expect(estimates.map(({ estimate }) => estimate?.share)).toEqual([1, 1]);
});

test('lists come page by page, newest first', async () => {
  const { project, caller } = await setUp([[0.9]]);
  for (let seed = 0; seed < 3; seed++) await caller.sample.draw({ projectId: project.id, size: 1, seed });
  const first = await caller.sample.list({ projectId: project.id, limit: 2 });
  expect(first.items.map(({ number }) => number)).toEqual([3, 2]);
  const rest = await caller.sample.list({ projectId: project.id, limit: 2, cursor: first.nextCursor });
  expect([rest.items.map(({ number }) => number), rest.nextCursor]).toEqual([[1], null]);
});

test('PM1 an annotator may not see samples: who labels does not grade', async () => {
  const { project } = await setUp([[0.9]]);
  const annotator = await makeUser(database.db);
  await database.db.membership.create({
    data: { projectId: project.id, userId: annotator.id, role: 'annotator' },
  });
  const { caller } = await callerFor(database, annotator.id);
  await expect(caller.sample.list({ projectId: project.id })).rejects.toThrow(/does not allow/);
});
