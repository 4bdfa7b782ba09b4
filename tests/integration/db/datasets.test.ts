import { isDeepStrictEqual } from 'node:util';
import {
  assignments,
  audit,
  classes,
  type DbClient,
  datasets,
  exports as exportRows,
  images,
  jobs,
  masks,
  metrics,
  newId,
  projects,
} from '@maskloop/db';
import {
  type FreshDatabase,
  freshDatabase,
  makeImage,
  makeMask,
  makeModel,
  makeProject,
  makeUser,
} from '@maskloop/db/testing';
import {
  chosenPairs,
  DatasetFilter,
  DIMENSIONS,
  DROP_REASONS,
  type ExportReport,
  type ImageStatus,
  NO_COUNTS,
  ORIGINS,
  SplitRule,
  STAGES,
  splitOf,
} from '@maskloop/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let fresh: FreshDatabase;
let db: DbClient;
beforeAll(async () => {
  fresh = await freshDatabase();
  db = fresh.db;
});
afterAll(() => fresh.close());

const EVERYTHING = DatasetFilter.parse({ origins: 'all' });
const SPLITS = SplitRule.parse({});
const preview = (projectId: string, filter: object = {}) =>
  datasets.preview(db, projectId, { filter: DatasetFilter.parse(filter), splits: SPLITS });

