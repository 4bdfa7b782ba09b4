// Servers for tests that need them. `npm test` starts them itself and hands the addresses over;
// `npx vitest --project integration` alone gets the same from here.
import { applyMigrations, generateClientIfMissing } from '../lib/migrate.mjs';
import { startScratchPostgres } from '../lib/postgres.mjs';
import { startScratchRedis } from '../lib/redis.mjs';

export default async function setup() {
  await generateClientIfMissing();
  const started: { stop: () => Promise<void> }[] = [];
  if (!process.env.DATABASE_URL) {
    const postgres = await startScratchPostgres({ label: 'vitest' });
    started.push(postgres);
    process.env.DATABASE_URL = postgres.url;
    await applyMigrations(postgres.url);
  }
  if (!process.env.REDIS_URL_TEST) {
    const redis = await startScratchRedis();
    if (redis) {
      started.push(redis);
      process.env.REDIS_URL_TEST = redis.url;
    }
  }
  return async () => {
    for (const server of started) await server.stop();
  };
}
