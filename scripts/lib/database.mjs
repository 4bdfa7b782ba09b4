// Brings a database to the newest migration; asks it first, because the CLI takes seconds to say "nothing to do".
import fs from 'node:fs';
import { applyMigrations } from './migrate.mjs';
import { inRoot } from './paths.mjs';
import { loadPg } from './postgres.mjs';

/** @param {string} databaseUrl @returns {Promise<'migrated' | 'current'>} */
export async function migrateIfNeeded(databaseUrl) {
  const folder = inRoot('prisma', 'migrations');
  const wanted = fs.existsSync(folder)
    ? fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    : [];
  const applied = await appliedMigrations(databaseUrl);
  if (wanted.every(({ name }) => applied.has(name))) return 'current';
  await applyMigrations(databaseUrl);
  return 'migrated';
}

/** @param {string} databaseUrl @returns {Promise<Set<string>>} finished ones; none when the database is new or out of reach */
async function appliedMigrations(databaseUrl) {
  const url = new URL(databaseUrl);
  const schema = url.searchParams.get('schema') ?? 'public';
  url.searchParams.delete('schema'); // Prisma's own parameter
  const client = new (loadPg().Client)({ connectionString: url.toString(), connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query(
      `select migration_name from ${client.escapeIdentifier(schema)}._prisma_migrations where finished_at is not null and rolled_back_at is null`,
    );
    return new Set(rows.map((row) => row.migration_name));
  } catch {
    return new Set(); // the CLI says what is wrong, in its own words
  } finally {
    await client.end().catch(() => {});
  }
}