describe('preview', () => {
  test('EX1 takes what the choice of origins lets out; ST2 proposals only of the fully automatic stage', async () => {
    const { id: projectId, ownerId: authorId } = await makeProject(db);
    const { id: imageId } = await makeImage(db, { projectId });
    for (const origin of ['manual', 'assisted', 'corrected', 'accepted', 'proposed', 'imported'] as const) {
      await makeMask(db, { imageId, authorId, origin, stage: 'semi-automatic' });
    }
    await makeMask(db, { imageId, authorId, origin: 'proposed', stage: 'fully-automatic' });
    expect(await preview(projectId)).toMatchObject({
      masks: 3,
      images: 1,
      dropped: { unjudged: 3, origin: 1 },
    });
    expect(await preview(projectId, { origins: 'human-verified' })).toMatchObject({
      masks: 4,
      dropped: { unjudged: 3 },
    });
    expect(await preview(projectId, { origins: 'all' })).toMatchObject({
      masks: 6,
      dropped: { unjudged: 1 },
    });
  });

  test('EX3 names for each mask the first reason that holds', async () => {
    const project = await makeProject(db, { classes: ['kept', 'gone', 'other'] });
    const { id: projectId, ownerId: authorId } = project;
    const [kept = '', gone = '', other = ''] = project.classIds;
    const open = await makeImage(db, { projectId });
    const skipped = await makeImage(db, { projectId, status: 'skipped' });
    await makeMask(db, { imageId: open.id, authorId, classId: kept });
    await makeMask(db, { imageId: open.id, authorId, classId: gone, origin: 'imported' });
    await makeMask(db, { imageId: open.id, authorId, classId: kept, origin: 'accepted' });
    await makeMask(db, { imageId: open.id, authorId, classId: kept, stage: 'fully-automatic' });
    await makeMask(db, { imageId: skipped.id, authorId, classId: kept });
    await makeMask(db, { imageId: open.id, authorId, classId: other });
    await makeMask(db, { imageId: open.id, authorId, classId: null });
    const removed = await makeMask(db, { imageId: open.id, authorId, classId: kept });
    await masks.remove(db, removed.id, authorId);
    await classes.softDelete(db, gone);
    const counts = await preview(projectId, {
      stages: ['assisted-manual'],
      imageStatuses: ['open'],
      classIds: [kept],
      includeUnclassified: false,
    });
    expect(counts).toMatchObject({ masks: 1, images: 1 });
    expect(counts.dropped).toEqual({ 'removed-class': 1, origin: 1, stage: 1, 'image-status': 1, class: 2 });
    const withUnclassified = await preview(projectId, { classIds: [kept], includeUnclassified: true });
    expect(withUnclassified.dropped.class).toBe(1);
  });

  test('dates bound the head revision: from is included, until is not', async () => {
    const { id: projectId, ownerId: authorId } = await makeProject(db);
    const { id: imageId } = await makeImage(db, { projectId });
    const { id } = await makeMask(db, { imageId, authorId });
    await db.mask.update({ where: { id }, data: { headAt: new Date('2026-05-01T00:00:00Z') } });
    const count = async (filter: object) => (await preview(projectId, filter)).masks;
    expect(await count({ from: '2026-05-01T00:00:00Z' })).toBe(1);
    expect(await count({ from: '2026-05-01T02:00:01+02:00' })).toBe(0);
    expect(await count({ until: '2026-05-01T00:00:00Z' })).toBe(0);
    expect(await count({ from: '2026-04-01T00:00:00Z', until: '2026-06-01T00:00:00Z' })).toBe(1);
  });

  test('nothing at all gives zeros', async () => {
    const { id } = await makeProject(db);
    expect(await preview(id)).toEqual(NO_COUNTS);
  });

  test('EX3 verdict, group, person and model narrow, each with its reason', async () => {
    const model = await makeModel(db);
    const other = await makeModel(db);
    const { id: projectId, ownerId: authorId } = await makeProject(db);
    const colleague = await makeUser(db);
    const accepted = await makeImage(db, { projectId, groupKey: 'street' });
    const sentBack = await makeImage(db, { projectId, groupKey: 'street' });
    const unseen = await makeImage(db, { projectId, groupKey: 'park' });
    const review = (imageId: string, verdict: 'accepted' | 'sent_back', minute: number) =>
      db.review.create({
        data: { imageId, reviewerId: authorId, verdict, at: new Date(Date.UTC(2026, 0, 1, 0, minute)) },
      });
    await review(accepted.id, 'sent_back', 1);
    await review(accepted.id, 'accepted', 2);
    await review(sentBack.id, 'accepted', 1);
    await review(sentBack.id, 'sent_back', 2);
    const by = (imageId: string, author: string, modelVersionId: string | null) =>
      makeMask(db, { imageId, authorId: author, modelVersionId, origin: 'corrected' });
    await by(accepted.id, authorId, model.id);
    await by(accepted.id, colleague.id, other.id);
    await by(sentBack.id, authorId, model.id);
    await by(unseen.id, authorId, null);
    const drops = async (filter: object) => {
      const { masks: taken, dropped } = await preview(projectId, filter);
      return { taken, ...dropped };
    };
    expect(await drops({ verdicts: ['accepted'] })).toEqual({ taken: 2, verdict: 2 });
    expect(await drops({ verdicts: ['none', 'sent-back'] })).toEqual({ taken: 2, verdict: 2 });
    expect(await drops({ groupKeys: ['park'] })).toEqual({ taken: 1, group: 3 });
    expect(await drops({ authorIds: [colleague.id] })).toEqual({ taken: 1, person: 3 });
    expect(await drops({ modelVersionIds: [model.id] })).toEqual({ taken: 2, model: 2 });
    expect(await drops({ verdicts: ['accepted'], authorIds: [authorId] })).toEqual({
      taken: 1,
      verdict: 2,
      person: 1,
    });
  });

  test('EX6 rejected proposals are negatives when asked for, and what a job took away is none', async () => {
    const { id: projectId, ownerId: authorId, classIds } = await makeProject(db);
    const { id: imageId } = await makeImage(db, { projectId });
    await makeMask(db, { imageId, authorId, classId: classIds[0] ?? null });
    const rejected = await makeMask(db, { imageId, authorId, origin: 'proposed' });
    const drawn = await makeMask(db, { imageId, authorId });
    const superseded = await makeMask(db, { imageId, authorId, origin: 'proposed' });
    await masks.remove(db, rejected.id, authorId);
    await masks.remove(db, drawn.id, authorId);
    await db.mask.update({ where: { id: superseded.id }, data: { removedAt: new Date() } });
    expect(await preview(projectId)).toMatchObject({ masks: 1, negatives: 0 });
    expect(await preview(projectId, { includeNegatives: true })).toMatchObject({
      masks: 1,
      images: 1,
      negatives: 1,
      dropped: {},
    });
    const frozen = await datasets.freeze(db, {
      projectId,
      name: 'v',
      notes: '',
      filter: DatasetFilter.parse({ includeNegatives: true }),
      splits: SPLITS,
      createdById: authorId,
    });
    const revisions = async (kinds: ('mask' | 'negative')[]) => {
      const found = [];
      for await (const image of exportRows.stream(db, frozen.id, { kinds })) {
        found.push(...image.items.map((item) => item.revisionId));
      }
      return found;
    };
    expect(await revisions(['negative'])).toEqual([rejected.headId]);
    expect(await revisions(['mask'])).toHaveLength(1);
    const without = await datasets.freeze(db, {
      projectId,
      name: 'v',
      notes: '',
      filter: DatasetFilter.parse({}),
      splits: SPLITS,
      createdById: authorId,
    });
    expect(without.contentSha256).not.toBe(frozen.contentSha256);
  });

  test('EX3 counts of grouped masks are those of masks judged one by one', async () => {
    const model = await makeModel(db);
    const { id: projectId, ownerId, classIds } = await makeProject(db, { classes: ['a', 'b', 'gone'] });
    const colleague = await makeUser(db);
    const pick = <T>(values: readonly T[], n: number): T => values[n % values.length] as T;
    for (let i = 0; i < 6; i++) {
      const status = pick(['open', 'accepted', 'sent-back'] as const, i);
      const { id: imageId } = await makeImage(db, { projectId, status });
      for (let k = 0; k < 9; k++) {
        const mask = await makeMask(db, {
          imageId,
          authorId: pick([ownerId, colleague.id], i + Math.floor(k / 3)),
          classId: pick([...classIds, null], k + i),
          origin: pick(ORIGINS, k * 5 + i),
          stage: pick(STAGES, k + Math.floor(k / 3)),
          modelVersionId: pick([model.id, null], Math.floor(k / 2)),
        });
        // more than one of a kind, so that there are groups
        const headAt = new Date(Date.UTC(2026, 4, 1 + ((k + i) % 5)));
        await db.mask.update({ where: { id: mask.id }, data: { headAt } });
        if (k % 8 === 7) await masks.remove(db, mask.id, ownerId);
      }
      const headless = { imageId, classId: classIds[0] ?? null, parentId: null, createdById: ownerId };
      await masks.createMask(db, {
        ...headless,
        id: newId(),
        stage: 'assisted-manual',
        origin: 'manual',
      });
    }
    await classes.softDelete(db, classIds[2] ?? '');
    const input = { projectId, name: 'v', notes: '', splits: SPLITS, createdById: ownerId };
    const before = DatasetFilter.parse({ until: '2026-05-03T00:00:00Z' });
    const { id: sinceVersionId } = await datasets.freeze(db, { ...input, filter: before });

    const rows = await db.mask.findMany({
      where: { image: { projectId }, removedAt: null },
      include: {
        image: true,
        class: true,
        headRevision: { include: { datasetItems: true } },
        revisions: true,
      },
    });
    const reasonOf = (row: (typeof rows)[number], filter: DatasetFilter): string => {
      const head = row.headRevision;
      const at = head && row.headAt ? row.headAt.toISOString() : '';
      const pair = { stage: row.stage.replaceAll('_', '-') as (typeof STAGES)[number], origin: row.origin };
      const out = !chosenPairs(filter.origins).some((each) => isDeepStrictEqual(each, pair));
      const holds: Record<(typeof DROP_REASONS)[number], boolean> = {
        'removed-class': row.class?.deletedAt != null,
        unjudged: out && (row.origin === 'proposed' || row.origin === 'imported'),
        origin: out,
        stage: !filter.stages.includes(pair.stage),
        'image-status': !filter.imageStatuses.includes(row.image.status.replaceAll('_', '-') as ImageStatus),
        verdict: !filter.verdicts.includes('none'),
        group: filter.groupKeys !== null,
        class:
          row.classId === null
            ? !filter.includeUnclassified
            : filter.classIds !== null && !filter.classIds.includes(row.classId),
        person: filter.authorIds !== null && !filter.authorIds.includes(head?.authorId ?? ''),
        model:
          filter.modelVersionIds !== null &&
          !row.revisions.some((each) => filter.modelVersionIds?.includes(each.modelVersionId ?? '')),
        date:
          at !== '' &&
          ((filter.from !== null && at < filter.from) || (filter.until !== null && at >= filter.until)),
        contained:
          filter.sinceVersionId !== null &&
          head?.datasetItems.some((item) => item.datasetVersionId === filter.sinceVersionId) === true,
        empty: head === null,
      };
      return DROP_REASONS.find((reason) => holds[reason]) ?? 'taken';
    };
    const filters = [
      {},
      { origins: 'human-verified' },
      { origins: 'all', stages: ['semi-automatic', 'fully-automatic'] },
      { imageStatuses: ['accepted', 'open'], classIds: [classIds[0]], includeUnclassified: false },
      { authorIds: [colleague.id], includeNegatives: true },
      { modelVersionIds: [model.id], origins: 'all' },
      { from: '2026-05-02T00:00:00.000Z', until: '2026-05-04T00:00:00.000Z', origins: 'human-verified' },
      { sinceVersionId, origins: 'all' },
      { sinceVersionId, authorIds: [ownerId], modelVersionIds: [model.id], from: '2026-05-02T00:00:00.000Z' },
      { verdicts: ['accepted'] },
    ].map((filter) => DatasetFilter.parse(filter));
    for (const filter of filters) {
      const expected: Record<string, number> = {};
      for (const row of rows) expected[reasonOf(row, filter)] = (expected[reasonOf(row, filter)] ?? 0) + 1;
      const counts = await datasets.preview(db, projectId, { filter, splits: SPLITS });
      const { masks: taken, dropped } = counts;
      expect({ ...(taken > 0 ? { taken } : {}), ...dropped }).toEqual(expected);
      // and a version is made mask by mask
      expect((await datasets.freeze(db, { ...input, filter })).counts).toEqual(counts);
    }
  });

  test('masks of each class and split add up', async () => {
    const { id: projectId, ownerId: authorId, classIds } = await makeProject(db);
    const [first = '', second = ''] = classIds;
    for (let i = 0; i < 12; i++) {
      const { id: imageId } = await makeImage(db, { projectId });
      await makeMask(db, { imageId, authorId, classId: first });
      await makeMask(db, { imageId, authorId, classId: i < 3 ? second : null });
    }
    const counts = await preview(projectId);
    expect(counts.classes.map(({ classId }) => classId)).toEqual([first, null, second]);
    for (const split of ['train', 'val', 'test'] as const) {
      expect(counts.classes.reduce((sum, each) => sum + each[split], 0)).toBe(counts.splits[split].masks);
    }
  });
});

