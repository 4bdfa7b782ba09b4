import { accounts, audit, type DbClient, invitations, news, sessions, users, workers } from '@maskloop/db';
import { type FreshDatabase, freshDatabase, makeProject, makeUser, randomSha256 } from '@maskloop/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

let fresh: FreshDatabase;
let db: DbClient;
beforeAll(async () => {
  fresh = await freshDatabase();
  db = fresh.db;
});
afterAll(() => fresh.close());

const HOUR = 3_600_000;

test('addresses are kept in lower case and are unique', async () => {
  const made = await users.create(db, { email: ' Ada@Example.ORG ', name: 'Ada', passwordHash: 'h' });
  expect(made.email).toBe('ada@example.org');
  expect(await users.byEmail(db, 'ADA@example.org')).toMatchObject({ id: made.id, passwordHash: 'h' });
  expect(made).not.toHaveProperty('passwordHash');
  await expect(users.create(db, { email: 'ada@EXAMPLE.org', name: 'B' })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    details: { field: 'email' },
  });
});

test('preferences change alone, and the list says who has a password', async () => {
  const { id } = await makeUser(db, { passwordHash: null });
  await users.updatePreferences(db, id, { locale: 'ko', theme: undefined });
  expect(await users.byId(db, id)).toMatchObject({ locale: 'ko', theme: 'auto' });
  await users.setPassword(db, id, 'hash');
  await users.touch(db, id);
  await makeProject(db, { ownerId: id });
  expect((await users.list(db)).find((row) => row.id === id)).toMatchObject({
    hasPassword: true,
    projects: 1,
  });
  expect((await users.list(db)).find((row) => row.id === id)?.lastSeenAt).toBeInstanceOf(Date);
  expect(await users.passwordHashOf(db, id)).toBe('hash');
  expect(await users.rolesOf(db, id)).toEqual(['lead']);
});

test('VS1 a visit ends after a pause, looking again moves nothing, and programs do not count', async () => {
  const { id } = await makeUser(db);
  const ended = () => news.lastVisitOf(db, id);
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  await users.visit(db, id);
  expect(await ended()).toBeNull();
  const pause = async (minutes: number) => {
    const at = ago(minutes);
    await db.user.update({ where: { id }, data: { visitedAt: at, lastSeenAt: at } });
    return at;
  };
  await pause(29);
  await users.visit(db, id);
  expect(await ended()).toBeNull();
  const left = await pause(31);
  await users.touch(db, id);
  expect(await ended()).toBeNull();
  await users.visit(db, id);
  await users.visit(db, id);
  await pause(5);
  await users.visit(db, id);
  expect(await ended()).toEqual(left);
});

test('a session lives until it ends, is revoked, or its person is disabled', async () => {
  const user = await makeUser(db, { isAdmin: true });
  const open = await sessions.create(db, { userId: user.id, ttlMs: HOUR, userAgent: 'x'.repeat(1_000) });
  const over = await sessions.create(db, { userId: user.id, ttlMs: -1 });
  const other = await sessions.create(db, { userId: user.id, ttlMs: HOUR });
  expect(await sessions.live(db, open.id)).toMatchObject({
    session: { id: open.id },
    user: { id: user.id, isAdmin: true },
  });
  expect(await sessions.live(db, over.id)).toBeNull();
  expect((await sessions.list(db, user.id)).map((row) => row.id).sort()).toEqual([open.id, other.id].sort());

  const stranger = await makeUser(db);
  expect(await sessions.revoke(db, { sessionId: open.id, userId: stranger.id })).toBe(false);
  expect(await sessions.revokeAllExcept(db, user.id, open.id)).toBe(2);
  expect(await sessions.live(db, other.id)).toBeNull();
  expect(await sessions.live(db, open.id)).not.toBeNull();
  await users.setDisabled(db, user.id, true);
  expect(await sessions.live(db, open.id)).toBeNull();
  await users.setDisabled(db, user.id, false);
  expect(await sessions.live(db, open.id)).toBeNull();
});

test('an invitation works once, until it ends, and a new one ends the old', async () => {
  const { id: userId } = await makeUser(db);
  const [first, second] = [randomSha256(), randomSha256()];
  await invitations.create(db, { userId, tokenHash: first, ttlMs: HOUR });
  await invitations.create(db, { userId, tokenHash: second, ttlMs: HOUR });
  expect(await invitations.open(db, first)).toBeNull();
  const open = await invitations.open(db, second);
  expect(open?.user.id).toBe(userId);
  expect(await invitations.accept(db, open?.id ?? '')).toBe(true);
  expect(await invitations.accept(db, open?.id ?? '')).toBe(false);
  expect(await invitations.open(db, second)).toBeNull();
});

test("a provider's account is linked to the person with its verified address, and to nobody else", async () => {
  const user = await makeUser(db, { email: 'linked@example.org' });
  const account = { provider: 'github', providerAccountId: '42' };
  expect(await accounts.findOrLink(db, { ...account, email: null })).toBeNull();
  expect(await accounts.findOrLink(db, { ...account, email: 'nobody@example.org' })).toBeNull();
  const twice = await Promise.all(
    [1, 2].map(() => accounts.findOrLink(db, { ...account, email: 'linked@example.org' })),
  );
  expect(twice.map((found) => found?.id)).toEqual([user.id, user.id]);
  expect((await accounts.findOrLink(db, { ...account, email: null }))?.id).toBe(user.id);
});

test('the audit log pages backwards without gaps', async () => {
  const user = await makeUser(db);
  for (let i = 0; i < 5; i++) {
    await audit.append(db, { userId: user.id, action: 'test.page', subject: String(i), detail: { i } });
  }
  const first = await audit.page(db, { action: 'test.page', limit: 3 });
  const second = await audit.page(db, { action: 'test.page', limit: 3, cursor: first.nextCursor ?? '' });
  expect([...first.items, ...second.items].map((row) => row.subject)).toEqual(['4', '3', '2', '1', '0']);
  expect(first.items[0]).toMatchObject({ user: { id: user.id }, detail: { i: 4 } });
  expect(second.nextCursor).toBeNull();
});

test('workers show what they hold and whether they live', async () => {
  const id = crypto.randomUUID();
  await workers.register(db, { id, host: 'box', pid: 7, queues: ['inference'] });
  expect(await workers.heartbeat(db, id, { provider: 'cpu', models: ['m'], imagesPerMinute: 3.5 })).toBe(
    true,
  );
  expect(await workers.heartbeat(db, id)).toBe(true);
  const find = async () => (await workers.list(db)).find((row) => row.id === id);
  expect(await find()).toMatchObject({ provider: 'cpu', models: ['m'], imagesPerMinute: 3.5, alive: true });
  await db.worker.update({ where: { id }, data: { heartbeatAt: new Date(Date.now() - HOUR) } });
  expect(await find()).toMatchObject({ alive: false });
  expect(await workers.removeDead(db, HOUR / 2)).toBe(1);
  expect(await workers.heartbeat(db, id)).toBe(false);
});
