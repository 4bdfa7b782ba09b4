// What the home page begins with: a person's own work over all their projects.
import type { ImageId, ImageStatus, MembershipRole, ProjectId, RunSummary, UserId } from '@maskloop/domain';
import type { Db } from './client.ts';
import { countedImageSql } from './counted-images.ts';
import { labeledOtherSql } from './double-labeling.ts';
import type * as Rows from './generated/enums.ts';
import * as runs from './runs.ts';
import { toDomain } from './to-domain.ts';

interface Person {
  readonly id: UserId;
  readonly isAdmin: boolean;
}

/** What waits for a person in a project; numbers are images. */
export interface WorkInProject {
  readonly projectId: ProjectId;
  /** assigned to them and not finished, sent back or not */
  readonly assigned: number;
  /** submitted by others */
  readonly toReview: number;
  /** second labelings that are open and theirs to take (DL2) */
  readonly secondLabelings: number;
  /** the image that they opened last; null: none so far */
  readonly last: {
    readonly imageId: ImageId;
    readonly name: string;
    readonly status: ImageStatus;
    readonly at: Date;
  } | null;
}

/** Projects in which nothing waits for the person, and nothing was done by them, are left out. */
export async function places(db: Db, person: Person): Promise<WorkInProject[]> {
  const rows = await db.$queryRaw<
    {
      projectId: string;
      assigned: number;
      toReview: number;
      secondLabelings: number;
      imageId: string | null;
      name: string | null;
      status: Rows.ImageStatus | null;
      at: Date | null;
    }[]
  >`
    WITH mine AS (
      SELECT p."id" FROM "Project" p
      WHERE p."archivedAt" IS NULL AND (${person.isAdmin}
        OR EXISTS (SELECT 1 FROM "Membership" m WHERE m."projectId" = p."id" AND m."userId" = ${person.id}::uuid))),
    assigned AS (
      SELECT i."projectId", count(*)::int AS "images" FROM "Image" i
      WHERE i."assigneeId" = ${person.id}::uuid AND i."deletedAt" IS NULL AND i."status" IN ('open', 'sent_back') GROUP BY 1),
    submitted AS (
      SELECT i."projectId", count(*)::int AS "images" FROM "Image" i JOIN mine ON mine."id" = i."projectId"
      WHERE ${countedImageSql} AND i."status" = 'submitted'
        AND (SELECT a."userId" FROM "Assignment" a WHERE a."imageId" = i."id" AND a."state" = 'submitted'
             ORDER BY a."endedAt" DESC LIMIT 1) IS DISTINCT FROM ${person.id}::uuid
      GROUP BY 1),
    seconds AS (
      SELECT i."projectId", count(*)::int AS "images" FROM "Image" i JOIN mine ON mine."id" = i."projectId"
      WHERE i."secondOfId" IS NOT NULL AND i."deletedAt" IS NULL AND i."status" = 'open'
        AND (i."assigneeId" IS NULL OR i."assigneeId" = ${person.id}::uuid) AND NOT ${labeledOtherSql(person.id)}
      GROUP BY 1),
    last AS (
      SELECT DISTINCT ON (i."projectId") i."projectId", i."id", i."name", i."status", a."leasedAt"
      FROM "Assignment" a JOIN "Image" i ON i."id" = a."imageId"
      WHERE a."userId" = ${person.id}::uuid AND i."deletedAt" IS NULL
      ORDER BY i."projectId", a."leasedAt" DESC)
    SELECT mine."id" AS "projectId", COALESCE(g."images", 0) AS "assigned", COALESCE(s."images", 0) AS "toReview",
           COALESCE(d."images", 0) AS "secondLabelings",
           l."id" AS "imageId", l."name", l."status"::text AS "status", l."leasedAt" AS "at"
    FROM mine LEFT JOIN assigned g ON g."projectId" = mine."id" LEFT JOIN submitted s ON s."projectId" = mine."id"
         LEFT JOIN seconds d ON d."projectId" = mine."id" LEFT JOIN last l ON l."projectId" = mine."id"
    WHERE g."images" > 0 OR s."images" > 0 OR d."images" > 0 OR l."id" IS NOT NULL`;
  return rows.map(({ projectId, assigned, toReview, secondLabelings, imageId, name, status, at }) => ({
    projectId,
    assigned,
    toReview,
    secondLabelings,
    last:
      imageId !== null && name !== null && status !== null && at !== null
        ? { imageId, name, status: toDomain(status), at }
        : null,
  }));
}

