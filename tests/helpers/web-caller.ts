// Calls procedures in-process, as a signed-in person or as nobody, on a real database.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadWebEnv } from '@maskloop/config';
import { sessions } from '@maskloop/db';
import { type FreshDatabase, freshDatabase } from '@maskloop/db/testing';
import { createStore, type ObjectStore } from '@maskloop/storage';
import pino from 'pino';
import { afterAll, beforeAll } from 'vitest';
import { createCaller } from '../../apps/web/src/server/routers/_app.ts';

type Database = Pick<FreshDatabase, 'db' | 'url'>;

/** A database of the test file's own, which is also the one that the web server's own services use. */
export function useDatabase(): Database {
  let fresh: FreshDatabase;
  beforeAll(async () => {
    fresh = await freshDatabase();
    process.env.DATABASE_URL = fresh.url;
  });
  afterAll(() => fresh?.close());
  return {
    get db() {
      return fresh.db;
    },
    get url() {
      return fresh.url;
    },
  };
}

/**
 * @param userId null: somebody who is not signed in
 * @param blobs  an object store that is there already; left out: one of its own
 */
export async function callerFor(database: Database, userId: string | null, blobs?: ObjectStore) {
  const env = loadWebEnv({
    DATABASE_URL: database.url,
    NEXTAUTH_SECRET: 'x'.repeat(32),
    STORAGE_DIR: await mkdtemp(path.join(tmpdir(), 'maskloop-test-blobs-')),
    QUEUE_BACKEND: 'postgres',
  });
  const store = blobs ?? createStore(env);
  const made = userId ? await sessions.create(database.db, { userId, ttlMs: 3_600_000 }) : null;
  const session = made ? await sessions.live(database.db, made.id) : null;
  const log = pino({ level: process.env.TEST_LOG ?? 'silent' });
  const caller = createCaller({ env, db: database.db, store, log, session, address: null, crossSite: false });
  return { caller, env, store };
}
