import { DomainError, LIMITS, type Role, type UserId } from '@maskloop/domain';
import type { Db } from './client.ts';
import { defined } from './defined.ts';
import { onUniqueViolation } from './errors.ts';

const person = {
  id: true,
  email: true,
  name: true,
  isAdmin: true,
  disabledAt: true,
  locale: true,
  theme: true,
  hotkeyPreset: true,
} as const;

/** A person without the password. */
export interface User {
  readonly id: UserId;
  readonly email: string;
  readonly name: string;
  readonly isAdmin: boolean;
  readonly disabledAt: Date | null;
  readonly locale: string;
  readonly theme: string;
  readonly hotkeyPreset: string;
}

/** With the password's hash, for signing in; letter case of the address does not matter. */
export async function byEmail(
  db: Db,
  email: string,
): Promise<(User & { readonly passwordHash: string | null }) | null> {
  return db.user.findUnique({
    where: { email: email.trim().toLowerCase() },
    select: { ...person, passwordHash: true },
  });
}

export async function byId(db: Db, userId: UserId): Promise<User | null> {
  return db.user.findUnique({ where: { id: userId }, select: person });
}

export async function passwordHashOf(db: Db, userId: UserId): Promise<string | null> {
  const row = await db.user.findUnique({ where: { id: userId }, select: { passwordHash: true } });
  return row?.passwordHash ?? null;
}

export interface NewUser {
  readonly email: string;
  readonly name: string;
  /** argon2id, PHC string; null: cannot sign in with a password yet */
  readonly passwordHash?: string | null;
  readonly isAdmin?: boolean;
}

/** @throws DomainError INVALID_INPUT when the address is taken */
export async function create(db: Db, input: NewUser): Promise<User> {
  const email = input.email.trim().toLowerCase();
  return onUniqueViolation(
    db.user.create({
      data: {
        email,
        name: input.name,
        passwordHash: input.passwordHash ?? null,
        isAdmin: input.isAdmin ?? false,
      },
      select: person,
    }),
    () =>
      new DomainError('INVALID_INPUT', `email: ${email} is already in use`, { field: 'email', value: email }),
  );
}

/** Everybody, by name; `projects` is the number of memberships. */
export async function list(
  db: Db,
): Promise<
  (User & { readonly projects: number; readonly lastSeenAt: Date | null; readonly hasPassword: boolean })[]
> {
  const rows = await db.user.findMany({
    select: { ...person, lastSeenAt: true, passwordHash: true, _count: { select: { memberships: true } } },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
  });
  return rows.map(({ _count, passwordHash, ...row }) => ({
    ...row,
    projects: _count.memberships,
    hasPassword: passwordHash !== null,
  }));
}

export async function count(db: Db): Promise<number> {
  return db.user.count();
}

/** Admins who can still sign in: the last one must stay. */
export async function countLiveAdmins(db: Db): Promise<number> {
  return db.user.count({ where: { isAdmin: true, disabledAt: null } });
}

/** Disabling ends every session in the same statement's transaction. */
export async function setDisabled(db: Db, userId: UserId, disabled: boolean): Promise<void> {
  const at = disabled ? new Date() : null;
  await db.user.update({ where: { id: userId }, data: { disabledAt: at }, select: { id: true } });
  if (at) await db.session.updateMany({ where: { userId, revokedAt: null }, data: { revokedAt: at } });
}

export async function setAdmin(db: Db, userId: UserId, isAdmin: boolean): Promise<void> {
  await db.user.update({ where: { id: userId }, data: { isAdmin }, select: { id: true } });
}

export async function setPassword(db: Db, userId: UserId, passwordHash: string): Promise<void> {
  await db.user.update({ where: { id: userId }, data: { passwordHash }, select: { id: true } });
}

export interface Preferences {
  readonly name?: string | undefined;
  readonly locale?: string | undefined;
  readonly theme?: string | undefined;
  readonly hotkeyPreset?: string | undefined;
}

/** Fields left out stay as they are. */
export async function updatePreferences(db: Db, userId: UserId, changes: Preferences): Promise<User> {
  return db.user.update({ where: { id: userId }, data: defined(changes), select: person });
}

/** All roles a person has in any project that is not archived, and `admin` if they are one. */
export async function rolesOf(db: Db, userId: UserId): Promise<Role[]> {
  const row = await db.user.findUnique({
    where: { id: userId },
    select: {
      isAdmin: true,
      memberships: { where: { project: { archivedAt: null } }, select: { role: true }, distinct: ['role'] },
    },
  });
  if (!row) return [];
  return [...(row.isAdmin ? (['admin'] as const) : []), ...row.memberships.map((m) => m.role)];
}

/** Notes that a person's program is active. At most one write a minute: it is called with every request. */
export async function touch(db: Db, userId: UserId): Promise<void> {
  await db.$executeRaw`
    UPDATE "User" SET "lastSeenAt" = now()
    WHERE "id" = ${userId}::uuid AND ("lastSeenAt" IS NULL OR "lastSeenAt" < now() - interval '1 minute')`;
}

/** The same for a person at a browser. VS1: after a pause another visit begins, and where the one before ended is kept. */
export async function visit(db: Db, userId: UserId): Promise<void> {
  await db.$executeRaw`
    UPDATE "User" SET "lastSeenAt" = now(), "visitedAt" = now(),
      "lastVisitEndedAt" = CASE WHEN "visitedAt" < now() - ${LIMITS.visitPauseMinutes} * interval '1 minute'
                                THEN "visitedAt" ELSE "lastVisitEndedAt" END
    WHERE "id" = ${userId}::uuid AND ("visitedAt" IS NULL OR "visitedAt" < now() - interval '1 minute')`;
}
