// Lint, difference and lineage as the pages use them: real procedures, a real database, the worker's own handler.
import { type DbClient, datasets, lint, masks } from '@maskloop/db';
import { makeImage, makeMask, makeModel, makeProject, makeUser } from '@maskloop/db/testing';
import { DatasetFilter, LintPolicy, SplitRule } from '@maskloop/domain';
import { dispatch } from '@maskloop/jobs';
import { bitMask, compressCounts, encodeRle } from '@maskloop/sam-core';
import { beforeAll, expect, test } from 'vitest';
import { freezeDataset } from '../../../apps/worker/src/jobs/freeze-dataset.ts';
import { lintMasks } from '../../../apps/worker/src/jobs/lint-masks.ts';
import { callerFor, useDatabase } from '../../helpers/web-caller.ts';

const database = useDatabase();
let db: DbClient;
beforeAll(() => {
  db = database.db;
});

const SIZE = { width: 64, height: 48 };

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
  } as unknown as Parameters<typeof lintMasks>[1];
}

/** Rectangles [x, y, width, height] of one value after another. */
function codeOf(...rectangles: [number, number, number, number, 0 | 1][]): string {
  const mask = bitMask(SIZE);
  for (const [x, y, width, height, value] of rectangles) {
    for (let row = y; row < y + height; row++) mask.data.fill(value, row * 64 + x, row * 64 + x + width);
  }
  return compressCounts(encodeRle(mask).counts);
}

async function revise(maskId: string, imageId: string, authorId: string, counts: string): Promise<string> {
  const head = (await masks.history(db, maskId))[0];
  const id = crypto.randomUUID();
  await masks.appendRevision(db, {
    id,
    maskId,
    imageId,
    seq: (head?.seq ?? 0) + 1,
    parentRevisionId: head?.id ?? null,
    edit: 'draw',
    origin: head?.origin === 'proposed' ? 'corrected' : (head?.origin ?? 'manual'),
    stage: 'assisted-manual',
    counts,
    area: 100,
    box: { x: 0, y: 0, width: 64, height: 48 },
    authorId,
  });
  return id;
}

async function checked(projectId: string, datasetVersionId: string | null, userId: string) {
  const { caller } = await callerFor(database, userId);
  const { id } = await caller.lint.start({ projectId, datasetVersionId });
  await lintMasks({ scanId: id }, context());
  const scan = await caller.lint.latest({ projectId, datasetVersionId });
  if (!scan) throw new Error('there is a scan');
  return { caller, scan };
}

test('LN1, LN3 findings are listed and fixed as revisions of the person who asked, with the origin of PV1', async () => {
  const { id: projectId, ownerId } = await makeProject(db);
  const { id: imageId } = await makeImage(db, { projectId });
  const holed = await makeMask(db, {
    imageId,
    authorId: null,
    origin: 'proposed',
    box: { x: 30, y: 5, width: 20, height: 20 },
  });
  await db.$executeRaw`ALTER TABLE "MaskRevision" DISABLE TRIGGER USER`;
  await db.maskRevision.update({
    where: { id: holed.headId },
    data: { counts: codeOf([30, 5, 20, 20, 1], [35, 10, 2, 2, 0]), area: 396 },
  });
  await db.$executeRaw`ALTER TABLE "MaskRevision" ENABLE TRIGGER USER`;
  const kept = await makeMask(db, { imageId, authorId: ownerId });
  const twin = await makeMask(db, { imageId, authorId: ownerId });
  const { caller, scan } = await checked(projectId, null, ownerId);
  expect(scan).toMatchObject({ state: 'done', masks: 3, imagesDone: 1, tally: { holes: 1, duplicate: 1 } });
  const holes = await caller.lint.findings({ projectId, scanId: scan.id, rule: 'holes' });
  expect(holes.items).toMatchObject([{ maskId: holed.id, parts: 1, pixels: 4, open: true }]);
  const duplicates = await caller.lint.findings({ projectId, scanId: scan.id, rule: 'duplicate' });
  expect(duplicates.items).toMatchObject([{ maskId: twin.id, otherMaskId: kept.id }]);

  const ids = [...holes.items, ...duplicates.items].map(({ id }) => id);
  expect((await caller.lint.fix({ projectId, findingIds: ids })).map(({ status }) => status)).toEqual([
    'fixed',
    'fixed',
  ]);
  expect((await masks.history(db, holed.id))[0]).toMatchObject({
    origin: 'corrected',
    edit: 'draw',
    area: 400,
    author: { id: ownerId },
  });
  expect(await db.mask.findUnique({ where: { id: twin.id } })).toMatchObject({ removedById: ownerId });
  expect((await caller.lint.fix({ projectId, findingIds: ids })).map(({ status }) => status)).toEqual([
    'moved-on',
    'moved-on',
  ]);
  const after = await caller.lint.findings({ projectId, scanId: scan.id, rule: 'holes' });
  expect(after.items).toMatchObject([{ open: false }]);
});