describe('freeze', () => {
  test('EX2 copies and groups land on one side; EX5 the version stays what it was', async () => {
    const { id: projectId, ownerId: authorId, classIds } = await makeProject(db);
    const made = [];
    for (let i = 0; i < 30; i++) {
      const image = await makeImage(db, { projectId, groupKey: i < 10 ? 'one-scene' : null });
      const mask = await makeMask(db, { imageId: image.id, authorId, classId: classIds[0] ?? null });
      made.push({ image, mask });
    }
    const splits = SplitRule.parse({ seed: 3, train: 50, val: 25, test: 25 });
    const input = { projectId, name: 'v', notes: '', filter: EVERYTHING, splits, createdById: authorId };
    const version = await datasets.freeze(db, input);
    expect(version).toMatchObject({ number: 1, counts: { masks: 30, images: 30 } });
    expect(version.counts).toEqual(await datasets.preview(db, projectId, { filter: EVERYTHING, splits }));

    const read = async (id: string) => {
      const found = [];
      for await (const image of exportRows.stream(db, id, { batch: 7 })) found.push(image);
      return found;
    };
    const before = await read(version.id);
    expect(before.map((image) => image.id)).toEqual(made.map(({ image }) => image.id).sort());
    expect(new Set(before.filter((image) => image.groupKey).map((image) => image.split)).size).toBe(1);
    for (const image of before) expect(image.split).toBe(splitOf(image.groupKey ?? image.sha256, splits));
    expect(before[0]?.items[0]).toMatchObject({
      classId: classIds[0],
      area: 80,
      edit: 'draw',
      author: { id: authorId },
    });

    // what changes afterwards
    const first = made[0];
    await masks.setClass(db, first?.mask.id ?? '', classIds[1] ?? null);
    await masks.remove(db, made[1]?.mask.id ?? '', authorId);
    await images.softDelete(db, projectId, [made[2]?.image.id ?? '']);
    expect(await read(version.id)).toEqual(before);
    const same = await datasets.freeze(db, input);
    expect(same.number).toBe(2);
    expect(same.contentSha256).not.toBe(version.contentSha256);
    expect(same.counts.masks).toBe(28);
    const list = await datasets.list(db, projectId);
    expect(list.map((row) => row.number)).toEqual([2, 1]);
    expect(await datasets.get(db, version.id)).toMatchObject({ state: 'done', filter: EVERYTHING, splits });
  });

  test('EX5 the same selection has the same hash; versions are numbered without gaps when made at once', async () => {
    const { id: projectId, ownerId: authorId } = await makeProject(db);
    const { id: imageId } = await makeImage(db, { projectId });
    await makeMask(db, { imageId, authorId });
    const input = {
      projectId,
      name: 'v',
      notes: '',
      filter: EVERYTHING,
      splits: SPLITS,
      createdById: authorId,
    };
    const made = await Promise.all([1, 2, 3].map(() => datasets.freeze(db, input)));
    expect(made.map((version) => version.number).sort()).toEqual([1, 2, 3]);
    expect(new Set(made.map((version) => version.contentSha256)).size).toBe(1);
  });

  test('EX8 since a version: what it holds is left out, what changed or came since is taken', async () => {
    const { id: projectId, ownerId: authorId, classIds } = await makeProject(db);
    const { id: imageId } = await makeImage(db, { projectId });
    const input = { projectId, name: 'v', notes: '', splits: SPLITS, createdById: authorId };
    const kept = await makeMask(db, { imageId, authorId });
    const changed = await makeMask(db, { imageId, authorId });
    const first = await datasets.freeze(db, { ...input, filter: EVERYTHING });
    const { summary, counts } = (await masks.revision(db, changed.headId)) ?? {};
    if (!summary || !counts) throw new Error('the revision is there');
    await masks.appendRevision(db, {
      id: crypto.randomUUID(),
      maskId: changed.id,
      imageId,
      seq: 2,
      parentRevisionId: changed.headId,
      edit: 'draw',
      origin: 'manual',
      stage: 'assisted-manual',
      counts,
      area: summary.area,
      box: summary.box,
      authorId,
    });
    await masks.setClass(db, kept.id, classIds[0] ?? null);
    await makeMask(db, { imageId, authorId });
    const filter = DatasetFilter.parse({ sinceVersionId: first.id });
    expect(await preview(projectId, filter)).toMatchObject({ masks: 2, dropped: { contained: 1 } });
  });

  test('EX5 name and notes can change; EX7 a version that trained a model is not deleted', async () => {
    const { id: projectId, ownerId: createdById } = await makeProject(db);
    const input = { projectId, name: 'v', notes: '', filter: EVERYTHING, splits: SPLITS, createdById };
    const version = await datasets.freeze(db, input);
    await datasets.update(db, version.id, { notes: 'for the paper' });
    expect(await datasets.get(db, version.id)).toMatchObject({ name: 'v', notes: 'for the paper' });
    const model = await makeModel(db);
    await db.modelVersion.update({ where: { id: model.id }, data: { datasetVersionId: version.id } });
    await expect(datasets.softDelete(db, version.id)).rejects.toThrow(/was trained on it/);
    await db.modelVersion.update({ where: { id: model.id }, data: { datasetVersionId: null } });
    await datasets.softDelete(db, version.id);
    expect(await datasets.get(db, version.id)).toBeNull();
    expect(await datasets.freeze(db, input)).toMatchObject({ number: 2 });
    const waiting = await datasets.create(db, input);
    await expect(datasets.softDelete(db, waiting.id)).rejects.toThrow(/being frozen/);
  });

  test('EX5 a build that is stopped leaves nothing behind and can be made again', async () => {
    const { id: projectId, ownerId: authorId } = await makeProject(db);
    const { id: imageId } = await makeImage(db, { projectId });
    await makeMask(db, { imageId, authorId });
    const { id } = await datasets.create(db, {
      projectId,
      name: 'v',
      notes: '',
      filter: EVERYTHING,
      splits: SPLITS,
      createdById: authorId,
    });
    const stop = new AbortController();
    const stopped = datasets.build(db, id, {
      signal: stop.signal,
      progress: (fraction) => fraction > 0.5 && stop.abort(),
    });
    await expect(stopped).rejects.toThrow();
    await datasets.fail(db, id, 'cancelled', 'cancelled');
    expect(await datasets.get(db, id)).toMatchObject({ state: 'cancelled', contentSha256: null });
    expect(await db.datasetItem.count({ where: { datasetVersionId: id } })).toBe(0);
    const built = await datasets.build(db, id);
    expect(built?.counts.masks).toBe(1);
    expect(await datasets.build(db, id)).toBeNull();
  });
});

