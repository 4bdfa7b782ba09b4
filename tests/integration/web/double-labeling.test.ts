// DL: an image that two people label, from the submission of the first to what a reviewer and a lead see of it. Real
// procedures, a real database, the worker's own handler.
import {
  agreements,
  type DbClient,
  datasets,
  imports,
  lint,
  masks,
  newId,
  runs,
  samples,
} from '@maskloop/db';
import { makeImage, makeMask, makeModel, makeProject, makeUser, rectangleCounts } from '@maskloop/db/testing';
import { isLabeledTwice, type MaskOperationInput, type RunScope } from '@maskloop/domain';
import { dispatch } from '@maskloop/jobs';
import { beforeAll, expect, test } from 'vitest';
import { compareLabelings } from '../../../apps/worker/src/jobs/compare-labelings.ts';
import { freezeDataset } from '../../../apps/worker/src/jobs/freeze-dataset.ts';
import { callerFor, useDatabase } from '../../helpers/web-caller.ts';

const database = useDatabase();
let db: DbClient;
beforeAll(() => {
  db = database.db;
});

const SIZE = { width: 64, height: 48 };
const SHARE = 0.5;

/** What the handlers use of a job's context; news goes nowhere. */
function context() {
  return {
    db,
    dispatcher: { dispatch },
    signal: new AbortController().signal,
    progress: () => {},
    publish: async () => {},
    whenFailed: () => {},
    log: { info: () => {} },
  } as unknown as Parameters<typeof compareLabelings>[1];
}

/** Works off the comparisons that were asked for. @returns how many */
async function workOff(): Promise<number> {
  const jobs = await db.job.findMany({ where: { name: 'labelings.compare', state: 'pending' } });
  for (const { id, payload } of jobs) {
    await compareLabelings(payload as { imageId: string }, context());
    await db.job.update({ where: { id }, data: { state: 'done', finishedAt: new Date() } });
  }
  return jobs.length;
}

/** An image of the share that is labeled twice, or of the rest. */
async function imageOf(projectId: string, twice: boolean) {
  for (;;) {
    const image = await makeImage(db, { projectId, ...SIZE });
    if (isLabeledTwice({ projectId, imageId: image.id }, SHARE) === twice) return image;
    await db.image.delete({ where: { id: image.id } });
  }
}

/** A project with a lead, two annotators and a reviewer that labels half of its images twice; one of each kind. */
async function scene({ share = SHARE }: { share?: number } = {}) {
  const [annUser, bobUser, revUser] = await Promise.all(
    ['Ann', 'Bob', 'Rev'].map((name) => makeUser(db, { name })),
  );
  if (!annUser || !bobUser || !revUser) throw new Error('three people');
  const modelVersionId = (await makeModel(db)).id;
  const project = await makeProject(db, {
    modelVersionId,
    classes: ['cup', 'plate'],
    stage: 'semi-automatic',
    members: [
      { userId: annUser.id, role: 'annotator' },
      { userId: bobUser.id, role: 'annotator' },
      { userId: revUser.id, role: 'reviewer' },
    ],
  });
  const as = async (userId: string) => (await callerFor(database, userId)).caller;
  const people = {
    lead: await as(project.ownerId),
    ann: await as(annUser.id),
    bob: await as(bobUser.id),
    rev: await as(revUser.id),
  };
  await people.lead.project.update({ projectId: project.id, doubleLabelShare: share });
  const image = await imageOf(project.id, true);
  const submit = async (by: keyof typeof people, imageId: string) => {
    await people[by].assignment.claim({ imageId });
    await people[by].assignment.submit({ imageId });
  };
  return {
    ...people,
    annId: annUser.id,
    bobId: bobUser.id,
    projectId: project.id,
    classIds: project.classIds,
    modelVersionId,
    image,
    submit,
  };
}

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: unknown) => ((error as Error).cause as { code?: string } | undefined)?.code,
  );
