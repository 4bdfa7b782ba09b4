// What the editor's outbox relies on: SV (saving), PV (provenance), MK (masks), AS (leases) through real procedures.
import { masks, newId } from '@maskloop/db';
import { makeImage, makeMask, makeModel, makeProject, makeUser, rectangleCounts } from '@maskloop/db/testing';
import type { MaskOperationInput, OperationResult } from '@maskloop/domain';
import { beforeEach, describe, expect, test } from 'vitest';
import { callerFor, useDatabase } from '../../helpers/web-caller.ts';

const SIZE = { width: 64, height: 48 };
const square = (x: number, side = 10) => rectangleCounts({ x, y: 4, width: side, height: side }, SIZE);

const database = useDatabase();

type Caller = Awaited<ReturnType<typeof callerFor>>['caller'];
let imageId: string;
let projectId: string;
let classIds: readonly string[];
let modelVersionId: string;
let ann: { id: string; caller: Caller };
let bob: { id: string; caller: Caller };

beforeEach(async () => {
  const { db } = database;
  const people = await Promise.all([makeUser(db, { name: 'Ann' }), makeUser(db, { name: 'Bob' })]);
  const [first, second] = people;
  modelVersionId = (await makeModel(db)).id;
  const project = await makeProject(db, {
    modelVersionId,
    members: people.map(({ id }) => ({ userId: id, role: 'annotator' })),
  });
  projectId = project.id;
  classIds = project.classIds;
  imageId = (await makeImage(db, { projectId, ...SIZE })).id;
  ann = { id: first.id, caller: (await callerFor(database, first.id)).caller };
  bob = { id: second.id, caller: (await callerFor(database, second.id)).caller };
});

async function save(
  who: { caller: Caller },
  ...operations: MaskOperationInput[]
): Promise<OperationResult[]> {
  const { answers } = await who.caller.mask.save({ imageId, operations });
  return answers.map(({ result }) => result);
}

const draw = (maskId: string, counts: string, baseRevisionId: string | null = null, id = newId()) =>
  ({ kind: 'revise', id, maskId, baseRevisionId, edit: 'draw', counts }) as const;

const headOf = async (maskId: string) => (await masks.lockHead(database.db, maskId))?.head;

describe('saving', () => {
  test('SV1 an operation sent twice is applied once and answered the same', async () => {
    const maskId = newId();
    const operation = draw(maskId, square(3));
    const [first] = await save(ann, operation);
    const { answers } = await ann.caller.mask.save({ imageId, operations: [operation] });
    expect(answers[0]).toEqual({ id: operation.id, repeated: true, result: first });
    expect(await masks.history(database.db, maskId)).toHaveLength(1);
  });

  test('SV1 the same operation sent twice at the same time makes one revision', async () => {
    const maskId = newId();
    const [made] = await save(ann, draw(maskId, square(3)));
    if (made?.status !== 'applied' || !made.revision) throw new Error('not applied');
    const again = draw(maskId, square(9), made.revision.id);
    const outcomes = await Promise.allSettled([save(ann, again), save(ann, again), save(ann, again)]);
    expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await masks.history(database.db, maskId)).toHaveLength(2);
  });

  test('SV2 a stale write is kept as a branch, and its author can take it over', async () => {
    const maskId = newId();
    const first = draw(maskId, square(3));
    await save(ann, first);
    await save(bob, draw(maskId, square(20), first.id));
    const [late] = await save(ann, draw(maskId, square(40), first.id));
    expect(late?.status).toBe('branched');
    if (late?.status !== 'branched') return;
    expect((await headOf(maskId))?.counts).toBe(square(20));
    const loaded = await ann.caller.mask.load({ imageId });
    expect(loaded.masks[0]?.branchRevisionId).toBe(late.revisionId);

    const [mine] = await save(ann, {
      kind: 'revert',
      id: newId(),
      maskId,
      baseRevisionId: late.head.id,
      toRevisionId: late.revisionId,
    });
    expect(mine?.status).toBe('applied');
    expect((await headOf(maskId))?.counts).toBe(square(40));
  });

  test('SV2 drawing on a mask that somebody removed meanwhile loses nothing', async () => {
    const maskId = newId();
    const first = draw(maskId, square(3));
    await save(ann, first);
    await save(bob, { kind: 'remove', id: newId(), maskId });
    const [late] = await save(ann, draw(maskId, square(12), first.id));
    expect(late?.status).toBe('branched');
    expect(await masks.history(database.db, maskId)).toHaveLength(2);
  });

  test.each([
    ['one run too few', (counts: string) => counts.slice(0, -2), /counts/],
    [
      'another image size',
      () => rectangleCounts({ x: 0, y: 0, width: 5, height: 5 }, { width: 10, height: 10 }),
      /add up|sum/,
    ],
    ['no pixel', () => rectangleCounts({ x: 0, y: 0, width: 64, height: 48 }, SIZE).slice(1), /counts/],
    ['not a code at all', () => 'DROP TABLE "Mask"', /counts/],
  ])('SV3 run lengths with %s are refused and nothing is stored', async (_name, tamper, message) => {
    const maskId = newId();
    const [result] = await save(ann, draw(maskId, tamper(square(3))));
    expect(result).toMatchObject({ status: 'refused', code: 'INVALID_INPUT' });
    expect(result?.status === 'refused' && result.message).toMatch(message);
    expect(await database.db.mask.count({ where: { id: maskId } })).toBe(0);
  });

  test('SV4 a refused operation holds up none of the others', async () => {
    const good = newId();
    const results = await save(ann, draw(newId(), 'nonsense'), draw(good, square(3)));
    expect(results.map(({ status }) => status)).toEqual(['refused', 'applied']);
  });

  test('SV1 nobody can answer for another person’s operation', async () => {
    const maskId = newId();
    const operation = draw(maskId, square(3));
    await save(ann, operation);
    const [result] = await save(bob, operation);
    expect(result).toMatchObject({ status: 'refused', code: 'FORBIDDEN' });
  });
});

