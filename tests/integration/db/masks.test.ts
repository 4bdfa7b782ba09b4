import { type DbClient, inTransaction, masks, newId } from '@maskloop/db';
import {
  type FreshDatabase,
  freshDatabase,
  makeImage,
  makeMask,
  makeModel,
  makeProject,
  makeUser,
  rectangleCounts,
} from '@maskloop/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let fresh: FreshDatabase;
let db: DbClient;
let projectId: string;
let userId: string;
let classId: string;
beforeAll(async () => {
  fresh = await freshDatabase();
  db = fresh.db;
  const project = await makeProject(db);
  projectId = project.id;
  userId = project.ownerId;
  classId = project.classIds[0] ?? '';
});
afterAll(() => fresh.close());

const BOX = { x: 2, y: 3, width: 10, height: 8 };

function revision(
  maskId: string,
  imageId: string,
  seq: number,
  more: Partial<masks.NewRevision> = {},
): masks.NewRevision {
  return {
    id: newId(),
    maskId,
    imageId,
    seq,
    parentRevisionId: null,
    edit: 'draw',
    origin: 'manual',
    stage: 'assisted-manual',
    counts: rectangleCounts(BOX, { width: 64, height: 48 }),
    area: 80,
    box: BOX,
    authorId: userId,
    ...more,
  };
}

describe('masks', () => {
  test('the editor gets head revisions with pixels in drawing order, without removed masks', async () => {
    const image = await makeImage(db, { projectId });
    const first = await makeMask(db, { imageId: image.id, authorId: userId, classId });
    const second = await makeMask(db, {
      imageId: image.id,
      authorId: userId,
      origin: 'corrected',
      stage: 'semi-automatic',
      iouWithProposal: 0.8,
      parentId: first.id,
    });
    const removed = await makeMask(db, { imageId: image.id, authorId: userId });
    expect(await masks.remove(db, removed.id, userId)).toBe(true);
    expect(await masks.remove(db, removed.id, userId)).toBe(false);
    await masks.setOrder(db, first.id, 50);

    const shown = await masks.forEditor(db, image.id);
    expect(shown.map((mask) => mask.id)).toEqual([second.id, first.id]);
    expect(shown[0]).toMatchObject({
      parentId: first.id,
      stage: 'semi-automatic',
      branchRevisionId: null,
      prompts: [],
      head: { id: second.headId, seq: 2, origin: 'corrected', iouWithProposal: 0.8, box: BOX, area: 80 },
    });
    expect(shown[0]?.head.author).toMatchObject({ id: userId });
    expect(shown[0]?.counts).toBe(rectangleCounts(BOX, image));
    expect(shown[1]?.classId).toBe(classId);

    expect(await masks.restore(db, removed.id)).toBe(true);
    expect(await masks.forEditor(db, image.id)).toHaveLength(3);
  });

  test('the history holds every revision, newest first; a proposal keeps its pixels', async () => {
    const image = await makeImage(db, { projectId });
    const model = await makeModel(db);
    const mask = await makeMask(db, {
      imageId: image.id,
      authorId: userId,
      origin: 'accepted',
      modelVersionId: model.id,
      predictedIou: 0.91,
    });
    const history = await masks.history(db, mask.id);
    expect(history.map(({ seq, edit, origin }) => [seq, edit, origin])).toEqual([
      [2, 'accept', 'accepted'],
      [1, 'propose', 'proposed'],
    ]);
    expect(await masks.proposalOf(db, mask.id)).toMatchObject({
      id: history[1]?.id,
      modelVersionId: model.id,
      counts: rectangleCounts(BOX, image),
    });
    expect(await masks.revision(db, mask.headId)).toMatchObject({
      maskId: mask.id,
      imageId: image.id,
      projectId,
      parentRevisionId: history[1]?.id,
      prompts: [],
      summary: { predictedIou: 0.91 },
    });
    expect(await masks.placeOf(db, mask.id)).toEqual({ imageId: image.id, projectId });
    expect(await masks.revision(db, newId())).toBeNull();
  });

  test('SV2 a branch leaves the head alone and is shown until its author writes again', async () => {
    const image = await makeImage(db, { projectId });
    const other = await makeUser(db);
    const mask = await makeMask(db, { imageId: image.id, authorId: userId });
    const branch = revision(mask.id, image.id, 2, {
      branch: true,
      parentRevisionId: mask.headId,
      authorId: other.id,
    });
    await masks.appendRevision(db, branch);
    expect((await masks.forEditor(db, image.id))[0]).toMatchObject({
      branchRevisionId: branch.id,
      head: { id: mask.headId },
    });
    await masks.appendRevision(db, revision(mask.id, image.id, 3));
    expect((await masks.forEditor(db, image.id))[0]?.branchRevisionId).toBe(branch.id);
    const merged = revision(mask.id, image.id, 4, { edit: 'revert', authorId: other.id });
    await masks.appendRevision(db, merged);
    expect((await masks.forEditor(db, image.id))[0]).toMatchObject({
      branchRevisionId: null,
      head: { id: merged.id },
    });
  });

  test('two saves to one mask at once come one after the other, and the second sees the first', async () => {
    const image = await makeImage(db, { projectId });
    const mask = await makeMask(db, { imageId: image.id, authorId: userId });
    const save = () =>
      inTransaction(db, async (tx) => {
        const locked = await masks.lockHead(tx, mask.id);
        if (!locked?.head) throw new Error('no head');
        const next = revision(mask.id, image.id, locked.lastSeq + 1, { parentRevisionId: locked.head.id });
        await masks.appendRevision(tx, next);
        return locked.head.seq;
      });
    const seen = await Promise.all([save(), save(), save(), save()]);
    expect(seen.sort()).toEqual([1, 2, 3, 4]);
    expect((await masks.history(db, mask.id)).map((row) => row.seq)).toEqual([5, 4, 3, 2, 1]);
    expect(await masks.lockHead(db, newId())).toBeNull();
  });

  test('SV1 an operation is recorded once, and its answer comes back with its dates', async () => {
    const image = await makeImage(db, { projectId });
    const mask = await makeMask(db, { imageId: image.id, authorId: userId });
    const [summary] = await masks.history(db, mask.id);
    const operation = {
      id: newId(),
      imageId: image.id,
      maskId: mask.id,
      userId,
      kind: 'revise',
      detail: { edit: 'draw' },
      result: { status: 'applied', revision: summary ?? null },
    } as const;
    expect(await masks.recordOperation(db, operation)).toBe(true);
    expect(await masks.recordOperation(db, operation)).toBe(false);
    const found = await masks.findOperations(db, [operation.id, newId()]);
    expect([...found.keys()]).toEqual([operation.id]);
    expect(found.get(operation.id)?.result).toEqual(operation.result);
  });

  test('a mask cannot become a part of its own part', async () => {
    const image = await makeImage(db, { projectId });
    const whole = await makeMask(db, { imageId: image.id, authorId: userId });
    const part = await makeMask(db, { imageId: image.id, authorId: userId, parentId: whole.id });
    const speck = await makeMask(db, { imageId: image.id, authorId: userId, parentId: part.id });
    expect(await masks.isWithin(db, speck.id, whole.id)).toBe(true);
    expect(await masks.isWithin(db, whole.id, speck.id)).toBe(false);
    expect(await masks.isWithin(db, whole.id, whole.id)).toBe(true);
  });
});