const secondOf = (imageId: string) => db.image.findUniqueOrThrow({ where: { secondOfId: imageId } });
const draw = (box: { x: number; y: number; width: number; height: number }): MaskOperationInput => ({
  kind: 'revise',
  id: newId(),
  maskId: newId(),
  baseRevisionId: null,
  edit: 'draw',
  counts: rectangleCounts(box, SIZE),
});

test('DL1 an image of the share gets a second labeling when it is submitted, once, and other images none', async () => {
  const { lead, ann, projectId, image, submit } = await scene();
  const single = await imageOf(projectId, false);
  await submit('ann', single.id);
  await submit('ann', image.id);
  await submit('ann', image.id);
  expect(await db.image.findMany({ where: { projectId, secondOfId: { not: null } } })).toMatchObject([
    { secondOfId: image.id, sha256: image.sha256, name: image.name, status: 'open', stage: 'semi_automatic' },
  ]);
  await expect(lead.project.update({ projectId, doubleLabelShare: 0.6 })).rejects.toThrow(/0\.5/);
  expect(await codeOf(ann.project.update({ projectId, doubleLabelShare: 0 }))).toBe('FORBIDDEN');
  // switched off, nothing more is taken
  await lead.project.update({ projectId, doubleLabelShare: 0 });
  const later = await imageOf(projectId, true);
  await submit('ann', later.id);
  expect(await db.image.count({ where: { secondOfId: later.id } })).toBe(0);
});

test('DL2 the second labeling is for somebody else: queue, opening, saving and a lead refuse who did the first', async () => {
  const { lead, ann, bob, annId, bobId, projectId, image, submit } = await scene();
  await submit('ann', image.id);
  const second = await secondOf(image.id);
  expect(await ann.assignment.next({ projectId })).toEqual({ imageId: null });
  expect((await ann.me.work()).places).toMatchObject([{ secondLabelings: 0 }]);
  expect((await bob.me.work()).places).toMatchObject([{ secondLabelings: 1 }]);
  expect(await codeOf(ann.assignment.claim({ imageId: second.id }))).toBe('FORBIDDEN');
  const stroke = { imageId: second.id, operations: [draw({ x: 1, y: 1, width: 4, height: 4 })] };
  expect(await codeOf(ann.mask.save(stroke))).toBe('FORBIDDEN');
  expect(await codeOf(ann.image.skip({ imageId: second.id, reason: 'no' }))).toBe('FORBIDDEN');
  expect(await codeOf(ann.mask.load({ imageId: second.id }))).toBe('FORBIDDEN');
  await expect(lead.assignment.assign({ projectId, imageIds: [second.id], userId: annId })).rejects.toThrow(
    /labeled twice/,
  );
  await lead.assignment.assign({ projectId, imageIds: [second.id], userId: bobId });
  expect(await bob.assignment.next({ projectId })).toEqual({ imageId: second.id });
  await bob.mask.save({ ...stroke, operations: [draw({ x: 2, y: 2, width: 4, height: 4 })] });
  // and the other way round, until both are compared
  expect(await codeOf(bob.assignment.claim({ imageId: image.id }))).toBe('FORBIDDEN');
  expect(await codeOf(bob.mask.load({ imageId: image.id }))).toBe('FORBIDDEN');
  await bob.assignment.submit({ imageId: second.id });
  expect(await workOff()).toBe(1);
  expect(await codeOf(bob.assignment.claim({ imageId: image.id }))).toBeNull();
  expect((await bob.mask.load({ imageId: image.id })).masks).toEqual([]);
});