describe('exports', () => {
  test('go from pending to done with a report, or fail with a reason, and only once', async () => {
    const { id: projectId, ownerId } = await makeProject(db);
    const version = await datasets.freeze(db, {
      projectId,
      name: 'v',
      notes: '',
      filter: EVERYTHING,
      splits: SPLITS,
      createdById: ownerId,
    });
    const make = () =>
      exportRows.create(db, {
        datasetVersionId: version.id,
        format: 'coco',
        options: {},
        createdById: ownerId,
      });
    const { id } = await make();
    expect(await exportRows.get(db, id)).toMatchObject({ state: 'pending', report: null, projectId });
    expect(await exportRows.start(db, id)).toBe(true);
    const report: ExportReport = {
      images: 0,
      masks: 0,
      negatives: 0,
      bad: [],
      badCount: 0,
      losses: [],
      readBack: null,
      seconds: 1,
    };
    await exportRows.finish(db, id, {
      storageKey: 'exports/x.zip',
      sha256: 'b'.repeat(64),
      bytes: 7,
      report,
    });
    expect(await exportRows.start(db, id)).toBe(false);
    await exportRows.fail(db, id, 'late');
    expect(await exportRows.get(db, id)).toMatchObject({ state: 'done', bytes: 7, report, error: null });
    const second = await make();
    await exportRows.fail(db, second.id, 'broke');
    expect((await exportRows.list(db, version.id)).map((row) => [row.state, row.error])).toEqual([
      ['failed', 'broke'],
      ['done', null],
    ]);
    expect((await exportRows.frozenNames(db, version.id)).classes.map((row) => row.name)).toEqual([
      'thing',
      'other',
    ]);
  });

  test('carry model, prompts and figures of each revision', async () => {
    const model = await makeModel(db);
    const { id: projectId, ownerId: authorId } = await makeProject(db);
    const { id: imageId } = await makeImage(db, { projectId });
    await makeMask(db, {
      imageId,
      authorId,
      origin: 'corrected',
      modelVersionId: model.id,
      promptCount: 2,
      activeMs: 1_500,
      iouWithProposal: 0.75,
    });
    const version = await datasets.freeze(db, {
      projectId,
      name: 'v',
      notes: '',
      filter: DatasetFilter.parse({}),
      splits: SPLITS,
      createdById: authorId,
    });
    for await (const image of exportRows.stream(db, version.id)) {
      expect(image.items).toHaveLength(1);
      expect(image.items[0]).toMatchObject({
        model: { id: model.id, encoderSha256: model.encoderSha256 },
        promptCount: 2,
        activeMs: 1_500,
        iouWithProposal: 0.75,
        seq: 2,
      });
    }
  });
});

