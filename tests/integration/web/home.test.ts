import { assignments, datasets, exports as exportRows, jobs, newId, reviews, runs } from '@maskloop/db';
import { makeImage, makeModel, makeProject, makeUser } from '@maskloop/db/testing';
import { DatasetFilter, presetParameters, SplitRule } from '@maskloop/domain';
import { expect, test } from 'vitest';
import { callerFor, useDatabase } from '../../helpers/web-caller.ts';

const database = useDatabase();

async function start() {
  const { db } = database;
  const annotator = await makeUser(db);
  const model = await makeModel(db);
  const project = await makeProject(db, {
    name: 'Cups',
    modelVersionId: model.id,
    members: [{ userId: annotator.id, role: 'annotator' }],
  });
  const lead = (await callerFor(database, project.ownerId)).caller;
  const me = (await callerFor(database, annotator.id)).caller;
  const image = () => makeImage(db, { projectId: project.id });
  return { project, model, annotator, lead, me, image };
}

test('a newcomer finds nothing to do, and no work of others', async () => {
  const { image, lead } = await start();
  await lead.assignment.claim({ imageId: (await image()).id });
  const stranger = (await callerFor(database, (await makeUser(database.db)).id)).caller;
  expect(await stranger.me.work()).toEqual({ places: [], sentBack: { items: [], total: 0 } });
  expect(await stranger.me.machines()).toEqual({ runs: [], jobs: [] });
});

test('home knows the image that I opened last, what is assigned to me and what waits for review', async () => {
  const { project, annotator, lead, me, image } = await start();
  const [first, second, third] = [await image(), await image(), await image()];
  await me.assignment.claim({ imageId: first.id });
  await me.assignment.submit({ imageId: first.id });
  expect((await me.me.work()).places).toMatchObject([
    { projectId: project.id, assigned: 0, toReview: 0, last: { imageId: first.id, status: 'submitted' } },
  ]);
  await me.assignment.claim({ imageId: second.id });
  await lead.assignment.assign({ projectId: project.id, imageIds: [third.id], userId: annotator.id });
  expect((await me.me.work()).places).toMatchObject([
    { assigned: 1, last: { imageId: second.id, name: second.name, status: 'open' } },
  ]);
  // mine waits for the lead, not for me
  expect((await lead.me.work()).places).toMatchObject([{ assigned: 0, toReview: 1, last: null }]);
  await lead.project.archive({ projectId: project.id });
  expect((await me.me.work()).places).toEqual([]);
});

test('RV5 what was sent back is listed with the reason, until it is submitted again', async () => {
  const { db } = database;
  const { project, lead, me, image } = await start();
  const { id: imageId } = await image();
  await me.assignment.claim({ imageId });
  await me.assignment.submit({ imageId });
  await reviews.comment(db, { imageId, authorId: project.ownerId, maskId: null, x: 1, y: 2, text: 'here' });
  await lead.review.decide({ imageId, verdict: 'sent-back', note: 'the handle is missing', seenAt: null });
  const { sentBack } = await me.me.work();
  expect(sentBack).toMatchObject({
    total: 1,
    items: [{ imageId, project: { name: 'Cups' }, review: { note: 'the handle is missing', openPins: 1 } }],
  });
  expect((await lead.me.work()).sentBack.total).toBe(0);
  await me.assignment.claim({ imageId });
  await me.assignment.submit({ imageId });
  expect((await me.me.work()).sentBack.total).toBe(0);
});

test('PM1 runs that go on and jobs by kind are for those who lead, and single images of a run are no jobs there', async () => {
  const { db } = database;
  const { project, model, lead, me, image } = await start();
  const { id: imageId } = await image();
  const run = await runs.create(db, {
    projectId: project.id,
    startedById: project.ownerId,
    modelVersionId: model.id,
    kinds: ['propose'],
    scope: { kind: 'all' },
    parameters: presetParameters('reference'),
    priority: 'normal',
    note: 'tonight',
    dryRun: false,
  });
  const job = (name: string, runId: string | null = null) =>
    jobs.insertPending(db, {
      name,
      key: newId(),
      payload: {},
      priority: 5,
      projectId: project.id,
      imageId,
      runId,
    });
  await job('image.encode');
  const failed = await job('image.encode');
  await jobs.finish(db, failed.id, { state: 'failed', error: 'no' });
  await job('run.image', run.id);
  expect(await lead.me.machines()).toMatchObject({
    runs: [{ id: run.id, note: 'tonight', projectName: 'Cups' }],
    jobs: [{ project: { name: 'Cups' }, name: 'image.encode', running: 0, pending: 1, failed: 1 }],
  });
  expect(await me.me.machines()).toEqual({ runs: [], jobs: [] });
  await runs.cancel(db, run.id);
  expect((await lead.me.machines()).runs).toEqual([]);
});

