// Servers for tests that need them. `npm test` starts them itself and hands the addresses over;
// `npx vitest --project integration` alone gets the same from here.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { applyMigrations, generateClientIfMissing } from '../lib/migrate.mjs';
import { startScratchPostgres } from '../lib/postgres.mjs';
import { startScratchRedis } from '../lib/redis.mjs';

export default async function setup() {
  // a folder of the run's own: whatever tests leave in it goes with it
  const folder = await mkdtemp(path.join(tmpdir(), 'maskloop-tests-'));
  process.env.TMPDIR = folder;
  const stopServers = await startServers();
  return async () => {
    await stopServers?.();
    await rm(folder, { recursive: true, force: true });
  };
}

async function startServers() {
  // only servers that were made to be thrown away: DATABASE_URL alone may be somebody's real one
  if (process.env.MASKLOOP_TEST_SERVERS === 'given') return;
  await generateClientIfMissing();
  const postgres = await startScratchPostgres({ label: 'vitest' });
  const redis = await startScratchRedis();
  await applyMigrations(postgres.url);
  process.env.DATABASE_URL = postgres.url;
  if (redis) process.env.REDIS_URL_TEST = redis.url;
  return async () => {
    await redis?.stop();
    await postgres.stop();
  };
}