describe('provenance', () => {
  test('PV4 the server computes the origin from parent and edit', async () => {
    const { id: maskId, headId } = await makeMask(database.db, {
      imageId,
      authorId: null,
      origin: 'proposed',
      modelVersionId,
    });
    const [accepted] = await save(ann, { kind: 'accept', id: newId(), maskId, baseRevisionId: headId });
    expect(accepted).toMatchObject({
      status: 'applied',
      revision: { origin: 'accepted', iouWithProposal: 1 },
    });
    const head = await headOf(maskId);
    const [corrected] = await save(ann, draw(maskId, square(2), head?.id ?? null));
    expect(corrected).toMatchObject({ status: 'applied', revision: { origin: 'corrected' } });
    if (corrected?.status === 'applied') expect(corrected.revision?.iouWithProposal).toBeLessThan(1);
  });

  test('PV1 a person’s mask cannot be "accepted"', async () => {
    const maskId = newId();
    const first = draw(maskId, square(3));
    await save(ann, first);
    const [result] = await save(ann, { kind: 'accept', id: newId(), maskId, baseRevisionId: first.id });
    expect(result).toMatchObject({ status: 'refused', code: 'FORBIDDEN_EDIT' });
  });

  test('PV5 going back takes over pixels and origin', async () => {
    const { id: maskId, headId } = await makeMask(database.db, {
      imageId,
      authorId: null,
      origin: 'proposed',
    });
    const accept = { kind: 'accept', id: newId(), maskId, baseRevisionId: headId } as const;
    await save(ann, accept);
    const [undone] = await save(ann, {
      kind: 'revert',
      id: newId(),
      maskId,
      baseRevisionId: accept.id,
      toRevisionId: headId,
    });
    expect(undone).toMatchObject({ status: 'applied', revision: { origin: 'proposed', edit: 'revert' } });
  });

  test('PV6 a change of class makes no revision and changes no origin', async () => {
    const { id: maskId } = await makeMask(database.db, { imageId, authorId: null, origin: 'imported' });
    await save(ann, { kind: 'setClass', id: newId(), maskId, classId: classIds[1] ?? null });
    expect(await masks.history(database.db, maskId)).toHaveLength(1);
    expect((await headOf(maskId))?.origin).toBe('imported');
  });

  test('a prompted revision names its model and its prompts', async () => {
    const [result] = await save(ann, {
      kind: 'revise',
      id: newId(),
      maskId: newId(),
      baseRevisionId: null,
      edit: 'prompt',
      counts: square(3),
    });
    expect(result).toMatchObject({ status: 'refused', code: 'INVALID_INPUT' });
  });

  test('CU1, CU3 a trail keeps where it was asked, and looks closer at nothing beyond the picture', async () => {
    const maskId = newId();
    const round = { points: [{ x: 8, y: 8, label: 'foreground' as const }], box: null, candidate: 1 };
    const asked = (x1: number) => ({
      ...draw(maskId, square(3)),
      edit: 'prompt' as const,
      modelVersionId,
      prompts: [{ ...round, feedback: false, closeUp: { x0: 0, y0: 0, x1, y1: 40 } }],
    });
    expect(await save(ann, asked(65))).toEqual([
      {
        status: 'refused',
        code: 'INVALID_INPUT',
        message: 'prompts.0.closeUp.x1: at most 64, the width of the picture, got 65',
      },
    ]);
    const { prompts } = asked(64);
    expect(await save(ann, asked(64))).toMatchObject([{ status: 'applied' }]);
    const [mask] = (await ann.caller.mask.load({ imageId })).masks;
    expect(mask?.prompts).toEqual(prompts);

    const refused = (message: string) => [{ status: 'refused', code: 'INVALID_INPUT', message }];
    const closeUp = { x0: 0, y0: 0, x1: 40, y1: 40 };
    const point = { x: 40, y: 8, label: 'background' as const };
    const again = {
      ...asked(64),
      id: newId(),
      baseRevisionId: mask?.head.id ?? null,
      prompts: [...prompts, { ...round, points: [point], feedback: false, closeUp }],
    };
    expect(await save(ann, again)).toEqual(
      refused('prompts.1.points.0.x: at least 0 and below 40 in this close-up, got 40'),
    );
    // a mask that was taken up as it was: in a close-up that held it, and never for a new one
    const seeded = (part: typeof closeUp) => ({
      ...again,
      id: newId(),
      counts: square(4),
      prompts: [{ ...round, points: [{ ...point, x: 39, y: 39 }], feedback: true, closeUp: part }],
    });
    expect(await save(ann, seeded({ ...closeUp, x0: 8, y0: 8 }))).toEqual(
      refused('prompts.0.closeUp: must hold the earlier mask that is fed back as a whole, got 8-8-40-40'),
    );
    expect(await save(ann, { ...seeded(closeUp), maskId: newId(), baseRevisionId: null })).toEqual(
      refused('prompts.0.feedback: must be false in the first round of a new mask, got true'),
    );
    expect(await save(ann, seeded(closeUp))).toMatchObject([{ status: 'applied' }]);
  });

  test('MK1 parts stay in their image and nest in no circle', async () => {
    const [whole, part] = [newId(), newId()];
    await save(ann, draw(whole, square(3, 20)), { ...draw(part, square(5)), parentId: whole });
    const [circle] = await save(ann, { kind: 'setParent', id: newId(), maskId: whole, parentId: part });
    expect(circle).toMatchObject({ status: 'refused', code: 'INVALID_INPUT' });
    const elsewhere = await makeImage(database.db, { projectId, ...SIZE });
    const foreign = await makeMask(database.db, { imageId: elsewhere.id, authorId: ann.id });
    const [other] = await save(ann, { kind: 'setParent', id: newId(), maskId: part, parentId: foreign.id });
    expect(other).toMatchObject({ status: 'refused', code: 'INVALID_INPUT' });
  });

  test('EX a class of another project is refused', async () => {
    const other = await makeProject(database.db);
    const maskId = newId();
    const [result] = await save(ann, { ...draw(maskId, square(3)), classId: other.classIds[0] ?? null });
    expect(result).toMatchObject({ status: 'refused', code: 'NOT_FOUND' });
  });
});

