import { assignments, type DbClient, images } from '@maskloop/db';
import { type FreshDatabase, freshDatabase, makeImage, makeProject, makeUser } from '@maskloop/db/testing';
import type { WorkOrder } from '@maskloop/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';

let fresh: FreshDatabase;
let db: DbClient;
beforeAll(async () => {
  fresh = await freshDatabase({ connections: 12 });
  db = fresh.db;
});
afterAll(() => fresh.close());

const LEASE = 60_000;
const WORK = { leaseMs: LEASE, statuses: ['open', 'sent-back'], order: 'uncertainty' } as const;

test('AS1 of many who claim one image at once, one holds it and the others learn who', async () => {
  const { id: projectId } = await makeProject(db);
  const { id: imageId } = await makeImage(db, { projectId });
  const people = await Promise.all(Array.from({ length: 10 }, () => makeUser(db)));
  const claims = await Promise.all(
    people.map((person) => assignments.claim(db, { imageId, userId: person.id, leaseMs: LEASE })),
  );
  const held = claims.flatMap((claim, at) => (claim.held ? [people[at]] : []));
  expect(held).toHaveLength(1);
  for (const claim of claims) {
    if (!claim.held) expect(claim.holder).toEqual({ id: held[0]?.id, name: held[0]?.name });
    expect(claim.expiresAt.getTime()).toBeGreaterThan(Date.now());
  }
  expect((await images.forEditor(db, imageId))?.holder).toMatchObject({ id: held[0]?.id });
});

test('AS1 who claims again keeps the same assignment, with a later end', async () => {
  const { id: projectId, ownerId: userId } = await makeProject(db);
  const { id: imageId } = await makeImage(db, { projectId });
  const first = await assignments.claim(db, { imageId, userId, leaseMs: 1_000 });
  const again = await assignments.claim(db, { imageId, userId, leaseMs: LEASE });
  if (!first.held || !again.held) throw new Error('not held');
  expect(again.assignmentId).toBe(first.assignmentId);
  expect(again.expiresAt.getTime()).toBeGreaterThan(first.expiresAt.getTime());
});

test('AS2 a lease that ran out is taken over; its owner can neither renew nor submit', async () => {
  const { id: projectId, ownerId } = await makeProject(db);
  const other = await makeUser(db);
  const { id: imageId } = await makeImage(db, { projectId });
  const first = await assignments.claim(db, { imageId, userId: ownerId, leaseMs: -1 });
  if (!first.held) throw new Error('not held');
  expect(await assignments.holder(db, imageId)).toBeNull();
  expect(
    await assignments.renew(db, { assignmentId: first.assignmentId, userId: ownerId, leaseMs: LEASE }),
  ).toBeNull();
  expect(await assignments.submit(db, imageId, ownerId)).toBeNull();
  const second = await assignments.claim(db, { imageId, userId: other.id, leaseMs: LEASE });
  expect(second.held).toBe(true);
  const states = await db.assignment.findMany({ where: { imageId }, orderBy: { leasedAt: 'asc' } });
  expect(states.map((row) => row.state)).toEqual(['expired', 'active']);
  expect(await assignments.hadLease(db, imageId, ownerId)).toBe(true);
});

test('AS4 renewal, release and submission work for the holder alone, and an end is final', async () => {
  const { id: projectId, ownerId: userId } = await makeProject(db);
  const other = await makeUser(db);
  const { id: imageId } = await makeImage(db, { projectId });
  const claim = await assignments.claim(db, { imageId, userId, leaseMs: LEASE });
  if (!claim.held) throw new Error('not held');
  const { assignmentId } = claim;
  expect(await assignments.renew(db, { assignmentId, userId: other.id, leaseMs: LEASE })).toBeNull();
  expect(await assignments.release(db, assignmentId, other.id)).toBeNull();
  expect(await assignments.renew(db, { assignmentId, userId, leaseMs: 2 * LEASE })).toMatchObject({
    imageId,
  });
  expect(await assignments.projectOf(db, assignmentId)).toEqual({ projectId, imageId, userId });
  expect(await assignments.submit(db, imageId, other.id)).toBeNull();
  expect(await assignments.submit(db, imageId, userId)).toBe(assignmentId);
  expect(await assignments.release(db, assignmentId, userId)).toBeNull();
  expect(await assignments.renew(db, { assignmentId, userId, leaseMs: LEASE })).toBeNull();
});

