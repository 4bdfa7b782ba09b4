import type { AssignmentId, ImageId, ImageStatus, ProjectId, UserId, WorkOrder } from '@maskloop/domain';
import type { Db } from './client.ts';
import { labeledOtherSql } from './double-labeling.ts';
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
  const rows = await db.$queryRaw<{ imageId: string }[]>`
    UPDATE "Assignment" SET "state" = 'released', "endedAt" = clock_timestamp()
    WHERE "id" = ${assignmentId}::uuid AND "userId" = ${userId}::uuid AND "state" = 'active' RETURNING "imageId"`;
  return rows[0]?.imageId ?? null;
}

/** A lead frees images, whoever holds them. @returns those that somebody held */
export async function releaseImages(
  db: Db,
  projectId: ProjectId,
  imageIds: readonly ImageId[],
): Promise<ImageId[]> {
  const rows = await db.$queryRaw<{ imageId: string }[]>`
    UPDATE "Assignment" a SET "state" = 'released', "endedAt" = clock_timestamp()
    FROM "Image" i
    WHERE i."id" = a."imageId" AND i."projectId" = ${projectId}::uuid AND i."id" = ANY (${[...imageIds]}::uuid[])
      AND a."state" = 'active' RETURNING a."imageId"`;
  return rows.map((row) => row.imageId);
}