describe('SV4 history stays as it was', () => {
  test('revisions refuse to be changed, deleted or truncated', async () => {
    const image = await makeImage(db, { projectId });
    const mask = await makeMask(db, { imageId: image.id, authorId: userId });
    const where = { id: mask.headId };
    const refused = /only ever added/;
    await expect(db.maskRevision.update({ where, data: { area: 1 } })).rejects.toThrow(refused);
    await expect(db.maskRevision.delete({ where })).rejects.toThrow(refused);
    await expect(db.mask.delete({ where: { id: mask.id } })).rejects.toThrow(refused);
    await expect(db.$executeRaw`TRUNCATE "MaskRevision" CASCADE`).rejects.toThrow(refused);
    expect(await masks.history(db, mask.id)).toHaveLength(1);
  });

  test('they go when their image is really deleted, and with its project', async () => {
    const project = await makeProject(db);
    const image = await makeImage(db, { projectId: project.id });
    const other = await makeImage(db, { projectId: project.id });
    for (const { id } of [image, other]) {
      const whole = await makeMask(db, { imageId: id, authorId: project.ownerId, origin: 'corrected' });
      await makeMask(db, { imageId: id, authorId: project.ownerId, parentId: whole.id });
    }
    await db.image.delete({ where: { id: image.id } });
    expect(await db.maskRevision.count({ where: { imageId: image.id } })).toBe(0);
    await db.project.delete({ where: { id: project.id } });
    expect(await db.maskRevision.count({ where: { imageId: other.id } })).toBe(0);
  });
});

describe('what the database refuses whoever asks', () => {
  const cases: [string, Partial<masks.NewRevision>, RegExp][] = [
    ['an empty mask', { area: 0 }, /area_check/],
    ['an area larger than its box', { area: 81 }, /area_check/],
    ['a box without width', { box: { ...BOX, width: 0 } }, /area_check|box_check/],
    ['a box left of the image', { box: { ...BOX, x: -1 } }, /box_check/],
    ['a box beyond the right edge', { box: { ...BOX, x: 55 } }, /reaches outside its image of 64 x 48/],
    ['a box beyond the bottom edge', { box: { ...BOX, y: 41 } }, /reaches outside its image of 64 x 48/],
    ['a stability above 1', { stability: 1.01 }, /stability_check/],
    ['an IoU below 0', { iouWithParent: -0.1 }, /iouWithParent_check/],
    ['a seq of 0', { seq: 0 }, /seq_check/],
    ['a seq that is taken', { seq: 1 }, /Unique constraint/],
    ['negative time', { activeMs: -1 }, /activeMs_check/],
  ];
  test.each(cases)('%s', async (_, more, message) => {
    const image = await makeImage(db, { projectId });
    const mask = await makeMask(db, { imageId: image.id, authorId: userId });
    await expect(masks.appendRevision(db, revision(mask.id, image.id, 2, more))).rejects.toThrow(message);
  });

  test('hashes that are none, sizes of 0, colours that are none', async () => {
    await expect(makeImage(db, { projectId, sha256: 'A'.repeat(64) })).rejects.toThrow(/sha256_check/);
    await expect(makeImage(db, { projectId, width: 0 })).rejects.toThrow(/size_check/);
    await expect(
      db.labelClass.create({ data: { projectId, index: 9, name: 'x', colour: 'red' } }),
    ).rejects.toThrow(/colour_check/);
    await expect(db.user.create({ data: { email: 'Upper@example.org', name: 'x' } })).rejects.toThrow(
      /email_check/,
    );
  });

  test('a second demo project', async () => {
    const { id } = await makeProject(db);
    const { id: second } = await makeProject(db);
    await db.project.update({ where: { id }, data: { isDemo: true } });
    await expect(db.project.update({ where: { id: second }, data: { isDemo: true } })).rejects.toThrow();
  });
});