/** An image that a reviewer sent back to a person, with why. */
export interface SentBack {
  readonly imageId: ImageId;
  readonly name: string;
  readonly project: { readonly id: ProjectId; readonly name: string };
  /** null: its status was changed without a review */
  readonly review: {
    readonly note: string;
    readonly at: Date;
    readonly by: string;
    /** remarks pinned on the picture that are not resolved */
    readonly openPins: number;
  } | null;
}

/** The newest verdicts first. */
export async function sentBack(
  db: Db,
  userId: UserId,
  limit: number,
): Promise<{ items: SentBack[]; total: number }> {
  const rows = await db.$queryRaw<
    {
      imageId: string;
      name: string;
      projectId: string;
      projectName: string;
      note: string | null;
      at: Date | null;
      by: string | null;
      openPins: number;
      total: number;
    }[]
  >`
    SELECT i."id" AS "imageId", i."name", p."id" AS "projectId", p."name" AS "projectName", r."note", r."at", r."by",
           (SELECT count(*)::int FROM "Comment" c WHERE c."imageId" = i."id" AND c."resolvedAt" IS NULL) AS "openPins",
           (count(*) OVER ())::int AS "total"
    FROM "Image" i JOIN "Project" p ON p."id" = i."projectId"
    LEFT JOIN LATERAL (
      SELECT r."note", r."at", u."name" AS "by" FROM "Review" r JOIN "User" u ON u."id" = r."reviewerId"
      WHERE r."imageId" = i."id" ORDER BY r."at" DESC LIMIT 1) r ON true
    WHERE i."assigneeId" = ${userId}::uuid AND i."status" = 'sent_back' AND i."deletedAt" IS NULL AND p."archivedAt" IS NULL
    ORDER BY r."at" DESC NULLS LAST, i."id" LIMIT ${limit}`;
  return {
    items: rows.map(({ imageId, name, projectId, projectName, note, at, by, openPins }) => ({
      imageId,
      name,
      project: { id: projectId, name: projectName },
      review: note !== null && at !== null && by !== null ? { note, at, by, openPins } : null,
    })),
    total: rows[0]?.total ?? 0,
  };
}

/** Jobs of one kind in one project. */
export interface MachineWork {
  readonly project: { readonly id: ProjectId; readonly name: string };
  /** of the job table */
  readonly name: string;
  readonly running: number;
  readonly pending: number;
  /** of the last 24 hours */
  readonly failed: number;
}

/** What workers do, and failed at, in the projects in which a person has one of these roles. Jobs of runs count to them. */
export async function machines(
  db: Db,
  person: Person,
  { roles, limit }: { readonly roles: readonly MembershipRole[]; readonly limit: number },
): Promise<{ runs: (RunSummary & { readonly projectName: string })[]; jobs: MachineWork[] }> {
  const projects = await db.project.findMany({
    where: {
      archivedAt: null,
      ...(person.isAdmin ? {} : { memberships: { some: { userId: person.id, role: { in: [...roles] } } } }),
    },
    select: { id: true, name: true },
  });
  const names = new Map(projects.map(({ id, name }) => [id, name]));
  const [unfinished, rows] = await Promise.all([
    runs.unfinishedIn(db, [...names.keys()], limit),
    db.$queryRaw<{ projectId: string; name: string; running: number; pending: number; failed: number }[]>`
      SELECT "projectId", "name", (count(*) FILTER (WHERE "state" = 'running'))::int AS "running",
             (count(*) FILTER (WHERE "state" = 'pending'))::int AS "pending",
             (count(*) FILTER (WHERE "state" = 'failed'))::int AS "failed"
      FROM "Job"
      WHERE "projectId" = ANY (${[...names.keys()]}::uuid[]) AND "runId" IS NULL
        AND ("state" IN ('pending', 'running') OR "state" = 'failed' AND "finishedAt" > now() - interval '24 hours')
      GROUP BY 1, 2 ORDER BY max("createdAt") DESC LIMIT ${limit}`,
  ]);
  return {
    runs: unfinished.map((run) => ({ ...run, projectName: names.get(run.projectId) ?? '' })),
    jobs: rows.map(({ projectId, ...row }) => ({
      ...row,
      project: { id: projectId, name: names.get(projectId) ?? '' },
    })),
  };
}
