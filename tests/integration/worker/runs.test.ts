// The life of a run, on a real PostgreSQL with the embedded model; queues in PostgreSQL.
import { makeMask } from '@maskloop/db/testing';
import { parseRle, rleIou } from '@maskloop/sam-core';
import { expect, test } from 'vitest';
import { PARAMETERS, SIZE, useRuns } from './runs-stack.ts';

const runs = useRuns('postgres', 10);

test('RN8 a dry run shows what a run would find, and makes no masks', async () => {
  await runs.stack.startWorker();
  const { id: runId } = await runs.order({ scope: { kind: 'all' }, dryRun: true, sample: 2, seed: 7 });
  const run = await runs.over(runId);
  expect(run.counts).toEqual({ pending: 0, done: 2, failed: 0, cancelled: 0 });
  expect(await runs.live()).toEqual([]);
  const { items } = await runs.caller.run.items({ runId });
  expect(items).toHaveLength(2);
  const [first] = items;
  const shown = await runs.caller.run.preview({ runId, imageId: first?.imageId ?? '' });
  expect(shown.proposals).toHaveLength(first?.proposals ?? -1);
  expect(shown.proposals.length).toBeGreaterThan(0);
  for (const { counts, area, predictedIou, point } of shown.proposals) {
    const rle = parseRle({ size: [SIZE.height, SIZE.width], counts });
    expect(area).toBe(rle.counts.filter((_, i) => i % 2).reduce((sum, n) => sum + n, 0));
    expect(predictedIou).toBeGreaterThan(0.05);
    expect(point.x).toBeLessThan(SIZE.width);
  }
  // the same seed chooses the same images
  const { id: again } = await runs.order({ scope: { kind: 'all' }, dryRun: true, sample: 2, seed: 7 });
  await runs.over(again);
  const names = (list: typeof items) => list.map(({ imageName }) => imageName);
  expect(names((await runs.caller.run.items({ runId: again })).items)).toEqual(names(items));
  const estimate = await runs.caller.run.estimate({
    projectId: runs.stack.projectId,
    modelVersionId: runs.model,
    kinds: ['propose'],
    scope: { kind: 'all' },
    parameters: { ...PARAMETERS, pointsPerSide: 10 },
  });
  expect(estimate).toMatchObject({ images: 4, withEmbedding: 2, promptsPerImage: 100, workers: 1 });
  expect(estimate.secondsPerImage).toBeGreaterThan(0);
  expect(estimate.bytes.embeddings).toBeGreaterThan(100_000);
});