test('LN5 a scan that was interrupted goes on where it was and finds nothing twice', async () => {
  const { id: projectId, ownerId } = await makeProject(db);
  for (let n = 0; n < 25; n++) {
    const { id: imageId } = await makeImage(db, { projectId });
    await makeMask(db, { imageId, authorId: ownerId, box: { x: 2, y: 2, width: 2, height: 2 } });
  }
  const subject = { projectId, datasetVersionId: null };
  const { id: scanId } = await lint.createScan(db, subject, {
    policy: LintPolicy.parse({}),
    createdById: ownerId,
  });
  const stop = new AbortController();
  await expect(
    lintMasks({ scanId }, { ...context(), signal: stop.signal, progress: () => stop.abort() }),
  ).rejects.toThrow();
  expect(await lint.getScan(db, scanId)).toMatchObject({ imagesDone: 20, tally: { speck: 20 } });
  await lintMasks({ scanId }, context());
  expect(await lint.getScan(db, scanId)).toMatchObject({
    state: 'done',
    imagesDone: 25,
    tally: { speck: 25 },
  });
  expect(await db.lintFinding.count({ where: { scanId } })).toBe(25);
});

test('LN4 what the policy blocks keeps a version from being frozen, and a checked one from being exported', async () => {
  const { id: projectId, ownerId } = await makeProject(db);
  const { id: imageId } = await makeImage(db, { projectId });
  await makeMask(db, { imageId, authorId: ownerId, box: { x: 2, y: 2, width: 2, height: 2 } });
  const { caller } = await callerFor(database, ownerId);
  const order = { projectId, name: 'v', filter: {}, splits: {} };
  const before = await caller.dataset.freeze(order);
  await freezeDataset({ datasetVersionId: before.id }, context());
  await checked(projectId, before.id, ownerId);
  await caller.export.create({ datasetVersionId: before.id });

  await caller.lint.setPolicy({ projectId, policy: { blocking: ['speck'] } });
  await expect(caller.export.create({ datasetVersionId: before.id })).rejects.toThrow(/speck 1/);
  const blocked = await caller.dataset.freeze(order);
  await expect(freezeDataset({ datasetVersionId: blocked.id }, context())).rejects.toThrow(/speck 1/);
  expect(await db.datasetItem.count({ where: { datasetVersionId: blocked.id } })).toBe(0);
  await caller.lint.setPolicy({ projectId, policy: { blocking: ['speck'], speckPx: 3 } });
  await freezeDataset({ datasetVersionId: blocked.id }, context());
  expect(await datasets.get(db, blocked.id)).toMatchObject({ state: 'done' });
});

