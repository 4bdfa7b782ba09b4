import {
  classes,
  type DbClient,
  embeddings,
  images,
  jobs,
  members,
  models,
  projects,
  users,
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
import { ENCODE_JOB, encodeJobKey, PREPROCESSING_VERSION } from '@maskloop/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let fresh: FreshDatabase;
let db: DbClient;
beforeAll(async () => {
  fresh = await freshDatabase();
  db = fresh.db;
});
afterAll(() => fresh.close());

const STATS = { min: -1, max: 1, mean: 0, std: 0.5, nonFinite: 0 };

describe('projects', () => {
  test('are made with classes in order and their owner as lead, and listed with counts', async () => {
    const owner = await makeUser(db);
    const project = await makeProject(db, { ownerId: owner.id, classes: ['cup', 'plate', 'spoon'] });
    const done = await makeImage(db, { projectId: project.id, status: 'submitted' });
    for (let i = 0; i < 5; i++) await makeImage(db, { projectId: project.id });
    const gone = await makeImage(db, { projectId: project.id });
    await makeMask(db, { imageId: done.id, authorId: owner.id });
    await makeMask(db, { imageId: gone.id, authorId: owner.id });
    await images.softDelete(db, project.id, [gone.id]);

    const [listed] = await projects.listFor(db, owner);
    expect(listed).toMatchObject({ id: project.id, role: 'lead', imageCount: 6, doneCount: 1, maskCount: 1 });
    expect(listed?.thumbnails).toHaveLength(4);
    expect(listed?.thumbnails).not.toContain(gone.id);
    expect((await classes.list(db, project.id)).map(({ index, name }) => [index, name])).toEqual([
      [1, 'cup'],
      [2, 'plate'],
      [3, 'spoon'],
    ]);
    expect(await projects.get(db, project.id)).toMatchObject({
      stage: 'assisted-manual',
      memberCount: 1,
      archivedAt: null,
    });
  });

  test('PM1 are seen by members and admins only, and not when archived', async () => {
    const project = await makeProject(db);
    const stranger = await makeUser(db);
    const admin = await makeUser(db, { isAdmin: true });
    expect(await projects.listFor(db, stranger)).toEqual([]);
    expect(await members.roleOf(db, project.id, stranger.id)).toBeNull();
    expect(await members.roleOf(db, project.id, admin.id)).toBe('admin');
    expect((await projects.listFor(db, admin)).map((p) => p.id)).toContain(project.id);

    await members.add(db, { projectId: project.id, userId: stranger.id, role: 'reviewer' });
    expect(await members.roleOf(db, project.id, stranger.id)).toBe('reviewer');
    expect(await users.rolesOf(db, stranger.id)).toEqual(['reviewer']);
    await expect(
      members.add(db, { projectId: project.id, userId: stranger.id, role: 'lead' }),
    ).rejects.toThrow(/member already/);
    await users.setDisabled(db, stranger.id, true);
    expect(await members.roleOf(db, project.id, stranger.id)).toBeNull();

    await projects.archive(db, project.id);
    expect(await projects.listFor(db, { id: project.ownerId, isAdmin: false })).toEqual([]);
    expect((await projects.get(db, project.id))?.archivedAt).toBeInstanceOf(Date);
  });

  test('a change leaves out what it does not name', async () => {
    const { id } = await makeProject(db, { name: 'Before' });
    await projects.update(db, id, { guide: 'Look closely', name: undefined });
    expect(await projects.get(db, id)).toMatchObject({ name: 'Before', guide: 'Look closely' });
  });
});

describe('classes', () => {
  test('names are unique whatever their case, until the class is deleted', async () => {
    const { id } = await makeProject(db, { classes: ['Cup'] });
    const input = { name: 'CUP', colour: '#AABBCC', kind: 'thing', parentId: null } as const;
    await expect(classes.create(db, id, input)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    const [cup] = await classes.list(db, id);
    await classes.softDelete(db, cup?.id ?? '');
    const again = await classes.create(db, id, input);
    expect(again).toMatchObject({ name: 'CUP', colour: '#aabbcc', index: 1, deleted: false });
    expect((await classes.list(db, id)).map(({ name, deleted }) => [name, deleted])).toEqual([
      ['CUP', false],
      ['Cup', true],
    ]);
  });

  test('deleting one keeps the masks that name it', async () => {
    const { id, ownerId, classIds } = await makeProject(db);
    const image = await makeImage(db, { projectId: id });
    const classId = classIds[0] ?? '';
    await makeMask(db, { imageId: image.id, authorId: ownerId, classId });
    expect(await classes.softDelete(db, classId)).toBe(1);
    expect(await classes.get(db, classId)).toMatchObject({ deleted: true, projectId: id });
  });

  test('are renumbered in the order given, foreign ids left alone', async () => {
    const project = await makeProject(db, { classes: ['a', 'b', 'c'] });
    const other = await makeProject(db, { classes: ['x'] });
    const [a = '', b = '', c = ''] = project.classIds;
    expect(await classes.reorder(db, project.id, [c, a, b])).toBe(3);
    expect(await classes.reorder(db, project.id, other.classIds)).toBe(0);
    expect((await classes.list(db, project.id)).map((row) => row.name)).toEqual(['c', 'a', 'b']);
  });
});

describe('images', () => {
  test('the same bytes come in once, from many at once too, and again after deletion', async () => {
    const { id: projectId } = await makeProject(db);
    const sha256 = 'a'.repeat(64);
    const made = await Promise.all(Array.from({ length: 8 }, () => makeImage(db, { projectId, sha256 })));
    expect(new Set(made.map((image) => image.id)).size).toBe(1);
    await images.softDelete(db, projectId, [made[0]?.id ?? '']);
    expect(await images.findBySha(db, projectId, sha256)).toBeNull();
    const again = await makeImage(db, { projectId, sha256 });
    expect(again.id).not.toBe(made[0]?.id);
  });

  test.each(['newest', 'name', 'priority', 'uncertainty'] as const)(
    'pages by %s hold every image once, in order, both ways',
    async (sort) => {
      const { id: projectId } = await makeProject(db);
      for (let i = 0; i < 7; i++) {
        const { id } = await makeImage(db, { projectId, name: `p${i % 3}.png`, priority: i % 2 });
        if (i % 2) await db.image.update({ where: { id }, data: { uncertainty: (i % 3) / 4 } });
      }
      for (const direction of ['asc', 'desc'] as const) {
        const all = await images.page(db, { projectId, sort, direction, limit: 100, encoder: null });
        expect(all.total).toBe(7);
        expect(all.nextCursor).toBeNull();
        const seen: string[] = [];
        let cursor: string | null = null;
        do {
          const page: images.ImagePage = await images.page(db, {
            projectId,
            sort,
            direction,
            cursor,
            limit: 2,
            encoder: null,
          });
          seen.push(...page.items.map((item) => item.id));
          cursor = page.nextCursor;
        } while (cursor);
        expect(seen).toEqual(all.items.map((item) => item.id));
        expect(new Set(seen).size).toBe(7);
      }
    },
  );

  test('a cursor from elsewhere is refused by name', async () => {
    const { id: projectId } = await makeProject(db);
    await expect(
      images.page(db, {
        projectId,
        sort: 'name',
        direction: 'asc',
        cursor: 'bm9uc2Vuc2U',
        limit: 5,
        encoder: null,
      }),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { field: 'cursor' } });
  });

  test('are filtered by status, by a part of the name taken literally, and by embedding', async () => {
    const model = await makeModel(db);
    const encoder = { modelVersionId: model.id, encoderSha256: model.encoderSha256 };
    const project = await makeProject(db, { modelVersionId: model.id });
    const projectId = project.id;
    const ready = await makeImage(db, { projectId, name: '100%_ready.png', status: 'submitted' });
    const queued = await makeImage(db, { projectId, name: 'queued.png' });
    const failed = await makeImage(db, { projectId, name: 'failed.png' });
    const missing = await makeImage(db, { projectId, name: '100x-missing.png' });
    await embeddings.upsert(db, { imageSha256: ready.sha256, encoderSha256: model.encoderSha256 }, stored());
    for (const image of [queued, failed]) {
      const job = await jobs.insertPending(db, {
        name: ENCODE_JOB,
        key: encodeJobKey(image.id, model.id),
        payload: {},
        priority: 10,
        projectId,
        imageId: image.id,
      });
      if (image === failed) await jobs.finish(db, job.id, { state: 'failed', error: 'no' });
    }
    const names = async (filter: images.ImageFilter) => {
      const page = await images.page(db, {
        projectId,
        filter,
        sort: 'name',
        direction: 'asc',
        limit: 10,
        encoder,
      });
      expect(page.total).toBe(page.items.length);
      return page.items.map((item) => item.name);
    };
    expect(await names({ embedding: 'ready' })).toEqual([ready.name]);
    expect(await names({ embedding: 'queued' })).toEqual([queued.name]);
    expect(await names({ embedding: 'failed' })).toEqual([failed.name]);
    expect(await names({ embedding: 'missing' })).toEqual([missing.name]);
    expect(await names({ text: '0%_R' })).toEqual([ready.name]);
    expect(await names({ status: ['submitted', 'accepted'] })).toEqual([ready.name]);
    expect(await names({ status: ['open'], text: 'e' })).toEqual(['failed.png', 'queued.png']);
    expect(await embeddings.coverage(db, projectId, encoder)).toEqual({
      ready: 1,
      queued: 1,
      failed: 1,
      missing: 1,
    });
    expect(await embeddings.coverage(db, projectId, null)).toMatchObject({ ready: 0, missing: 4 });
    const run = await images.pageForRun(db, { projectId, missingEmbedding: encoder, limit: 10 });
    expect(run.map((row) => row.id).sort()).toEqual([failed.id, missing.id].sort());
  });

  test('MD1 an embedding serves every copy of a picture, and a second write replaces the first', async () => {
    const model = await makeModel(db);
    const one = await makeProject(db, { modelVersionId: model.id });
    const two = await makeProject(db, { modelVersionId: model.id });
    const image = await makeImage(db, { projectId: one.id });
    const copy = await makeImage(db, { projectId: two.id, sha256: image.sha256 });
    const key = { imageSha256: image.sha256, encoderSha256: model.encoderSha256 };
    await embeddings.upsert(db, key, stored());
    await embeddings.upsert(db, key, { ...stored(), bytes: 99 });
    expect(await embeddings.find(db, { ...key, preprocessing: PREPROCESSING_VERSION })).toMatchObject({
      bytes: 99,
      stats: STATS,
      shapes: { embedding: [1, 256, 28, 28] },
    });
    expect((await images.forEditor(db, copy.id))?.embedding).toBe('ready');
    expect((await embeddings.imagesWith(db, image.sha256)).map((row) => row.imageId).sort()).toEqual(
      [image.id, copy.id].sort(),
    );
    await embeddings.remove(db, key);
    expect((await images.forEditor(db, copy.id))?.embedding).toBe('missing');
  });

  test('the editor gets the image, its model and who holds it; neighbours follow the order of names', async () => {
    const model = await makeModel(db, { manifest: { id: 'm' } });
    const { id: projectId } = await makeProject(db, { modelVersionId: model.id, stage: 'semi-automatic' });
    const made = [];
    for (const name of ['c.png', 'a.png', 'd.png', 'b.png'])
      made.push(await makeImage(db, { projectId, name }));
    const [imageC, imageA, imageD, imageB] = made.map((image) => image.id);
    expect(await images.neighbours(db, imageB ?? '', 5)).toEqual({
      previous: imageA,
      next: [imageC, imageD],
    });
    expect(await images.neighbours(db, imageA ?? '', 1)).toEqual({ previous: null, next: [imageB] });
    const shown = await images.forEditor(db, imageB ?? '');
    expect(shown).toMatchObject({
      stage: 'semi-automatic',
      embedding: 'missing',
      holder: null,
      model: { id: model.id, manifest: { id: 'm' } },
    });
    expect(await images.forEditor(db, '00000000-0000-7000-8000-000000000000')).toBeNull();
  });

  test('a status changes only from what the caller expects', async () => {
    const { id: projectId } = await makeProject(db);
    const { id } = await makeImage(db, { projectId });
    expect(await images.setStatus(db, id, { status: 'accepted', from: ['submitted'] })).toBe(false);
    expect(
      await images.setStatus(db, id, {
        status: 'submitted',
        from: ['open', 'sent-back'],
        stage: 'assisted-manual',
      }),
    ).toBe(true);
    expect(await images.countsByStatus(db, projectId)).toMatchObject({
      total: 1,
      byStatus: { open: 0, submitted: 1 },
    });
  });
});

describe('model versions', () => {
  test('have unique names; a project works with one of them', async () => {
    const model = await makeModel(db, { name: 'unique-1' });
    await expect(makeModel(db, { name: 'unique-1' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    const project = await makeProject(db);
    expect(await models.activeOf(db, project.id)).toBeNull();
    await projects.setActiveModel(db, project.id, model.id);
    expect(await models.activeOf(db, project.id)).toMatchObject({ id: model.id, name: 'unique-1' });
    expect((await models.list(db)).find((row) => row.id === model.id)?.projects).toBe(1);
    expect(await models.byName(db, 'unique-1')).toMatchObject({ id: model.id });
    expect(await models.defaultModel(db)).not.toBeNull();
  });
});

function stored() {
  return {
    storageKey: 'embeddings/x',
    bytes: 10,
    shapes: { embedding: [1, 256, 28, 28] },
    stats: STATS,
    encodeMs: 12,
  };
}
