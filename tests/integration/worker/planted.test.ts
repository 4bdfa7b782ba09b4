// Planted proposals from the run that plants them to the figures, on a real PostgreSQL with the embedded model.
import { newId } from '@maskloop/db';
import { makeUser, rectangleCounts } from '@maskloop/db/testing';
import { DatasetFilter, iouOf, type MaskOperationInput, pixelMask, SplitRule } from '@maskloop/domain';
import { beforeAll, expect, test } from 'vitest';
import { callerFor } from '../../helpers/web-caller.ts';
import { PARAMETERS, SIZE, useRuns } from './runs-stack.ts';
import { finished, until } from './stack.ts';

const runs = useRuns('postgres', 9);
let annotator: Awaited<ReturnType<typeof callerFor>>['caller'];

beforeAll(async () => {
  const { db, database, projectId } = runs.stack;
  const { id: userId } = await makeUser(db, { name: 'Ann' });
  await db.membership.create({ data: { projectId, userId, role: 'annotator' } });
  await db.project.update({ where: { id: projectId }, data: { stage: 'fully_automatic' } });
  ({ caller: annotator } = await callerFor(database, userId));
});

/** A run that plants beside every proposal; no person may set so large a share, but then a test knows what comes. */
async function plantingRun(imageIds: string[]) {
  const { db, projectId } = runs.stack;
  const setShare = (share: number) => db.$executeRaw`
    UPDATE "Project" SET "settings" = "settings" || jsonb_build_object('plantedShare', ${share}::float8) WHERE "id" = ${projectId}::uuid`;
  await setShare(0.5);
  const { id } = await runs.order({
    scope: { kind: 'images', imageIds },
    parameters: { ...PARAMETERS, pointsPerSide: 4 },
  });
  const run = await runs.over(id);
  await setShare(0.1);
  return run;
}

const plantedIn = (imageId: string) => runs.live({ imageId, planted: 'open' });
const figures = async (caller: typeof annotator, whose: 'mine' | 'everybody') =>
  (await caller.analytics.figures({ projectId: runs.stack.projectId, whose })).rows.find(
    ({ dimension }) => dimension === null,
  )?.figures;

test('PP1 who leads sets the share, up to a limit', async () => {
  const { projectId } = runs.stack;
  await expect(runs.caller.project.update({ projectId, plantedShare: 0.2 })).rejects.toThrow(/plantedShare/);
  await runs.caller.project.update({ projectId, plantedShare: 0.1 });
  expect((await annotator.project.get({ projectId })).settings.plantedShare).toBe(0.1);
});

