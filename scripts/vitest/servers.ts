// Servers for tests that need them. `npm test` starts them itself and hands the addresses over;
// `npx vitest --project integration` alone gets the same from here.
import { applyMigrations, generateClientIfMissing } from '../lib/migrate.mjs';
import { startScratchPostgres } from '../lib/postgres.mjs';
import { startScratchRedis } from '../lib/redis.mjs';

export default async function setup() {
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
