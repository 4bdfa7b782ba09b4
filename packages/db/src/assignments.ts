import type { AssignmentId, ImageId, ImageStatus, ProjectId, UserId } from '@maskloop/domain';
import type { Db } from './client.ts';
import { Prisma } from './generated/client.ts';
import { newId } from './new-id.ts';
import { toRow } from './to-domain.ts';

// Leases are taken, renewed and compared by the database's clock: clocks of web servers and workers differ. And by
// clock_timestamp(), because now() stands still within a transaction.

export interface ClaimRequest {
  readonly imageId: ImageId;
  readonly userId: UserId;
  readonly leaseMs: number;
}

export type Claim =
  | { readonly held: true; readonly assignmentId: AssignmentId; readonly expiresAt: Date }
  | {
      readonly held: false;
      readonly holder: { readonly id: UserId; readonly name: string };
      readonly expiresAt: Date;
    };

/** AS1: takes the image's lease, or renews it for who holds it already. The unique index decides between two. */
export async function claim(db: Db, request: ClaimRequest): Promise<Claim> {
  const { imageId, userId, leaseMs } = request;
  // a lease may end between the insert that met it and the look at its holder: then another turn takes it
  for (let turn = 0; turn < 5; turn++) {
    await expire(db, { imageId });
    const rows = await db.$queryRaw<{ id: string; expiresAt: Date }[]>`
      INSERT INTO "Assignment" ("id", "imageId", "userId", "state", "leasedAt", "expiresAt")
      VALUES (${newId()}::uuid, ${imageId}::uuid, ${userId}::uuid, 'active', clock_timestamp(), ${expiry(leaseMs)})
      ON CONFLICT ("imageId") WHERE "state" = 'active'
      DO UPDATE SET "expiresAt" = EXCLUDED."expiresAt" WHERE "Assignment"."userId" = EXCLUDED."userId"
      RETURNING "id", "expiresAt"`;
    const taken = rows[0];
    if (taken) return { held: true, assignmentId: taken.id, expiresAt: taken.expiresAt };
    const other = await holder(db, imageId);
    if (other) return { held: false, holder: { id: other.id, name: other.name }, expiresAt: other.expiresAt };
  }
  throw new Error(`the lease of image ${imageId} kept changing hands`);
}

/** @returns the new end, or null when the lease is over or somebody else's (AS4) */
export async function renew(
  db: Db,
  { assignmentId, userId, leaseMs }: { assignmentId: AssignmentId; userId: UserId; leaseMs: number },
): Promise<{ imageId: ImageId; expiresAt: Date } | null> {
  const rows = await db.$queryRaw<{ imageId: string; expiresAt: Date }[]>`
    UPDATE "Assignment" SET "expiresAt" = ${expiry(leaseMs)}
    WHERE "id" = ${assignmentId}::uuid AND "userId" = ${userId}::uuid AND "state" = 'active' AND "expiresAt" > clock_timestamp()
    RETURNING "imageId", "expiresAt"`;
  return rows[0] ?? null;
}

/** @returns the image, or null when the lease was over or somebody else's */
export async function release(db: Db, assignmentId: AssignmentId, userId: UserId): Promise<ImageId | null> {
  return end(db, Prisma.sql`"id" = ${assignmentId}::uuid AND "userId" = ${userId}::uuid`, 'released');
}

/** A lead frees an image, whoever holds it. @returns false when nobody did */
export async function releaseImage(db: Db, imageId: ImageId): Promise<boolean> {
  return (await end(db, Prisma.sql`"imageId" = ${imageId}::uuid`, 'released')) !== null;
}