test('EX9 a difference counts what was added, removed, changed and relabelled, per class, with examples', async () => {
  const { id: projectId, ownerId: authorId, classIds } = await makeProject(db);
  const [a = '', b = ''] = classIds;
  const { id: imageId } = await makeImage(db, { projectId });
  const make = (classId: string | null) => makeMask(db, { imageId, authorId, classId });
  const freeze = () =>
    datasets.freeze(db, {
      projectId,
      name: 'v',
      notes: '',
      filter: DatasetFilter.parse({}),
      splits: SplitRule.parse({}),
      createdById: authorId,
    });
  const [same, changed, relabelled, removed] = [await make(a), await make(a), await make(a), await make(b)];
  const from = await freeze();
  const revision = await revise(changed.id, imageId, authorId, codeOf([1, 1, 5, 5, 1]));
  await masks.setClass(db, relabelled.id, b);
  await masks.remove(db, removed.id, authorId);
  const added = await make(null);
  const to = await freeze();
  const { caller } = await callerFor(database, authorId);
  const input = { datasetVersionId: to.id, fromVersionId: from.id };
  const none = { added: 0, removed: 0, changed: 0, relabelled: 0, same: 0 };
  const rows = await caller.dataset.difference(input);
  expect(new Map(rows.map(({ classId, ...counts }) => [classId, counts]))).toEqual(
    new Map([
      [a, { ...none, changed: 1, same: 1 }],
      [b, { ...none, relabelled: 1, removed: 1 }],
      [null, { ...none, added: 1 }],
    ]),
  );
  const examples = async (
    change: 'added' | 'removed' | 'changed' | 'relabelled' | 'same',
    classId?: string,
  ) => (await caller.dataset.differenceExamples({ ...input, change, classId })).items;
  expect(await examples('added')).toMatchObject([{ maskId: added.id, from: null }]);
  expect(await examples('removed', b)).toMatchObject([{ maskId: removed.id, to: null }]);
  expect(await examples('removed', a)).toEqual([]);
  expect(await examples('changed')).toMatchObject([
    { from: { revisionId: changed.headId }, to: { revisionId: revision, counts: codeOf([1, 1, 5, 5, 1]) } },
  ]);
  expect(await examples('relabelled')).toMatchObject([{ from: { classId: a }, to: { classId: b } }]);
  expect(await examples('same')).toMatchObject([{ maskId: same.id }]);
  const elsewhere = await makeProject(db, { ownerId: authorId });
  const foreign = await datasets.freeze(db, {
    projectId: elsewhere.id,
    name: 'v',
    notes: '',
    filter: DatasetFilter.parse({}),
    splits: SplitRule.parse({}),
    createdById: authorId,
  });
  await expect(
    caller.dataset.difference({ datasetVersionId: to.id, fromVersionId: foreign.id }),
  ).rejects.toThrow(/fromVersionId/);
});

test('LG1 a mask tells its whole way, and a version what it is made of', async () => {
  const model = await makeModel(db);
  const annotator = await makeUser(db);
  const {
    id: projectId,
    ownerId,
    classIds,
  } = await makeProject(db, {
    members: [{ userId: annotator.id, role: 'annotator' }],
  });
  const [classId = ''] = classIds;
  const { id: imageId } = await makeImage(db, { projectId, status: 'submitted' });
  const mask = await makeMask(db, {
    imageId,
    authorId: annotator.id,
    origin: 'corrected',
    classId,
    modelVersionId: model.id,
    promptCount: 2,
    activeMs: 1_500,
    iouWithProposal: 0.8,
  });
  await db.review.create({ data: { imageId, reviewerId: ownerId, verdict: 'accepted', note: 'good' } });
  const version = await datasets.freeze(db, {
    projectId,
    name: 'first',
    notes: '',
    filter: DatasetFilter.parse({}),
    splits: SplitRule.parse({}),
    createdById: ownerId,
  });
  const trained = await makeModel(db, { name: 'trained-on-it' });
  await db.modelVersion.update({ where: { id: trained.id }, data: { datasetVersionId: version.id } });
  const { caller: lead } = await callerFor(database, ownerId);
  const { id: exportId } = await lead.export.create({ datasetVersionId: version.id });
  const lineage = await lead.mask.lineage({ maskId: mask.id });
  expect(lineage).toMatchObject({
    image: { id: imageId, status: 'submitted' },
    revisions: [
      { seq: 1, edit: 'propose', origin: 'proposed', author: null, model: { id: model.id } },
      { seq: 2, origin: 'corrected', author: { id: annotator.id }, activeMs: 1_500, promptCount: 2 },
    ],
    reviews: [{ verdict: 'accepted', note: 'good', reviewer: { id: ownerId } }],
    versions: [
      {
        id: version.id,
        revisionId: mask.headId,
        exports: [{ id: exportId, format: 'coco' }],
        models: [{ id: trained.id, name: 'trained-on-it' }],
      },
    ],
  });
  const { caller: worker } = await callerFor(database, annotator.id);
  expect((await worker.mask.lineage({ maskId: mask.id })).versions).toEqual([]);

  const input = { datasetVersionId: version.id };
  expect(await lead.dataset.composition(input)).toEqual({
    byOrigin: [{ origin: 'corrected', masks: 1 }],
    byPerson: [{ id: annotator.id, name: annotator.name, masks: 1 }],
    byClass: [{ classId, masks: 1 }],
  });
  expect((await lead.dataset.items({ ...input, origin: 'corrected', classId })).items).toMatchObject([
    { maskId: mask.id, author: annotator.name },
  ]);
  expect((await lead.dataset.items({ ...input, classId: null })).items).toEqual([]);
});
