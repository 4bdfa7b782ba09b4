import { type DbClient, inTransaction } from '@maskloop/db';
import { type FreshDatabase, freshDatabase } from '@maskloop/db/testing';
import type { ProjectEvent } from '@maskloop/domain';
import { createEventHub, type EventHub, publish, type Subscription } from '@maskloop/jobs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

let fresh: FreshDatabase;
let db: DbClient;
let hub: EventHub;
const errors: Error[] = [];
beforeAll(async () => {
  fresh = await freshDatabase();
  db = fresh.db;
});
beforeEach(() => {
  hub = createEventHub(fresh.url, (error) => errors.push(error));
});
afterEach(() => hub.close());
afterAll(() => fresh.close());

const PROJECT = '11111111-1111-7111-8111-111111111111';
const OTHER = '22222222-2222-7222-8222-222222222222';
const added = (n: number): ProjectEvent => ({
  type: 'image.added',
  imageId: `33333333-3333-7333-8333-${String(n).padStart(12, '0')}`,
});

async function take<T>(subscription: Subscription<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  if (count === 0) return taken;
  for await (const event of subscription) {
    taken.push(event);
    if (taken.length === count) break;
  }
  return taken;
}

test("a project's pages hear its events in order, and no others", async () => {
  const mine = hub.subscribe(PROJECT);
  const everything = hub.subscribeAll();
  await Promise.all([mine.ready, everything.ready]);
  await publish(db, PROJECT, added(1));
  await publish(db, OTHER, added(2));
  await publish(db, PROJECT, added(3));
  expect(await take(mine, 2)).toEqual([added(1), added(3)]);
  expect((await take(everything, 3)).map((envelope) => envelope.projectId)).toEqual([
    PROJECT,
    OTHER,
    PROJECT,
  ]);
});

test('an event goes out with the commit, and not without it', async () => {
  const heard = hub.subscribe(PROJECT);
  await heard.ready;
  await expect(
    inTransaction(db, async (tx) => {
      await publish(tx, PROJECT, added(1));
      throw new Error('rolled back');
    }),
  ).rejects.toThrow('rolled back');
  await inTransaction(db, async (tx) => {
    await publish(tx, PROJECT, added(2));
    // another connection's event is faster than the one that waits for its commit
    await publish(db, PROJECT, added(3));
  });
  expect(await take(heard, 2)).toEqual([added(3), added(2)]);
});

test('iteration ends with the signal, at once and for good', async () => {
  const controller = new AbortController();
  const heard = hub.subscribe(PROJECT, controller.signal);
  await heard.ready;
  const all = take(heard, 5);
  await publish(db, PROJECT, added(1));
  await new Promise((resolve) => setTimeout(resolve, 50));
  controller.abort();
  expect(await all).toEqual([added(1)]);
  expect(await take(hub.subscribe(PROJECT, controller.signal), 1)).toEqual([]);
});

test('a lost connection is restored, and readers are told that they missed something', async () => {
  const heard = hub.subscribe(PROJECT);
  await heard.ready;
  await db.$queryRaw`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'maskloop-events' AND datname = current_database()`;
  expect(await take(hub.subscribe(PROJECT), 1)).toEqual([{ type: 'project.changed' }]);
  await publish(db, PROJECT, added(7));
  expect(await take(heard, 2)).toEqual([{ type: 'project.changed' }, added(7)]);
});

test('a reader that fell far behind is told to read everything anew', async () => {
  const heard = hub.subscribe(PROJECT);
  await heard.ready;
  await inTransaction(db, async (tx) => {
    for (let i = 0; i < 1_005; i++) await publish(tx, PROJECT, added(i));
  });
  await publish(db, PROJECT, added(9_999));
  await new Promise((resolve) => setTimeout(resolve, 300));
  const events = await take(heard, 2);
  expect(events[0]).toEqual({ type: 'project.changed' });
  expect(events[1]).toEqual(added(1_000));
});

test('an event that PostgreSQL would not carry is refused with its size', async () => {
  const event: ProjectEvent = {
    type: 'job',
    jobId: PROJECT,
    name: 'x'.repeat(9_000),
    state: 'done',
    progress: 1,
    imageId: null,
  };
  await expect(publish(db, PROJECT, event)).rejects.toThrow(/event job: \d+ bytes.*7999/);
});

test('what another version sends is reported and passed over', async () => {
  const heard = hub.subscribe(PROJECT);
  await heard.ready;
  await db.$executeRaw`SELECT pg_notify('maskloop_events', '{"projectId":"nonsense"}')`;
  await publish(db, PROJECT, added(1));
  expect(await take(heard, 1)).toEqual([added(1)]);
  expect(errors.some((error) => /not understood/.test(error.message))).toBe(true);
});
