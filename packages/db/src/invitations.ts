import type { UserId } from '@maskloop/domain';
import type { Db } from './client.ts';

export interface NewInvitation {
  readonly userId: UserId;
  /** SHA-256 of the secret in the link, hex; the secret itself is never stored */
  readonly tokenHash: string;
  readonly ttlMs: number;
}

/** A new link ends the person's earlier ones. */
export async function create(
  db: Db,
  { userId, tokenHash, ttlMs }: NewInvitation,
): Promise<{ id: string; expiresAt: Date }> {
  const now = new Date();
  await db.invitation.updateMany({
    where: { userId, acceptedAt: null, expiresAt: { gt: now } },
    data: { expiresAt: now },
  });
  return db.invitation.create({
    data: { userId, tokenHash, expiresAt: new Date(now.getTime() + ttlMs) },
    select: { id: true, expiresAt: true },
  });
}

/** An invitation that can still be used, with its person. */
export async function open(
  db: Db,
  tokenHash: string,
): Promise<{ id: string; user: { id: UserId; email: string; name: string } } | null> {
  return db.invitation.findFirst({
    where: { tokenHash, acceptedAt: null, expiresAt: { gt: new Date() }, user: { disabledAt: null } },
    select: { id: true, user: { select: { id: true, email: true, name: true } } },
  });
}

/** @returns false when somebody was faster: a link works once */
export async function accept(db: Db, invitationId: string): Promise<boolean> {
  const { count } = await db.invitation.updateMany({
    where: { id: invitationId, acceptedAt: null },
    data: { acceptedAt: new Date() },
  });
  return count === 1;
}
