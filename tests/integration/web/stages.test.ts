import { masks } from '@maskloop/db';
import { makeImage, makeMask, makeProject, makeUser } from '@maskloop/db/testing';
import type { Stage } from '@maskloop/domain';
import { expect, test } from 'vitest';
import { callerFor, useDatabase } from '../../helpers/web-caller.ts';

const database = useDatabase();

async function startProject(stage?: Stage) {
  const project = await makeProject(database.db, { ...(stage ? { stage } : {}) });
  const { caller } = await callerFor(database, project.ownerId);
  const { id: imageId } = await makeImage(database.db, { projectId: project.id });
  const make = (more: Partial<Parameters<typeof makeMask>[1]>) =>
    makeMask(database.db, { imageId, authorId: project.ownerId, ...more });
  const board = async () => {
    const { checks, ...rest } = await caller.project.stageBoard({ projectId: project.id });
    return { ...rest, values: Object.fromEntries(checks.map(({ measure, value }) => [measure, value])) };
  };
  return { projectId: project.id, userId: project.ownerId, imageId, caller, make, board };
}

test('ST4 a gate counts the project over, and measures what was made since the project entered its stage', async () => {
  const { projectId, userId, caller, make, board } = await startProject();
  await make({ origin: 'manual', activeMs: 60_000 });
  await make({ origin: 'assisted', activeMs: 20_000 });
  expect((await board()).values).toEqual({ verifiedMasks: 2, secondsPerMask: 40 });

  await caller.project.moveStage({
    projectId,
    from: 'assisted-manual',
    to: 'semi-automatic',
    reason: 'enough',
  });
  expect((await board()).values).toEqual({ verifiedMasks: 2, acceptedShare: null, correctionIou: null });

  await make({ origin: 'accepted', iouWithProposal: 1 });
  await make({ origin: 'accepted', iouWithProposal: 1 });
  await make({ origin: 'corrected', iouWithProposal: 0.7 });
  const rejected = await make({ origin: 'proposed' });
  await masks.remove(database.db, rejected.id, userId);
  // none of these is a judgement on a proposal
  await make({ origin: 'proposed' });
  const superseded = await make({ origin: 'proposed' });
  await database.db.mask.update({ where: { id: superseded.id }, data: { removedAt: new Date() } });
  const drawn = await make({ origin: 'manual' });
  await masks.remove(database.db, drawn.id, userId);

  const { values } = await board();
  expect(values.verifiedMasks).toBe(5);
  expect(values.acceptedShare).toBeCloseTo(2 / 4);
  expect(values.correctionIou).toBeCloseTo(0.7);
});

test('ST4 targets are the project’s own, and empty ones are not asked for', async () => {
  const { projectId, caller, board } = await startProject();
  const { settings } = await caller.project.get({ projectId });
  expect(settings.gates['assisted-manual'].verifiedMasks).toBe(500);
  await database.db
    .$executeRaw`UPDATE "Project" SET "settings" = '{"other": 1}' WHERE "id" = ${projectId}::uuid`;
  await caller.project.update({
    projectId,
    gates: {
      ...settings.gates,
      'assisted-manual': { ...settings.gates['assisted-manual'], verifiedMasks: null, secondsPerMask: 7 },
    },
  });
  expect((await board()).values).toEqual({ secondsPerMask: null });
  const row = await database.db.project.findUniqueOrThrow({ where: { id: projectId } });
  expect(row.settings).toMatchObject({ other: 1 });
  await expect(
    caller.project.update({
      projectId,
      gates: {
        ...settings.gates,
        'assisted-manual': { ...settings.gates['assisted-manual'], acceptedShare: 2 },
      },
    }),
  ).rejects.toThrow(/acceptedShare/);
});

test('ST5 a lead moves forward and back with a reason; every move is kept, and of two at once one counts', async () => {
  const { projectId, userId, caller, board } = await startProject();
  const move = (from: Stage, to: Stage, reason: string) =>
    caller.project.moveStage({ projectId, from, to, reason });
  const outcomes = await Promise.allSettled([
    move('assisted-manual', 'fully-automatic', 'a good model from elsewhere'),
    move('assisted-manual', 'semi-automatic', 'step by step'),
  ]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const { stage } = await board();
  await expect(move('assisted-manual', 'semi-automatic', 'late')).rejects.toThrow(/not in "assisted-manual"/);
  await expect(move(stage, 'assisted-manual', '   ')).rejects.toThrow(/reason/);
  await move(stage, 'assisted-manual', '  not good enough\nafter all ');
  const { history } = await board();
  expect(history).toHaveLength(2);
  expect(history[0]).toMatchObject({
    from: stage,
    to: 'assisted-manual',
    reason: 'not good enough\nafter all',
    user: { id: userId },
  });
});

test('ST3 a submitted image keeps its stage when the project moves on, others go with the project', async () => {
  const { projectId, imageId, caller, make } = await startProject();
  const { id: other } = await makeImage(database.db, { projectId });
  for (const id of [imageId, other]) {
    await make({ imageId: id, origin: 'proposed', predictedIou: 0.99, stability: 0.99 });
  }
  await caller.assignment.claim({ imageId });
  await caller.assignment.submit({ imageId });
  await caller.project.moveStage({
    projectId,
    from: 'assisted-manual',
    to: 'semi-automatic',
    reason: 'enough',
  });
  expect((await caller.mask.load({ imageId })).masks).toHaveLength(0);
  expect((await caller.mask.load({ imageId: other })).masks).toHaveLength(1);

  // sent back and submitted again, it still is of the first stage
  await database.db.image.update({ where: { id: imageId }, data: { status: 'sent_back' } });
  await caller.assignment.claim({ imageId });
  await caller.assignment.submit({ imageId });
  const row = await database.db.image.findUniqueOrThrow({ where: { id: imageId } });
  expect(row.stage).toBe('assisted_manual');
});

test('ST5 an annotator sees the board and moves nothing', async () => {
  const { projectId } = await startProject();
  const annotator = await makeUser(database.db);
  await database.db.membership.create({ data: { projectId, userId: annotator.id, role: 'annotator' } });
  const { caller } = await callerFor(database, annotator.id);
  expect((await caller.project.stageBoard({ projectId })).stage).toBe('assisted-manual');
  await expect(
    caller.project.moveStage({ projectId, from: 'assisted-manual', to: 'semi-automatic', reason: 'please' }),
  ).rejects.toThrow(/annotator/);
});