describe('figures', () => {
  test('are null where there is nothing to measure', async () => {
    const { id } = await makeProject(db);
    expect(await metrics.figures(db, { projectId: id })).toEqual({
      medianSecondsPerMask: null,
      clicksPerMask: null,
      masksPerImage: null,
      coverage: null,
      judged: 0,
      acceptedShare: null,
      meanProposalIou: null,
      verifiedMasks: 0,
    });
    expect(await metrics.iouHistogram(db, { projectId: id })).toMatchObject({ accepted: 0 });
    expect(await metrics.masksByOrigin(db, id)).toMatchObject({ total: 0, byOrigin: { manual: 0 } });
  });

  test('AN1 count seconds, clicks and the fate of proposals', async () => {
    const { id: projectId, ownerId: authorId } = await makeProject(db);
    const { id: imageId } = await makeImage(db, { projectId });
    const make = (more: object) => makeMask(db, { imageId, authorId, ...more });
    await make({ origin: 'manual', activeMs: 9_000 });
    await make({ origin: 'assisted', activeMs: 2_000, promptCount: 3 });
    await make({ origin: 'assisted', activeMs: 4_000, promptCount: 1 });
    await make({ origin: 'accepted', iouWithProposal: 1 });
    await make({ origin: 'accepted', iouWithProposal: 1 });
    await make({ origin: 'corrected', iouWithProposal: 0.7, activeMs: 3_000 });
    await make({ origin: 'proposed' });
    const rejected = await make({ origin: 'proposed' });
    await masks.remove(db, rejected.id, authorId);
    // superseded by a run: nobody judged it
    const superseded = await make({ origin: 'proposed' });
    await db.mask.update({ where: { id: superseded.id }, data: { removedAt: new Date() } });
    const figures = await metrics.figures(db, { projectId });
    expect(figures.medianSecondsPerMask).toBeCloseTo(3.5);
    expect(figures.clicksPerMask).toBeCloseTo(2);
    expect(figures.acceptedShare).toBeCloseTo(2 / 4);
    expect(figures.meanProposalIou).toBeCloseTo(2.7 / 3);
    expect(figures).toMatchObject({ verifiedMasks: 6, judged: 4, masksPerImage: null, coverage: null });
    await images.setStatus(db, imageId, { status: 'submitted' });
    const finished = await metrics.figures(db, { projectId });
    expect(finished.masksPerImage).toBe(6);
    // six masks of 10 x 8 in 64 x 48 pixels
    expect(finished.coverage).toBeCloseTo(480 / 3072);
    const { corrected, accepted } = await metrics.iouHistogram(db, { projectId });
    expect(accepted).toBe(2);
    expect(corrected.flatMap((count, bin) => (count > 0 ? [[bin, count]] : []))).toEqual([[14, 1]]);
    expect(await metrics.masksByOrigin(db, projectId)).toMatchObject({
      total: 7,
      byOrigin: { assisted: 2, proposed: 1, accepted: 2 },
    });
  });

  test('AN1 by stage, class, person, model version and week add up to the whole, and so does the CSV', async () => {
    const { id: projectId, ownerId, classIds } = await makeProject(db);
    const other = await makeUser(db);
    const model = await makeModel(db);
    const { id: imageId } = await makeImage(db, { projectId, status: 'accepted' });
    const [classId = ''] = classIds;
    await makeMask(db, { imageId, authorId: ownerId, origin: 'manual', activeMs: 8_000 });
    await makeMask(db, {
      imageId,
      authorId: other.id,
      origin: 'corrected',
      stage: 'semi-automatic',
      classId,
      modelVersionId: model.id,
      iouWithProposal: 1,
      activeMs: 2_000,
    });
    const rows = await metrics.figuresBy(db, { projectId }, DIMENSIONS);
    const of = (dimension: string | null) =>
      rows
        .filter((row) => row.dimension === dimension)
        .map(({ key, figures }) => [key, figures.verifiedMasks, figures.medianSecondsPerMask]);
    expect(of(null)).toEqual([[null, 2, 5]]);
    expect(of('stage')).toEqual([
      ['assisted-manual', 1, 8],
      ['semi-automatic', 1, 2],
    ]);
    expect(of('class')).toEqual([
      [classId, 1, 2],
      [null, 1, 8],
    ]);
    expect(of('person').toSorted()).toEqual(
      [
        [other.id, 1, 2],
        [ownerId, 1, 8],
      ].toSorted(),
    );
    expect(of('model')).toEqual([
      [model.id, 1, 2],
      [null, 1, 8],
    ]);
    expect(of('week')).toEqual([[expect.stringMatching(/^\d{4}-\d\d-\d\d$/), 2, 5]]);
    expect(await metrics.figures(db, { projectId, since: new Date(Date.now() + 60_000) })).toMatchObject({
      verifiedMasks: 0,
      medianSecondsPerMask: null,
    });
    const streamed: number[] = [];
    for await (const page of metrics.streamMasks(db, { projectId }, 1)) {
      streamed.push(...page.map((mask) => mask.seconds ?? 0));
    }
    expect(streamed).toEqual([8, 2]);
  });
});

