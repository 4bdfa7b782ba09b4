import { PrismaPg } from '@prisma/adapter-pg';
import { type Prisma, PrismaClient } from './generated/client.ts';

/** A connected client; only composition roots and tests hold one. */
export type DbClient = PrismaClient;

/** What every function of this package takes first: the client, or the transaction the caller opened. */
export type Db = Prisma.TransactionClient;

export interface DbOptions {
  /** most connections of the pool */
  readonly connections?: number;
}

/** @param url `postgresql://…`; the caller closes the client with `$disconnect()` */
export function createDb(url: string, { connections = 10 }: DbOptions = {}): DbClient {
  const adapter = new PrismaPg(
    { connectionString: url, max: connections },
    // a server that goes away is reported by the query that meets it; an idle connection's end is no news
    { onPoolError: () => {}, onConnectionError: () => {} },
  );
  return new PrismaClient({ adapter });
}

// on globalThis, because Next's development server loads modules anew with every change
const shared = globalThis as { __maskloopDb?: DbClient };

/** The process's one client, on DATABASE_URL. */
export function getDb(): DbClient {
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error('DATABASE_URL is not set');
  shared.__maskloopDb ??= createDb(url);
  return shared.__maskloopDb;
}

export interface TransactionOptions {
  /** longest time the transaction may take */
  readonly timeoutMs?: number;
}

/** Runs `fn` in a transaction; inside one already, in that one. */
export async function inTransaction<T>(
  db: Db,
  fn: (tx: Db) => Promise<T>,
  { timeoutMs = 30_000 }: TransactionOptions = {},
): Promise<T> {
  if (!isClient(db)) return fn(db);
  return db.$transaction(fn, { timeout: timeoutMs, maxWait: 10_000 });
}

function isClient(db: Db): db is DbClient {
  return '$transaction' in db;
}

/** Whether the database answers; for health checks. */
export async function ping(db: Db): Promise<void> {
  await db.$queryRaw`SELECT 1`;
}