test('DL2 it begins with what the model proposed, unjudged, and shows nothing of the first', async () => {
  const { ann, annId, bob, classIds, modelVersionId, image } = await scene();
  const [cup = '', plate = ''] = classIds;
  const proposed = {
    imageId: image.id,
    authorId: annId,
    modelVersionId,
    predictedIou: 0.95,
    stability: 0.97,
  };
  const kept = await makeMask(db, { ...proposed, origin: 'accepted', classId: cup });
  const rejected = await makeMask(db, {
    ...proposed,
    origin: 'proposed',
    box: { x: 30, y: 3, width: 6, height: 6 },
  });
  await makeMask(db, { imageId: image.id, authorId: annId, classId: plate });
  await ann.assignment.claim({ imageId: image.id });
  await ann.mask.save({
    imageId: image.id,
    operations: [
      { kind: 'setClass', id: newId(), maskId: kept.id, classId: plate },
      { kind: 'remove', id: newId(), maskId: rejected.id },
    ],
  });
  await ann.assignment.submit({ imageId: image.id });
  const second = await secondOf(image.id);
  const { masks: found } = await bob.mask.load({ imageId: second.id });
  expect(found).toHaveLength(2);
  const theirs = await masks.history(db, found[0]?.id ?? '');
  expect(theirs).toMatchObject([
    { seq: 1, edit: 'propose', origin: 'proposed', modelVersionId, predictedIou: 0.95 },
  ]);
  // a person gave the class of the one; that of the other is none
  expect(found.map(({ classId }) => classId)).toEqual([null, null]);
  expect(found.map(({ id }) => id)).not.toContain(kept.id);
});

/** Ann and Bob label the image: one cup both, one object of two classes, one of Ann's and one of Bob's alone. */
async function labeled() {
  const made = await scene();
  const { annId, bobId, classIds, image, submit } = made;
  const [cup = '', plate = ''] = classIds;
  const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });
  const annMask = (classId: string, at: ReturnType<typeof box>) =>
    makeMask(db, { imageId: image.id, authorId: annId, classId, box: at });
  const matched = await annMask(cup, box(2, 2, 10, 10));
  const relabelled = await annMask(cup, box(20, 2, 10, 10));
  const only = await annMask(plate, box(40, 2, 8, 8));
  await submit('ann', image.id);
  const second = await secondOf(image.id);
  const bobMask = (classId: string, at: ReturnType<typeof box>, origin: 'manual' | 'proposed' = 'manual') =>
    makeMask(db, { imageId: second.id, authorId: bobId, classId, box: at, origin });
  const matching = await bobMask(cup, box(2, 2, 10, 8));
  await bobMask(plate, box(20, 2, 10, 10));
  const alone = await bobMask(plate, box(2, 30, 8, 8));
  // nobody judged it: nobody's word
  await bobMask(cup, box(50, 30, 8, 8), 'proposed');
  await submit('bob', second.id);
  return { ...made, second, matched, relabelled, only, matching, alone };
}