test('RN1-RN5 runs add, supersede what nobody touched, and are rolled back', async () => {
  const { db, ownerId } = runs.stack;
  const [first = '', second = ''] = runs.pictures;
  const own = await makeMask(db, { imageId: first, authorId: ownerId, size: SIZE });
  await runs.stack.startWorker();
  const before = await runs.hashOf([own.id]);

  const { id: one } = await runs.order();
  const run = await runs.over(one);
  expect(run.counts.done).toBe(4);
  const made = await runs.live({ runId: one });
  expect(made.length).toBe(run.proposals);
  expect(new Set(made.map(({ imageId }) => imageId)).size).toBe(4);
  for (const mask of made) {
    expect(mask).toMatchObject({ origin: 'proposed', createdById: null });
    expect(mask.headRevision).toMatchObject({
      edit: 'propose',
      runId: one,
      modelVersionId: runs.model,
      promptCount: 0,
      authorId: null,
      prompts: [{ points: [{ label: 'foreground' }], box: null, feedback: false }],
    });
    expect(mask.headRevision?.predictedIou).toBeGreaterThan(0.3);
    expect(mask.zIndex).toBeLessThanOrEqual(0);
  }
  const image = await db.image.findUniqueOrThrow({ where: { id: first } });
  expect(image.uncertainty).toBeGreaterThan(0);
  expect(image.uncertainty).toBeLessThan(0.7);

  // a person keeps one, rejects one, gives one a class; and has the image open
  const [kept, rejected, classed] = made.filter(({ imageId }) => imageId === second);
  expect(classed, 'at least three proposals').toBeDefined();
  const operations = [
    {
      id: crypto.randomUUID(),
      maskId: kept?.id ?? '',
      kind: 'accept',
      baseRevisionId: kept?.headRevisionId ?? '',
    },
    { id: crypto.randomUUID(), maskId: rejected?.id ?? '', kind: 'remove' },
    { id: crypto.randomUUID(), maskId: classed?.id ?? '', kind: 'setOrder', zIndex: 3 },
  ] as const;
  await runs.caller.mask.save({ imageId: second, operations: [...operations] });
  const touched = [own.id, ...operations.map(({ maskId }) => maskId)];
  const hash = await runs.hashOf(touched);

  // RN2, RN4: the second run takes the place of the first but for those
  const { id: two } = await runs.order({ parameters: { ...PARAMETERS, pointsPerSide: 4 } });
  await runs.over(two);
  expect(await runs.hashOf(touched)).toBe(hash);
  const left = await runs.live({ runId: one });
  expect(left.map(({ id }) => id).sort()).toEqual([kept?.id, classed?.id].sort());
  const size: [number, number] = [SIZE.height, SIZE.width];
  const judged = [kept, rejected, classed].map((mask) =>
    parseRle({ size, counts: mask?.headRevision?.counts }),
  );
  for (const { headRevision } of await runs.live({ runId: two, imageId: second })) {
    const rle = parseRle({ size, counts: headRevision?.counts });
    for (const other of judged) expect(rleIou(rle, other)).toBeLessThanOrEqual(0.9);
  }
  // withdrawn by a run is nobody's rejection
  const overview = await runs.caller.project.overview({ projectId: runs.stack.projectId });
  expect(overview.acceptedShare).toBe(0.5);
  const compared = await runs.caller.run.compare({ runId: one, otherRunId: two });
  expect(compared.images).toBe(4);
  const { same, changed, vanished } = compared.total;
  expect(same + changed + vanished).toBe(made.length);

  // RN5: back to what the first run made
  await runs.caller.run.cancel({ runId: two, made: 'roll-back' });
  const back = await runs.over(two, 'cancelled');
  expect(back.counts.cancelled).toBe(4);
  expect(await runs.live({ runId: two })).toEqual([]);
  expect(await runs.hashOf(touched)).toBe(hash);
  const restored = (await runs.live({ runId: one })).map(({ id }) => id);
  expect(restored).toEqual(made.map(({ id }) => id).filter((id) => id !== rejected?.id));
  expect(await runs.hashOf([own.id])).toBe(before);

  // a person who had a proposal open when a run took it away has not worked in vain
  const open = made.find(({ imageId }) => imageId === runs.pictures[2]);
  const { id: three } = await runs.order({ parameters: { ...PARAMETERS, pointsPerSide: 3 } });
  await runs.over(three);
  const saved = await runs.caller.mask.save({
    imageId: open?.imageId ?? '',
    operations: [
      {
        id: crypto.randomUUID(),
        maskId: open?.id ?? '',
        kind: 'accept',
        baseRevisionId: open?.headRevisionId ?? '',
      },
    ],
  });
  expect(saved.answers[0]?.result).toMatchObject({ status: 'applied' });
  expect(await db.mask.findUniqueOrThrow({ where: { id: open?.id ?? '' } })).toMatchObject({
    origin: 'accepted',
    removedAt: null,
    withdrawnByRunId: null,
  });
  // rolling back the run in the middle hands what it had superseded to the one after it
  await runs.caller.run.cancel({ runId: one, made: 'roll-back' });
  await runs.over(one, 'cancelled');
  expect((await runs.live({ runId: three })).length).toBeGreaterThan(0);
  await runs.caller.run.cancel({ runId: three, made: 'roll-back' });
  await runs.over(three, 'cancelled');
  const remaining = await runs.live();
  expect(remaining.map(({ id }) => id).sort()).toEqual([own.id, kept?.id, classed?.id, open?.id].sort());
});
