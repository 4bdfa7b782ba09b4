import type { Db } from '@maskloop/db';

/**
 * Fills tables without their indexes, which are built afterwards in one go, in the caller's transaction: a million rows
 * one by one into ten indexes take several times as long. Foreign keys and triggers rest meanwhile.
 */
export async function bulkLoad(tx: Db, tables: readonly string[], fill: () => Promise<void>): Promise<void> {
  await tx.$executeRaw`SET LOCAL session_replication_role = replica`;
  await tx.$executeRaw`SET LOCAL maintenance_work_mem = '256MB'`;
  await tx.$executeRaw`SET LOCAL work_mem = '256MB'`;
  const indexes = await tx.$queryRaw<{ name: string; sql: string }[]>`
    SELECT c.relname AS "name", pg_get_indexdef(x.indexrelid) AS "sql"
    FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
    WHERE t.relname = ANY (${tables}::text[]) AND NOT x.indisprimary`;
  for (const { name } of indexes) await tx.$executeRawUnsafe(`DROP INDEX "${name}"`);
  await fill();
  for (const { sql } of indexes) await tx.$executeRawUnsafe(sql);
}