test('DL4, DL5 both are compared once, and lead and reviewer see how far they agree', async () => {
  const { lead, rev, annId, bobId, classIds, projectId, image, second, submit, ...made } = await labeled();
  expect(await workOff()).toBe(1);
  const { items, total } = await lead.agreement.list({ projectId });
  expect(total).toBe(1);
  expect(items).toMatchObject([
    {
      imageId: image.id,
      firstBy: { id: annId, name: 'Ann' },
      secondBy: { id: bobId, name: 'Bob' },
      sums: { first: 3, second: 3, matched: 1 },
      relabelled: 1,
      f1: 1 / 3,
    },
  ]);
  // 80 of 100 pixels; of outlines of 36 and 32 pixels 26 each lie within a pixel of the other
  expect(items[0]?.meanIou).toBeCloseTo(0.8, 9);
  expect(items[0]?.score).toBeCloseTo(0.8 / 3, 9);
  expect(items[0]?.meanBoundaryF).toBeCloseTo((2 * 26) / (36 + 32), 9);
  const summary = await lead.agreement.summary({ projectId });
  expect(summary).toMatchObject({ compared: 1, waiting: 0, relabelled: 1, f1: 1 / 3 });
  expect(summary.histogram).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
  expect(summary.classes).toMatchObject([
    { name: 'cup', classId: classIds[0], first: 2, second: 1, matched: 1, f1: 2 / 3 },
    { name: 'plate', first: 1, second: 2, matched: 0, f1: 0, meanIou: null },
  ]);
  expect(summary.pairs).toHaveLength(1);
  expect(summary.pairs[0]?.people.map(({ name }) => name).sort()).toEqual(['Ann', 'Bob']);
  expect(await lead.agreement.waiting({ projectId })).toMatchObject({ items: [] });

  const review = await rev.review.load({ imageId: image.id });
  expect(review.second).toMatchObject({
    status: 'submitted',
    compared: { f1: 1 / 3, relabelled: 1, by: { name: 'Bob' } },
  });
  const byId = new Map(review.masks.map((mask) => [mask.id, mask]));
  expect(byId.get(made.matched.id)).toMatchObject({ second: { id: made.matching.headId }, removed: false });
  expect(byId.get(made.relabelled.id)?.second?.classId).toBe(classIds[1]);
  expect(byId.get(made.only.id)?.second).toBeNull();
  expect(byId.get(made.alone.id)).toMatchObject({ removed: true, second: { id: made.alone.headId } });
  expect(byId.size).toBe(4);

  // the review goes on with the first alone; what is submitted again is not compared again
  expect(await codeOf(rev.review.decide({ imageId: second.id, verdict: 'accepted', seenAt: null }))).toBe(
    'INVALID_TRANSITION',
  );
  const order = { imageId: image.id, seenAt: review.seenAt } as const;
  await rev.review.decide({ ...order, verdict: 'sent-back', note: 'the rim' });
  await submit('ann', image.id);
  expect(await workOff()).toBe(0);
});

test('DL3 a second labeling counts as no image, in no list, run, check, sample, version or figure', async () => {
  const { lead, rev, projectId, image, annId, second } = await labeled();
  await workOff();
  const page = await lead.image.page({ projectId });
  expect([page.total, page.items.map(({ id }) => id)]).toEqual([1, [image.id]]);
  expect(await lead.image.counts({ projectId })).toMatchObject({
    total: 1,
    byStatus: { submitted: 1, open: 0 },
  });
  const [listed] = (await lead.project.list()).filter(({ id }) => id === projectId);
  expect(listed).toMatchObject({ imageCount: 1, doneCount: 1, maskCount: 3, thumbnails: [image.id] });
  expect(await lead.project.overview({ projectId })).toMatchObject({ masks: { total: 3 }, verifiedMasks: 3 });
  const { rows } = await lead.analytics.figures({ projectId, whose: 'everybody' });
  expect(rows.filter(({ dimension }) => dimension === 'person').map(({ key }) => key)).toEqual([annId]);
  expect(rows.find(({ dimension }) => dimension === null)?.figures).toMatchObject({ verifiedMasks: 3 });
  expect((await lead.project.stageBoard({ projectId })).checks).toEqual(
    expect.arrayContaining([expect.objectContaining({ value: 3 })]),
  );
  const workload = await lead.assignment.workload({ projectId });
  expect(workload.map(({ name, submitted }) => [name, submitted])).toEqual(
    expect.arrayContaining([
      ['Ann', 1],
      ['Bob', 0],
    ]),
  );
  expect((await rev.review.queue({ projectId })).items.map(({ id }) => id)).toEqual([image.id]);
  expect((await rev.review.submitters({ projectId })).map(({ name }) => name)).toEqual(['Ann']);
  expect((await rev.me.work()).places).toMatchObject([{ toReview: 1 }]);
  expect(await lead.image.neighbours({ imageId: second.id })).toEqual({ previous: null, next: [] });
  expect(await lead.image.neighbours({ imageId: image.id })).toEqual({ previous: null, next: [] });

  const scopes: RunScope[] = [{ kind: 'all' }, { kind: 'images', imageIds: [second.id, image.id] }];
  for (const scope of scopes) {
    expect(await runs.countScope(db, projectId, scope, 10)).toBe(1);
  }
  expect(await lint.countImages(db, { projectId, datasetVersionId: null })).toBe(1);
  const looked = await lint.imagesAfter(db, { projectId, datasetVersionId: null }, null, 10);
  expect(looked.map(({ id }) => id)).toEqual([image.id]);
  // Bob's unjudged proposal is drawn by nobody
  const strata = await samples.strataNow(db, {
    projectId,
    unit: 'mask',
    floor: { predictedIou: 0, stability: 0 },
  });
  expect(strata.reduce((sum, { population }) => sum + population, 0)).toBe(0);
  const targets = [];
  for await (const target of imports.targets(db, projectId)) targets.push(target.id);
  expect(targets).toEqual([image.id]);
  // the same bytes again are the image that is there, not its second labeling
  expect(await lead.image.known({ projectId, sha256s: [image.sha256] })).toEqual([
    { sha256: image.sha256, imageId: image.id },
  ]);
  expect((await makeImage(db, { projectId, sha256: image.sha256 })).id).toBe(image.id);

  const order = {
    projectId,
    name: 'v',
    filter: { origins: 'all', includeNegatives: true },
    splits: {},
  } as const;
  expect(await lead.dataset.preview(order)).toMatchObject({ masks: 3, images: 1, negatives: 0 });
  const version = await lead.dataset.freeze(order);
  await freezeDataset({ datasetVersionId: version.id }, context());
  expect(await datasets.get(db, version.id)).toMatchObject({
    state: 'done',
    counts: { masks: 3, images: 1 },
  });
  expect(await db.datasetItem.findMany({ where: { imageId: second.id } })).toEqual([]);
  // webhooks were not asked for here, and the one job is the comparison
  expect(await db.job.count({ where: { projectId, imageId: second.id } })).toBe(0);
});