/** Ends the person's lease of the image by submission. @returns its id, or null when they hold none */
export async function submit(db: Db, imageId: ImageId, userId: UserId): Promise<AssignmentId | null> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    UPDATE "Assignment" SET "state" = 'submitted', "endedAt" = clock_timestamp()
    WHERE "imageId" = ${imageId}::uuid AND "userId" = ${userId}::uuid AND "state" = 'active' AND "expiresAt" > clock_timestamp()
    RETURNING "id"`;
  return rows[0]?.id ?? null;
}

async function end(db: Db, which: Prisma.Sql, state: 'released'): Promise<ImageId | null> {
  const rows = await db.$queryRaw<{ imageId: string }[]>`
    UPDATE "Assignment" SET "state" = ${state}::"AssignmentState", "endedAt" = clock_timestamp()
    WHERE ${which} AND "state" = 'active' RETURNING "imageId"`;
  return rows[0]?.imageId ?? null;
}

export interface Holder {
  readonly assignmentId: AssignmentId;
  readonly id: UserId;
  readonly name: string;
  readonly expiresAt: Date;
}

/** Who holds the image now; a lease past its end counts for nothing even before it is marked so. */
export async function holder(db: Db, imageId: ImageId): Promise<Holder | null> {
  const rows = await db.$queryRaw<Holder[]>`
    SELECT a."id" AS "assignmentId", u."id", u."name", a."expiresAt"
    FROM "Assignment" a JOIN "User" u ON u."id" = a."userId"
    WHERE a."imageId" = ${imageId}::uuid AND a."state" = 'active' AND a."expiresAt" > clock_timestamp()`;
  return rows[0] ?? null;
}

/** Whether the person ever held this image: their late work is taken in even when somebody else holds it now (AS5). */
export async function hadLease(db: Db, imageId: ImageId, userId: UserId): Promise<boolean> {
  const row = await db.assignment.findFirst({ where: { imageId, userId }, select: { id: true } });
  return row !== null;
}

/** For permission checks. */
export async function projectOf(
  db: Db,
  assignmentId: AssignmentId,
): Promise<{ projectId: ProjectId; imageId: ImageId; userId: UserId } | null> {
  const row = await db.assignment.findUnique({
    where: { id: assignmentId },
    select: { imageId: true, userId: true, image: { select: { projectId: true } } },
  });
  return row && { projectId: row.image.projectId, imageId: row.imageId, userId: row.userId };
}

export interface NextRequest {
  readonly projectId: ProjectId;
  readonly userId: UserId;
  readonly leaseMs: number;
  /** statuses of images that want work */
  readonly statuses: readonly ImageStatus[];
  /** images the person just left */
  readonly except?: readonly ImageId[];
}

/**
 * Finds the next image that wants work and takes its lease, in one statement: first what was sent back to this
 * person, then by priority, then by what the model is least sure of, then the oldest. People who ask at the same
 * time get different images, because rows another claim has locked are skipped.
 */
export async function claimNext(
  db: Db,
  { projectId, userId, leaseMs, statuses, except = [] }: NextRequest,
): Promise<{ imageId: ImageId; assignmentId: AssignmentId; expiresAt: Date } | null> {
  await expire(db, { projectId });
  for (let turn = 0; turn < 10; turn++) {
    const picked = await db.$queryRaw<{ imageId: string; id: string | null; expiresAt: Date | null }[]>`
      WITH pick AS (
        SELECT i."id" FROM "Image" i
        WHERE i."projectId" = ${projectId}::uuid AND i."deletedAt" IS NULL
          AND i."status" = ANY (${statuses.map(toRow)}::"ImageStatus"[])
          AND i."id" <> ALL (${[...except]}::uuid[])
          AND NOT EXISTS (SELECT 1 FROM "Assignment" a WHERE a."imageId" = i."id" AND a."state" = 'active')
        ORDER BY (i."status" = 'sent_back' AND EXISTS (
                   SELECT 1 FROM "Assignment" mine WHERE mine."imageId" = i."id" AND mine."userId" = ${userId}::uuid
                     AND mine."state" = 'submitted')) DESC,
                 i."priority" DESC, i."uncertainty" DESC NULLS LAST, i."id"
        LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED),
      taken AS (
        INSERT INTO "Assignment" ("id", "imageId", "userId", "state", "leasedAt", "expiresAt")
        SELECT ${newId()}::uuid, pick."id", ${userId}::uuid, 'active', clock_timestamp(), ${expiry(leaseMs)} FROM pick
        ON CONFLICT ("imageId") WHERE "state" = 'active' DO NOTHING
        RETURNING "id", "imageId", "expiresAt")
      SELECT pick."id" AS "imageId", taken."id", taken."expiresAt" FROM pick LEFT JOIN taken ON taken."imageId" = pick."id"`;
    const row = picked[0];
    if (!row) return null;
    if (row.id && row.expiresAt)
      return { imageId: row.imageId, assignmentId: row.id, expiresAt: row.expiresAt };
    // somebody opened that very image in the same moment: look again
  }
  return null;
}

/** Marks leases past their end: of one image, of a project, or everywhere. @returns how many */
export async function expire(
  db: Db,
  where: { imageId?: ImageId; projectId?: ProjectId } = {},
): Promise<number> {
  const narrow = where.imageId
    ? Prisma.sql`AND "imageId" = ${where.imageId}::uuid`
    : where.projectId
      ? Prisma.sql`AND "imageId" IN (SELECT "id" FROM "Image" WHERE "projectId" = ${where.projectId}::uuid)`
      : Prisma.empty;
  return db.$executeRaw`
    UPDATE "Assignment" SET "state" = 'expired', "endedAt" = "expiresAt"
    WHERE "state" = 'active' AND "expiresAt" <= clock_timestamp() ${narrow}`;
}

function expiry(leaseMs: number): Prisma.Sql {
  return Prisma.sql`clock_timestamp() + ${leaseMs} * interval '1 millisecond'`;
}