describe('leases', () => {
  test('AS1 of two people who open an image at once one gets it, and the other is told who', async () => {
    const claims = await Promise.all([
      ann.caller.assignment.claim({ imageId }),
      bob.caller.assignment.claim({ imageId }),
    ]);
    expect(claims.filter(({ held }) => held)).toHaveLength(1);
    const loser = claims.find(({ held }) => !held);
    expect(loser && 'holder' in loser && ['Ann', 'Bob']).toContain(
      loser && 'holder' in loser ? loser.holder.name : '',
    );
  });

  test('AS5 somebody who never had the image cannot save into it while it is held', async () => {
    await ann.caller.assignment.claim({ imageId });
    await expect(save(bob, draw(newId(), square(3)))).rejects.toThrow('Ann is labeling this image');
  });

  test('AS5 late work of somebody whose lease ran out is taken in', async () => {
    const claim = await ann.caller.assignment.claim({ imageId });
    if (!claim.held) throw new Error('not held');
    await database.db.assignment.update({
      where: { id: claim.assignmentId },
      data: { expiresAt: new Date(Date.now() - 1_000) },
    });
    const taken = await bob.caller.assignment.claim({ imageId });
    expect(taken.held).toBe(true);
    const [late] = await save(ann, draw(newId(), square(3)));
    expect(late?.status).toBe('applied');
  });

  test('AS2 submitting ends the lease, and the image keeps the stage it was made in', async () => {
    await ann.caller.assignment.claim({ imageId });
    await ann.caller.assignment.submit({ imageId });
    const row = await database.db.image.findUniqueOrThrow({ where: { id: imageId } });
    expect(row).toMatchObject({ status: 'submitted', stage: 'assisted_manual' });
    await expect(ann.caller.assignment.submit({ imageId })).rejects.toThrow(/do not hold/);
  });
});

test('a field out of its limits is named with limit and value', async () => {
  await expect(ann.caller.image.skip({ imageId, reason: 'x'.repeat(10_001) })).rejects.toThrow(
    /reason.*10000|Too big/s,
  );
});