/** Ends the person's lease of the image by submission. @returns its id, or null when they hold none */
export async function submit(db: Db, imageId: ImageId, userId: UserId): Promise<AssignmentId | null> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    UPDATE "Assignment" SET "state" = 'submitted', "endedAt" = clock_timestamp()
    WHERE "imageId" = ${imageId}::uuid AND "userId" = ${userId}::uuid AND "state" = 'active' AND "expiresAt" > clock_timestamp()
    RETURNING "id"`;
  return rows[0]?.id ?? null;
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
  /** AS7 */
  readonly order: WorkOrder;
  /** images the person just left */
  readonly except?: readonly ImageId[];
}

const ORDERS: Readonly<Record<WorkOrder, Prisma.Sql>> = {
  uncertainty: Prisma.sql`i."uncertainty" DESC NULLS LAST`,
  newest: Prisma.sql`i."createdAt" DESC`,
  name: Prisma.sql`i."name"`,
  random: Prisma.sql`md5(i."projectId"::text || i."id"::text)`,
};

/**
 * Finds the next image that wants work and takes its lease, in one statement: first what was sent back or assigned to
 * this person (AS6), then by priority, then in the order that is asked for (AS7), then the oldest. People who ask at
 * the same time get different images, because rows another claim has locked are skipped.
 */
export async function claimNext(
  db: Db,
  { projectId, userId, leaseMs, statuses, order, except = [] }: NextRequest,
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
          AND (i."assigneeId" IS NULL OR i."assigneeId" = ${userId}::uuid)
          -- DL2; only an image that was submitted before can have another labeling: no look-ups for all others
          AND (i."secondOfId" IS NULL AND i."status" <> 'sent_back' OR NOT ${labeledOtherSql(userId)})
        ORDER BY ${mineFirst(userId)}, i."priority" DESC, ${ORDERS[order]}, i."id"
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

/** AS6: what was sent back to the person, then what is assigned to them, then all else. */
function mineFirst(userId: UserId): Prisma.Sql {
  return Prisma.sql`CASE WHEN i."assigneeId" = ${userId}::uuid THEN CASE i."status" WHEN 'sent_back' THEN 0 ELSE 1 END ELSE 2 END`;
}

/**
 * Gives images to a person, or back to everybody (null). Leases stay as they are.
 * @returns how many of the project's images that changed
 */
export async function assign(
  db: Db,
  {
    projectId,
    imageIds,
    userId,
  }: { projectId: ProjectId; imageIds: readonly ImageId[]; userId: UserId | null },
): Promise<number> {
  return db.$executeRaw`
    UPDATE "Image" SET "assigneeId" = ${userId}::uuid
    WHERE "projectId" = ${projectId}::uuid AND "id" = ANY (${[...imageIds]}::uuid[]) AND "deletedAt" IS NULL
      AND "assigneeId" IS DISTINCT FROM ${userId}::uuid`;
}

/** Nothing of the project waits for this person any more: they left it. */
export async function unassignAll(db: Db, projectId: ProjectId, userId: UserId): Promise<void> {
  await db.image.updateMany({ where: { projectId, assigneeId: userId }, data: { assigneeId: null } });
}

/**
 * What somebody has to do in a project, and what became of what they did. Numbers are images; to what is to do second
 * labelings count, too (DL3).
 */
export interface Workload {
  readonly userId: UserId;
  readonly name: string;
  /** leases that run now */
  readonly held: number;
  /** assigned and not finished */
  readonly assigned: number;
  /** of these, sent back */
  readonly sentBack: number;
  /** submitted last by them, waiting for a verdict */
  readonly submitted: number;
  readonly accepted: number;
  /** verdicts on their submissions, and how many of them sent the image back */
  readonly verdicts: number;
  readonly verdictsSentBack: number;
}

/** Everybody who can work in the project or did, by name. */
export async function workload(db: Db, projectId: ProjectId): Promise<Workload[]> {
  return db.$queryRaw<Workload[]>`
    WITH images AS (
      SELECT i."id", i."status"::text AS "status", i."assigneeId", i."secondOfId" IS NOT NULL AS "isSecond",
             (SELECT a."userId" FROM "Assignment" a WHERE a."imageId" = i."id" AND a."state" = 'submitted'
              ORDER BY a."endedAt" DESC LIMIT 1) AS "by"
      FROM "Image" i WHERE i."projectId" = ${projectId}::uuid AND i."deletedAt" IS NULL),
    counts AS (
      SELECT a."userId", count(*)::int AS "held", 0 AS "assigned", 0 AS "sentBack", 0 AS "submitted", 0 AS "accepted",
             0 AS "verdicts", 0 AS "verdictsSentBack"
      FROM "Assignment" a JOIN images i ON i."id" = a."imageId"
      WHERE a."state" = 'active' AND a."expiresAt" > clock_timestamp() GROUP BY 1
      UNION ALL
      SELECT "assigneeId", 0, count(*)::int, (count(*) FILTER (WHERE "status" = 'sent_back'))::int, 0, 0, 0, 0
      FROM images WHERE "assigneeId" IS NOT NULL AND "status" IN ('open', 'sent_back') GROUP BY 1
      UNION ALL
      SELECT "by", 0, 0, 0, (count(*) FILTER (WHERE "status" = 'submitted'))::int,
             (count(*) FILTER (WHERE "status" = 'accepted'))::int, 0, 0
      FROM images WHERE "by" IS NOT NULL AND NOT "isSecond" GROUP BY 1
      UNION ALL
      SELECT a."userId", 0, 0, 0, 0, 0, count(*)::int, (count(*) FILTER (WHERE r."verdict" = 'sent_back'))::int
      FROM "Review" r JOIN "Assignment" a ON a."id" = r."assignmentId" JOIN images i ON i."id" = r."imageId" GROUP BY 1
      UNION ALL
      SELECT m."userId", 0, 0, 0, 0, 0, 0, 0 FROM "Membership" m WHERE m."projectId" = ${projectId}::uuid)
    SELECT u."id" AS "userId", u."name", sum("held")::int AS "held", sum("assigned")::int AS "assigned",
           sum("sentBack")::int AS "sentBack", sum("submitted")::int AS "submitted", sum("accepted")::int AS "accepted",
           sum("verdicts")::int AS "verdicts", sum("verdictsSentBack")::int AS "verdictsSentBack"
    FROM counts c JOIN "User" u ON u."id" = c."userId" GROUP BY u."id", u."name" ORDER BY u."name", u."id"`;
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
