import type { UserId } from '@maskloop/domain';
import type { Db } from './client.ts';
import type { User } from './users.ts';

export interface NewSession {
  readonly userId: UserId;
  readonly ttlMs: number;
  readonly userAgent?: string | null;
}

/** @returns id for the cookie, and when it ends by the database's clock */
export async function create(
  db: Db,
  { userId, ttlMs, userAgent = null }: NewSession,
): Promise<{ id: string; expiresAt: Date }> {
  // the client makes the id, because only Prisma knows the column's default
  return db.session.create({
    data: { userId, expiresAt: new Date(Date.now() + ttlMs), userAgent: userAgent?.slice(0, 300) ?? null },
    select: { id: true, expiresAt: true },
  });
}

export interface LiveSession {
  readonly session: { readonly id: string; readonly createdAt: Date; readonly expiresAt: Date };
  readonly user: User;
}

/** One query: a session that is neither over nor revoked, with its person, who is not disabled. */
export async function live(db: Db, sessionId: string): Promise<LiveSession | null> {
  const rows = await db.$queryRaw<(User & { sessionId: string; createdAt: Date; expiresAt: Date })[]>`
    SELECT s."id" AS "sessionId", s."createdAt", s."expiresAt", u."id", u."email", u."name", u."isAdmin",
           u."disabledAt", u."locale", u."theme", u."hotkeyPreset"
    FROM "Session" s JOIN "User" u ON u."id" = s."userId"
    WHERE s."id" = ${sessionId}::uuid AND s."revokedAt" IS NULL AND s."expiresAt" > now() AND u."disabledAt" IS NULL`;
  const row = rows[0];
  if (!row) return null;
  const { sessionId: id, createdAt, expiresAt, ...user } = row;
  return { session: { id, createdAt, expiresAt }, user };
}

export async function list(
  db: Db,
  userId: UserId,
): Promise<{ id: string; createdAt: Date; expiresAt: Date; userAgent: string | null }[]> {
  return db.session.findMany({
    where: { userId, revokedAt: null, expiresAt: { gt: new Date() } },
    select: { id: true, createdAt: true, expiresAt: true, userAgent: true },
    orderBy: { createdAt: 'desc' },
  });
}

/** @returns false when the person has no such live session */
export async function revoke(
  db: Db,
  { sessionId, userId }: { sessionId: string; userId: UserId },
): Promise<boolean> {
  const { count } = await db.session.updateMany({
    where: { id: sessionId, userId, revokedAt: null },
    data: { revokedAt: new Date() },
  });
  return count > 0;
}

/** After a change of password: every other browser has to sign in again. */
export async function revokeAllExcept(db: Db, userId: UserId, keepSessionId: string | null): Promise<number> {
  const { count } = await db.session.updateMany({
    where: { userId, revokedAt: null, ...(keepSessionId ? { id: { not: keepSessionId } } : {}) },
    data: { revokedAt: new Date() },
  });
  return count;
}

/** Removes sessions that ended over a month ago; for the sweeper. */
export async function removeOld(db: Db): Promise<number> {
  return db.$executeRaw`DELETE FROM "Session" WHERE "expiresAt" < now() - interval '30 days'`;
}