test('a lease that ran out leaves the image as the last one of its person', async () => {
  const { me, annotator, image } = await start();
  const { id: imageId } = await image();
  await assignments.claim(database.db, { imageId, userId: annotator.id, leaseMs: -1 });
  expect((await me.me.work()).places).toMatchObject([{ last: { imageId, status: 'open' } }]);
});

test('VS2 what is new is of my images and of what my role shows me, since my last visit', async () => {
  const { db } = database;
  const { project, model, annotator, lead, me, image } = await start();
  const away = (userId: string, minutes: number) =>
    db.user.update({
      where: { id: userId },
      data: { lastVisitEndedAt: new Date(Date.now() - minutes * 60_000) },
    });
  expect(await me.me.news()).toEqual({ since: null, items: [] });
  const [first, second] = [await image(), await image()];
  for (const { id: imageId } of [first, second]) {
    await me.assignment.claim({ imageId });
    await me.assignment.submit({ imageId });
  }
  const pin = { imageId: first.id, maskId: null, x: 1, y: 2 };
  await reviews.comment(db, { ...pin, authorId: project.ownerId, text: 'here' });
  await reviews.comment(db, { ...pin, authorId: annotator.id, text: 'my own' });
  await lead.review.decide({ imageId: first.id, verdict: 'sent-back', note: 'x', seenAt: null });
  await lead.review.decide({ imageId: second.id, verdict: 'accepted', note: '', seenAt: null });
  const run = await runs.create(db, {
    projectId: project.id,
    modelVersionId: model.id,
    kinds: ['propose'],
    parameters: presetParameters('reference'),
    scope: { kind: 'all' },
    priority: 'normal',
    dryRun: false,
    note: 'first',
    startedById: project.ownerId,
  });
  await db.run.update({ where: { id: run.id }, data: { state: 'failed', finishedAt: new Date() } });
  const version = await datasets.freeze(db, {
    projectId: project.id,
    name: 'June',
    notes: '',
    filter: DatasetFilter.parse({}),
    splits: SplitRule.parse({}),
    createdById: project.ownerId,
  });
  const job = { name: 'dataset.freeze', key: version.id, payload: {}, projectId: project.id } as const;
  await db.job.create({ data: { ...job, state: 'done', finishedAt: new Date() } });
  const { id: exportId } = await exportRows.create(db, {
    datasetVersionId: version.id,
    format: 'coco',
    options: {},
    createdById: project.ownerId,
  });
  await db.export.update({ where: { id: exportId }, data: { state: 'done', finishedAt: new Date() } });

  await away(annotator.id, 5);
  await away(project.ownerId, 5);
  const mine = await me.me.news();
  expect(mine.items.map(({ kind }) => kind).sort()).toEqual(['accepted', 'commented', 'sent-back']);
  expect(mine.items).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: 'accepted', images: 1, image: { id: second.id, name: second.name } }),
      expect.objectContaining({ kind: 'commented', comments: 1, image: { id: first.id, name: first.name } }),
    ]),
  );
  const theirs = await lead.me.news();
  expect(theirs.items.map(({ kind }) => kind).sort()).toEqual(['exported', 'frozen', 'run-failed']);
  const stranger = await makeUser(db);
  await away(stranger.id, 5);
  const { caller } = await callerFor(database, stranger.id);
  expect((await caller.me.news()).items).toEqual([]);
  await away(annotator.id, 0);
  expect((await me.me.news()).items).toEqual([]);
});
