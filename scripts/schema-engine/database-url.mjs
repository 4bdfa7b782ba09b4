/** Parameters that Prisma reads from the address and PostgreSQL does not know. */
const PRISMA_ONLY = ['schema', 'connection_limit', 'pool_timeout', 'pgbouncer'];

/** @param {string} address postgresql://user:password@host:port/database?schema=… */
export function parseDatabaseUrl(address) {
  const url = new URL(address);
  const schema = url.searchParams.get('schema') ?? 'public';
  for (const name of PRISMA_ONLY) url.searchParams.delete(name);
  const database = decodeURIComponent(url.pathname.slice(1)) || 'postgres';
  return { connectionString: url.toString(), schema, database, host: url.host, user: url.username };
}

/**
 * @param {string} address
 * @param {string} database
 * @returns {string} the same server, another database
 */
export function withDatabase(address, database) {
  const url = new URL(parseDatabaseUrl(address).connectionString);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.toString();
}
