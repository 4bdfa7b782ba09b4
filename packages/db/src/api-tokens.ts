import { API_SCOPES, type ApiScope, type ApiToken, type UserId } from '@maskloop/domain';
import type { Db } from './client.ts';
import type { User } from './users.ts';

const columns = {
  id: true,
  name: true,
  scopes: true,
  createdAt: true,
  expiresAt: true,
  lastUsedAt: true,
} as const;

/** Scopes of another version of the program count for nothing. */
function known(scopes: readonly string[]): ApiScope[] {
  return API_SCOPES.filter((scope) => scopes.includes(scope));
}

export interface NewApiToken {
  readonly userId: UserId;
  readonly name: string;
  /** SHA-256 of the token, hex */
  readonly hash: string;
  readonly scopes: readonly ApiScope[];
  /** null: until it is revoked */
  readonly ttlMs: number | null;
}

export async function create(db: Db, { ttlMs, scopes, ...token }: NewApiToken): Promise<ApiToken> {
  const row = await db.apiToken.create({
    data: {
      ...token,
      scopes: [...scopes],
      expiresAt: ttlMs === null ? null : new Date(Date.now() + ttlMs),
    },
    select: columns,
  });
  return { ...row, scopes: known(row.scopes) };
}

/** A person's tokens that are neither revoked nor over; newest first. */
export async function list(db: Db, userId: UserId): Promise<ApiToken[]> {
  const rows = await db.apiToken.findMany({
    where: { userId, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] },
    select: columns,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  });
  return rows.map((row) => ({ ...row, scopes: known(row.scopes) }));
}

/** @returns false when the person has no such token */
export async function revoke(db: Db, { id, userId }: { id: string; userId: UserId }): Promise<boolean> {
  const { count } = await db.apiToken.updateMany({
    where: { id, userId, revokedAt: null },
    data: { revokedAt: new Date() },
  });
  return count > 0;
}

export interface LiveToken {
  readonly token: {
    readonly id: string;
    readonly scopes: readonly ApiScope[];
    readonly createdAt: Date;
    readonly expiresAt: Date | null;
  };
  readonly user: User;
}

/**
 * AP2: a token that is neither over nor revoked, with its person, who is not disabled. Notes the use, at most once
 * a minute.
 */
export async function live(db: Db, hash: string): Promise<LiveToken | null> {
  const rows = await db.$queryRaw<
    (User & { tokenId: string; scopes: string[]; createdAt: Date; expiresAt: Date | null; stale: boolean })[]
  >`
    SELECT t."id" AS "tokenId", t."scopes", t."createdAt", t."expiresAt",
           t."lastUsedAt" IS NULL OR t."lastUsedAt" < now() - interval '1 minute' AS "stale",
           u."id", u."email", u."name", u."isAdmin", u."disabledAt", u."locale", u."theme", u."hotkeyPreset"
    FROM "ApiToken" t JOIN "User" u ON u."id" = t."userId"
    WHERE t."hash" = ${hash} AND t."revokedAt" IS NULL AND (t."expiresAt" IS NULL OR t."expiresAt" > now())
      AND u."disabledAt" IS NULL`;
  const row = rows[0];
  if (!row) return null;
  const { tokenId: id, scopes, createdAt, expiresAt, stale, ...user } = row;
  if (stale) await db.$executeRaw`UPDATE "ApiToken" SET "lastUsedAt" = now() WHERE "id" = ${id}::uuid`;
  return { token: { id, scopes: known(scopes), createdAt, expiresAt }, user };
}