test('DL3 deleting an image deletes its second labeling; a waiting one can be dropped alone', async () => {
  const { lead, projectId, image, submit } = await scene();
  const other = await imageOf(projectId, true);
  await submit('ann', image.id);
  await submit('ann', other.id);
  const waiting = (await lead.agreement.waiting({ projectId })).items;
  expect(waiting.map(({ imageId, firstBy }) => [imageId, firstBy?.name])).toEqual([
    [image.id, 'Ann'],
    [other.id, 'Ann'],
  ]);
  expect(await lead.image.remove({ projectId, imageIds: [image.id] })).toEqual({ removed: 1 });
  expect((await secondOf(image.id)).deletedAt).not.toBeNull();
  const second = await secondOf(other.id);
  expect(await lead.image.remove({ projectId, imageIds: [second.id] })).toEqual({ removed: 1 });
  await submit('ann', other.id);
  expect((await lead.agreement.waiting({ projectId })).items).toEqual([]);
  expect((await lead.image.counts({ projectId })).total).toBe(1);
});

test('DL5 images are listed by their agreement, lowest first, page by page', async () => {
  const { id: projectId } = await makeProject(db);
  const scores = [0.5, 0.1, 0.1];
  for (const score of scores) {
    const { id: imageId } = await makeImage(db, { projectId });
    const sums = { first: 2, second: 2, matched: 1, iouSum: score, boundarySum: 1, relabelled: 0 };
    await db.agreement.create({ data: { imageId, ...sums, score, pairs: [], classes: [] } });
  }
  const found: [string, number][] = [];
  for await (const [item] of agreements.streamList(db, projectId, 1)) {
    if (item) found.push([item.imageId, item.score]);
  }
  expect(found.map(([, score]) => score)).toEqual([0.1, 0.1, 0.5]);
  expect(new Set(found.map(([id]) => id)).size).toBe(3);
  const { histogram, sums } = await agreements.summary(db, projectId);
  expect(histogram).toEqual([0, 2, 0, 0, 0, 1, 0, 0, 0, 0]);
  expect(sums).toMatchObject({ first: 6, matched: 3, boundarySum: 3 });
});