test('the demo project can be erased with everything that hangs on it; what a model was trained on cannot', async () => {
  const model = await makeModel(db);
  const { id: projectId, ownerId: userId } = await makeProject(db, { modelVersionId: model.id });
  await db.project.update({ where: { id: projectId }, data: { isDemo: true } });
  const { id: imageId } = await makeImage(db, { projectId });
  const mask = await makeMask(db, {
    imageId,
    authorId: userId,
    origin: 'corrected',
    modelVersionId: model.id,
  });
  await makeMask(db, { imageId, authorId: userId, parentId: mask.id });
  await masks.recordOperation(db, {
    id: crypto.randomUUID(),
    imageId,
    maskId: mask.id,
    userId,
    kind: 'remove',
    detail: {},
    result: { status: 'applied', revision: null },
  });
  const run = await db.run.create({
    data: {
      projectId,
      modelVersionId: model.id,
      kinds: ['encode'],
      priority: 100,
      parameters: {},
      scope: {},
      startedById: userId,
    },
  });
  await db.runItem.create({ data: { runId: run.id, imageId } });
  const job = await jobs.insertPending(db, {
    name: 'x',
    key: 'y',
    payload: {},
    priority: 1,
    projectId,
    imageId,
    runId: run.id,
  });
  const lease = await assignments.claim(db, { imageId, userId, leaseMs: 1_000 });
  const review = await db.review.create({
    data: {
      imageId,
      reviewerId: userId,
      verdict: 'sent_back',
      assignmentId: lease.held ? lease.assignmentId : null,
    },
  });
  await db.comment.create({
    data: { imageId, reviewId: review.id, maskId: mask.id, authorId: userId, x: 1, y: 2, text: 'here' },
  });
  const version = await datasets.freeze(db, {
    projectId,
    name: 'v',
    notes: '',
    filter: EVERYTHING,
    splits: SPLITS,
    createdById: userId,
  });
  const { id: exportId } = await exportRows.create(db, {
    datasetVersionId: version.id,
    format: 'coco',
    options: {},
    createdById: userId,
  });
  await exportRows.setJob(db, exportId, job.id);
  await audit.append(db, { userId, projectId, action: 'project.create' });

  await db.modelVersion.update({ where: { id: model.id }, data: { datasetVersionId: version.id } });
  await expect(projects.eraseDemo(db)).rejects.toThrow(/foreign key|constraint/i);
  await db.modelVersion.update({ where: { id: model.id }, data: { datasetVersionId: null } });
  expect(await projects.eraseDemo(db)).toBe(true);
  expect(await db.maskRevision.count({ where: { imageId } })).toBe(0);
  expect(await projects.eraseDemo(db)).toBe(false);
});
