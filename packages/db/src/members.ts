import { DomainError, type MembershipRole, type ProjectId, type Role, type UserId } from '@maskloop/domain';
import type { Db } from './client.ts';
import { onUniqueViolation } from './errors.ts';

export interface Member {
  readonly user: {
    readonly id: UserId;
    readonly email: string;
    readonly name: string;
    readonly disabled: boolean;
  };
  readonly role: MembershipRole;
  readonly createdAt: Date;
}

export async function list(db: Db, projectId: ProjectId): Promise<Member[]> {
  const rows = await db.membership.findMany({
    where: { projectId },
    select: {
      role: true,
      createdAt: true,
      user: { select: { id: true, email: true, name: true, disabledAt: true } },
    },
    orderBy: { user: { name: 'asc' } },
  });
  return rows.map(({ user: { disabledAt, ...user }, ...row }) => ({
    ...row,
    user: { ...user, disabled: disabledAt !== null },
  }));
}

/** What a person is in a project: `admin` for admins, null for somebody who has nothing to do with it. */
export async function roleOf(db: Db, projectId: ProjectId, userId: UserId): Promise<Role | null> {
  const rows = await db.$queryRaw<{ isAdmin: boolean; role: MembershipRole | null }[]>`
    SELECT u."isAdmin", m."role"::text AS "role"
    FROM "User" u LEFT JOIN "Membership" m ON m."userId" = u."id" AND m."projectId" = ${projectId}::uuid
    WHERE u."id" = ${userId}::uuid AND u."disabledAt" IS NULL
      AND EXISTS (SELECT 1 FROM "Project" p WHERE p."id" = ${projectId}::uuid)`;
  const row = rows[0];
  if (!row) return null;
  return row.isAdmin ? 'admin' : row.role;
}

/** What everybody is who can work in a project: user id → role. Admins are `admin` everywhere. */
export async function rolesOf(db: Db, projectId: ProjectId): Promise<Record<UserId, Role>> {
  const rows = await db.$queryRaw<{ id: string; isAdmin: boolean; role: MembershipRole }[]>`
    SELECT u."id", u."isAdmin", m."role"::text AS "role"
    FROM "User" u LEFT JOIN "Membership" m ON m."userId" = u."id" AND m."projectId" = ${projectId}::uuid
    WHERE u."isAdmin" OR m."role" IS NOT NULL
    ORDER BY u."id"`;
  return Object.fromEntries(rows.map(({ id, isAdmin, role }) => [id, isAdmin ? 'admin' : role]));
}

/** @throws DomainError INVALID_INPUT when the person is a member already */
export async function add(
  db: Db,
  { projectId, userId, role }: { projectId: ProjectId; userId: UserId; role: MembershipRole },
): Promise<void> {
  await onUniqueViolation(
    db.membership.create({ data: { projectId, userId, role }, select: { userId: true } }),
    () =>
      new DomainError('INVALID_INPUT', 'email: this person is a member already', { field: 'email', userId }),
  );
}

/** @returns false when there is no such member */
export async function setRole(
  db: Db,
  { projectId, userId, role }: { projectId: ProjectId; userId: UserId; role: MembershipRole },
): Promise<boolean> {
  const { count } = await db.membership.updateMany({ where: { projectId, userId }, data: { role } });
  return count > 0;
}

/** @returns false when there was no such member */
export async function remove(db: Db, projectId: ProjectId, userId: UserId): Promise<boolean> {
  const { count } = await db.membership.deleteMany({ where: { projectId, userId } });
  return count > 0;
}

/** Leads of a project: the last one must stay. */
export async function countLeads(db: Db, projectId: ProjectId): Promise<number> {
  return db.membership.count({ where: { projectId, role: 'lead' } });
}
