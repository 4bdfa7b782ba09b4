import type { UserId } from '@maskloop/domain';
import type { Db } from './client.ts';

/** How long an answer is kept for the same request to get again. */
const KEPT = '24 hours';

export interface RequestKey {
  readonly userId: UserId;
  /** chosen by the program */
  readonly key: string;
  /** of method, path and body, hex */
  readonly requestSha256: string;
}

export interface KeptAnswer {
  readonly requestSha256: string;
  readonly status: number;
  /** as it was sent */
  readonly body: string;
}

/**
 * AP3: takes the key for the transaction's request. The same key in another transaction waits here until that one
 * commits, and then finds its answer.
 * @returns what the key was answered within the last day; null: the key is this request's now
 */
export async function claim(tx: Db, { userId, key, requestSha256 }: RequestKey): Promise<KeptAnswer | null> {
  await tx.$executeRaw`
    DELETE FROM "IdempotentAnswer"
    WHERE "userId" = ${userId}::uuid AND "key" = ${key} AND "createdAt" < now() - ${KEPT}::interval`;
  const claimed = await tx.$executeRaw`
    INSERT INTO "IdempotentAnswer" ("userId", "key", "requestSha256")
    VALUES (${userId}::uuid, ${key}, ${requestSha256}) ON CONFLICT DO NOTHING`;
  if (claimed > 0) return null;
  return tx.idempotentAnswer.findUniqueOrThrow({
    where: { userId_key: { userId, key } },
    select: { requestSha256: true, status: true, body: true },
  });
}

/** The answer for whoever sends the request again; commits with what the request did. */
export async function keep(
  tx: Db,
  { userId, key }: Omit<RequestKey, 'requestSha256'>,
  { status, body }: { readonly status: number; readonly body: string },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE "IdempotentAnswer" SET "status" = ${status}, "body" = ${body}
    WHERE "userId" = ${userId}::uuid AND "key" = ${key}`;
}

/** For the sweeper. */
export async function removeOld(db: Db): Promise<number> {
  return db.$executeRaw`DELETE FROM "IdempotentAnswer" WHERE "createdAt" < now() - ${KEPT}::interval`;
}