test('PP1-PP6 planted, invisible, judged, settled at submission, in no count but their own', async () => {
  const { db, projectId } = runs.stack;
  const [first = '', second = ''] = runs.pictures;
  const worker = await runs.stack.startWorker();
  const run = await plantingRun([first, second]);

  // PP2: wrong beside everything that is real, and counted by nobody
  const wrong = await plantedIn(first);
  const real = await runs.live({ imageId: first, planted: null });
  expect(wrong.length).toBeGreaterThanOrEqual(4);
  const pixels = (masks: typeof wrong) =>
    masks.map(({ headRevision }) => pixelMask(headRevision?.counts ?? '', SIZE));
  for (const made of pixels(wrong))
    for (const each of pixels(real)) expect(iouOf(made, each)).toBeLessThan(0.5);
  expect(run.proposals).toBe(await db.mask.count({ where: { runId: run.id, planted: null } }));

  // PP5: nothing that an annotator gets tells which they are
  const loaded = await annotator.mask.load({ imageId: first });
  expect(loaded.masks).toHaveLength(real.length + wrong.length);
  const shapeOf = (value: object): string[] =>
    Object.entries(value).flatMap(([key, each]) => [
      key,
      ...(each !== null && typeof each === 'object' && !Array.isArray(each) ? shapeOf(each) : []),
    ]);
  expect(new Set(loaded.masks.map((mask) => shapeOf(mask).join())).size).toBe(1);
  const known = {
    masks: loaded.masks,
    history: await annotator.mask.history({ maskId: wrong[0]?.id ?? '' }),
  };
  expect(JSON.stringify(known)).not.toMatch(/plant/i);
  expect(await annotator.mask.lineage({ maskId: wrong[0]?.id ?? '' })).toMatchObject({ planted: null });
  expect(await runs.caller.mask.lineage({ maskId: wrong[0]?.id ?? '' })).toMatchObject({ planted: 'open' });
  // ids and order follow from areas alone
  const byArea = loaded.masks.toSorted((a, b) => b.head.area - a.head.area);
  expect(loaded.masks.map(({ head }) => head.area)).toEqual(byArea.map(({ head }) => head.area));
  expect(loaded.masks.map(({ id }) => id)).toEqual(loaded.masks.map(({ id }) => id).toSorted());
  const countIn = async (caller: typeof annotator) =>
    (await caller.image.page({ projectId })).items.find(({ id }) => id === first)?.maskCount;
  expect([await countIn(annotator), await countIn(runs.caller)]).toEqual([loaded.masks.length, real.length]);

  // judged: of the planted ones one caught, one missed, one made anew; of the real ones one each way
  await annotator.assignment.claim({ imageId: first });
  const save = async (...operations: MaskOperationInput[]) => {
    const { answers } = await annotator.mask.save({ imageId: first, operations });
    expect(answers.map(({ result }) => result.status)).toEqual(operations.map(() => 'applied'));
  };
  const accept = ({ id, headRevisionId }: (typeof wrong)[number]): MaskOperationInput => ({
    id: newId(),
    maskId: id,
    kind: 'accept',
    baseRevisionId: headRevisionId ?? '',
  });
  const [caught, missed, remade, left] = wrong as [(typeof wrong)[number], ...typeof wrong];
  if (!missed || !remade || !left || !real[0] || !real[1]) throw new Error('too few proposals');
  const remove = (maskId: string): MaskOperationInput => ({ id: newId(), maskId, kind: 'remove' });
  await save(remove(caught.id), accept(missed), accept(real[0]), remove(real[1].id), {
    id: newId(),
    maskId: remade.id,
    kind: 'revise',
    edit: 'draw',
    baseRevisionId: remade.headRevisionId ?? '',
    counts: rectangleCounts({ x: 150, y: 100, width: 9, height: 8 }, SIZE),
  });
  expect(await figures(annotator, 'mine'), 'like any other as long as they work').toMatchObject({
    judged: 5,
  });
  expect(await figures(runs.caller, 'everybody')).toMatchObject({ judged: 2, acceptedShare: 0.5 });

  // PP3: told and taken out at submission
  expect(await annotator.assignment.submit({ imageId: first })).toEqual({
    planted: { judged: 3, caught: 2 },
  });
  await annotator.assignment.claim({ imageId: first });
  expect(await annotator.assignment.submit({ imageId: first }), 'told once').toEqual({ planted: null });
  const states = await db.mask.findMany({
    where: { id: { in: [caught.id, missed.id, remade.id, left.id] } },
    select: { id: true, planted: true, removedAt: true },
  });
  const stateOf = ({ id }: { id: string }) => {
    const row = states.find((each) => each.id === id);
    return [row?.planted, row?.removedAt === null];
  };
  expect([caught, missed, remade, left].map(stateOf)).toEqual([
    ['caught', false],
    ['missed', false],
    ['remade', true],
    ['unjudged', false],
  ]);
  expect(await db.maskRevision.count({ where: { maskId: missed.id } }), 'its history is kept').toBe(2);
  const shown = (await annotator.mask.load({ imageId: first })).masks.map(({ id }) => id);
  expect(shown.toSorted()).toEqual(
    [...real.map(({ id }) => id).filter((id) => id !== real[1]?.id), remade.id].toSorted(),
  );
  const back = { id: newId(), maskId: missed.id, kind: 'restore' } as const;
  expect(
    (await annotator.mask.save({ imageId: first, operations: [back] })).answers[0]?.result,
  ).toMatchObject({
    status: 'refused',
  });

  // PP4: in no figure of the engine, and in no version, as a negative neither
  for (const seen of [await figures(annotator, 'mine'), await figures(runs.caller, 'everybody')]) {
    expect(seen).toMatchObject({ judged: 2, acceptedShare: 0.5, verifiedMasks: 2, meanProposalIou: 1 });
  }
  const filter = DatasetFilter.parse({ origins: 'all', includeNegatives: true });
  const { id: datasetVersionId } = await runs.caller.dataset.freeze({
    projectId,
    name: 'all',
    filter,
    splits: SplitRule.parse({}),
  });
  await until(
    async () => (await runs.caller.dataset.get({ datasetVersionId })).state === 'done',
    'the version',
  );
  const items = await db.datasetItem.findMany({
    where: { datasetVersionId },
    select: { maskId: true, kind: true },
  });
  const marked = await db.mask.findMany({ where: { planted: { not: null } }, select: { id: true } });
  const wrongIds = new Set(marked.map(({ id }) => id).filter((id) => id !== remade.id));
  expect(items.filter(({ maskId }) => wrongIds.has(maskId))).toEqual([]);
  expect(items.filter(({ kind }) => kind === 'negative')).toEqual([{ maskId: real[1].id, kind: 'negative' }]);
  const { id: exportId } = await runs.caller.export.create({ datasetVersionId, format: 'coco' });
  const { jobId } = await db.export.findUniqueOrThrow({ where: { id: exportId }, select: { jobId: true } });
  await finished(db, jobId ?? '');
  expect((await runs.caller.export.get({ exportId })).report).toMatchObject({ masks: items.length - 1 });

  // PP6: who leads sees people, who labels sees themselves
  const asked = { projectId, whose: 'everybody' } as const;
  const seen = await runs.caller.analytics.planted(asked);
  expect(seen).toMatchObject({
    isOn: true,
    whole: { all: 3, hits: 2 },
    people: [{ name: 'Ann', all: 3, hits: 2 }],
    waiting: (await plantedIn(second)).length,
  });
  expect(seen.whole.interval?.low).toBeLessThan(0.3);
  await expect(annotator.analytics.planted(asked)).rejects.toThrow(/^whose: /);
  const own = await annotator.analytics.planted({ projectId });
  expect(own).toMatchObject({ whole: { all: 3, hits: 2 }, people: null, waiting: null });
  await worker.stop();
});

test('PP7 turning it off and rolling the run back take away what nobody judged, and nothing else', async () => {
  const { projectId, db } = runs.stack;
  const [first = '', second = '', third = ''] = runs.pictures;
  await runs.stack.startWorker();
  expect((await plantedIn(second)).length).toBeGreaterThan(0);
  const before = await runs.live({ planted: null });
  await runs.caller.project.update({ projectId, plantedShare: 0 });
  expect(await runs.live({ planted: 'open' })).toEqual([]);
  expect((await runs.live({ planted: null })).map(({ id }) => id)).toEqual(before.map(({ id }) => id));

  // a submitted image gets none: nobody would settle it any more
  const run = await plantingRun([first, third]);
  expect(await db.mask.count({ where: { runId: run.id, imageId: first, planted: { not: null } } })).toBe(0);
  expect((await plantedIn(third)).length).toBeGreaterThan(0);
  await runs.caller.run.cancel({ runId: run.id, made: 'roll-back' });
  await runs.over(run.id, 'cancelled');
  expect(await runs.live({ runId: run.id })).toEqual([]);
});