test('people who ask for the next image at once get different ones, and nothing when all are taken', async () => {
  const { id: projectId } = await makeProject(db);
  for (let i = 0; i < 6; i++) await makeImage(db, { projectId });
  await makeImage(db, { projectId, status: 'submitted' });
  const people = await Promise.all(Array.from({ length: 8 }, () => makeUser(db)));
  const got = await Promise.all(
    people.map((person) => assignments.claimNext(db, { ...WORK, projectId, userId: person.id })),
  );
  const imageIds = got.flatMap((next) => (next ? [next.imageId] : []));
  expect(imageIds).toHaveLength(6);
  expect(new Set(imageIds).size).toBe(6);
});

test('AS6 next: what was sent back to the person, what is assigned to them, priority, what the model is least sure of', async () => {
  const { id: projectId, ownerId: userId } = await makeProject(db);
  const plain = await makeImage(db, { projectId });
  const unsure = await makeImage(db, { projectId });
  const urgent = await makeImage(db, { projectId, priority: 5 });
  const mine = await makeImage(db, { projectId });
  await db.image.update({ where: { id: unsure.id }, data: { uncertainty: 0.9 } });
  await assignments.claim(db, { imageId: mine.id, userId, leaseMs: LEASE });
  await assignments.submit(db, mine.id, userId);
  await images.setStatus(db, mine.id, { status: 'sent-back' });
  const given = await makeImage(db, { projectId });
  const others = await makeImage(db, { projectId, priority: 9 });
  const other = await makeUser(db);
  await assignments.assign(db, { projectId, imageIds: [mine.id, given.id], userId });
  await assignments.assign(db, { projectId, imageIds: [others.id], userId: other.id });
  const order: string[] = [];
  for (let i = 0; i < 5; i++) {
    const next = await assignments.claimNext(db, { ...WORK, projectId, userId });
    if (next) order.push(next.imageId);
  }
  expect(order).toEqual([mine.id, given.id, urgent.id, unsure.id, plain.id]);
  expect(await assignments.claimNext(db, { ...WORK, projectId, userId })).toBeNull();
  expect(await assignments.assign(db, { projectId, imageIds: [others.id, others.id], userId: null })).toBe(1);
  expect((await assignments.claimNext(db, { ...WORK, projectId, userId }))?.imageId).toBe(others.id);
});

test('next passes over images the person just left, and takes ones whose lease ran out', async () => {
  const { id: projectId, ownerId: userId } = await makeProject(db);
  const other = await makeUser(db);
  const left = await makeImage(db, { projectId });
  const stale = await makeImage(db, { projectId });
  await assignments.claim(db, { imageId: stale.id, userId: other.id, leaseMs: -1 });
  const next = await assignments.claimNext(db, { ...WORK, projectId, userId, except: [left.id] });
  expect(next?.imageId).toBe(stale.id);
});

test('a lead frees an image, whoever holds it', async () => {
  const { id: projectId, ownerId: userId } = await makeProject(db);
  const { id: imageId } = await makeImage(db, { projectId });
  await assignments.claim(db, { imageId, userId, leaseMs: LEASE });
  expect(await assignments.releaseImages(db, projectId, [imageId])).toEqual([imageId]);
  expect(await assignments.releaseImages(db, projectId, [imageId])).toEqual([]);
  expect(await assignments.holder(db, imageId)).toBeNull();
});

test('AS7 among images of one priority the project chooses the order, and random is the same for everybody', async () => {
  const { id: projectId, ownerId } = await makeProject(db);
  const made: Record<string, string> = {};
  for (const [name, uncertainty] of [
    ['d.png', 0.2],
    ['a.png', null],
    ['c.png', 0.9],
    ['b.png', 0.4],
  ] as const) {
    const { id } = await makeImage(db, { projectId, name });
    await db.image.update({ where: { id }, data: { uncertainty } });
    made[id] = name;
  }
  const first = await makeImage(db, { projectId, name: 'z.png', priority: 1 });
  made[first.id] = 'z.png';
  const walk = async (order: WorkOrder, userId: string) => {
    const seen: string[] = [];
    for (;;) {
      const next = await assignments.claimNext(db, { ...WORK, projectId, userId, order });
      if (!next) break;
      seen.push(made[next.imageId] ?? '');
    }
    await assignments.releaseImages(db, projectId, Object.keys(made));
    return seen;
  };
  expect(await walk('uncertainty', ownerId)).toEqual(['z.png', 'c.png', 'b.png', 'd.png', 'a.png']);
  expect(await walk('name', ownerId)).toEqual(['z.png', 'a.png', 'b.png', 'c.png', 'd.png']);
  expect(await walk('newest', ownerId)).toEqual(['z.png', 'b.png', 'c.png', 'a.png', 'd.png']);
  const random = await walk('random', ownerId);
  expect([random[0], [...random].sort()]).toEqual(['z.png', ['a.png', 'b.png', 'c.png', 'd.png', 'z.png']]);
  expect(await walk('random', (await makeUser(db)).id)).toEqual(random);
});
