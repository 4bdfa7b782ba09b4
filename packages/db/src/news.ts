// What happened in a person's projects while they were away.
import type { ExportFormat, ImageId, MembershipRole, ProjectId, RunId, UserId } from '@maskloop/domain';
import type { Db } from './client.ts';
import { Prisma } from './generated/client.ts';

interface Person {
  readonly id: UserId;
  readonly isAdmin: boolean;
}

/** One thing that happened, or several of a kind in one place; `at` is the newest. */
export type News = {
  readonly project: { readonly id: ProjectId; readonly name: string };
  readonly at: Date;
} & (
  | {
      /** verdicts on images that the person submitted */
      readonly kind: 'accepted' | 'sent-back';
      readonly images: number;
      /** the newest of them */
      readonly image: { readonly id: ImageId; readonly name: string };
    }
  | {
      /** remarks of others on an image that the person submitted or is to label */
      readonly kind: 'commented';
      readonly comments: number;
      readonly image: { readonly id: ImageId; readonly name: string };
      readonly by: string;
    }
  | {
      readonly kind: 'run-done' | 'run-failed';
      readonly run: {
        readonly id: RunId;
        readonly note: string;
        readonly model: string;
        readonly dryRun: boolean;
      };
    }
  | {
      readonly kind: 'frozen' | 'exported';
      readonly version: { readonly id: string; readonly number: number; readonly name: string };
      /** of the export; null: the version itself */
      readonly format: ExportFormat | null;
    }
);

/** VS1: since when news are news: when the person's visit before this one ended; null: this is the first. */
export async function lastVisitOf(db: Db, userId: UserId): Promise<Date | null> {
  const row = await db.user.findUnique({ where: { id: userId }, select: { lastVisitEndedAt: true } });
  return row?.lastVisitEndedAt ?? null;
}

interface Asked {
  /** nothing older */
  readonly at: Date;
  /** of each kind */
  readonly limit: number;
  /** with which roles a person may know of runs, and of versions and exports */
  readonly runs: readonly MembershipRole[];
  readonly datasets: readonly MembershipRole[];
}

/** Newest first. */
export async function since(db: Db, person: Person, asked: Asked): Promise<News[]> {
  const kinds = [verdicts, comments, finishedRuns, frozenVersions, finishedExports];
  const found = await Promise.all(kinds.map((kind) => kind(db, person, asked)));
  return found.flat().sort((a, b) => b.at.getTime() - a.at.getTime());
}

interface InProject {
  projectId: string;
  projectName: string;
  at: Date;
}
const placed = ({ projectId, projectName, at }: InProject) => ({
  project: { id: projectId, name: projectName },
  at,
});

/** Projects "p" that are not archived and in which the person has one of these roles; without any named, any. */
function mineSql({ id, isAdmin }: Person, roles?: readonly MembershipRole[]): Prisma.Sql {
  const role = roles ? Prisma.sql`m."role" = ANY (${[...roles]}::"MembershipRole"[])` : Prisma.sql`true`;
  return Prisma.sql`p."archivedAt" IS NULL AND (${isAdmin} OR EXISTS (
    SELECT 1 FROM "Membership" m WHERE m."projectId" = p."id" AND m."userId" = ${id}::uuid
      AND ${role}))`;
}

async function verdicts(db: Db, person: Person, { at, limit }: Asked): Promise<News[]> {
  const rows = await db.$queryRaw<
    (InProject & { verdict: 'accepted' | 'sent_back'; images: number; imageId: string; imageName: string })[]
  >`
    SELECT p."id" AS "projectId", p."name" AS "projectName", r."verdict"::text AS "verdict", max(r."at") AS "at",
           count(DISTINCT i."id")::int AS "images",
           (array_agg(i."id"::text ORDER BY r."at" DESC))[1] AS "imageId", (array_agg(i."name" ORDER BY r."at" DESC))[1] AS "imageName"
    FROM "Review" r JOIN "Assignment" a ON a."id" = r."assignmentId" JOIN "Image" i ON i."id" = r."imageId"
    JOIN "Project" p ON p."id" = i."projectId"
    WHERE a."userId" = ${person.id}::uuid AND r."reviewerId" <> ${person.id}::uuid AND r."at" > ${at} AND i."deletedAt" IS NULL
      AND ${mineSql(person)}
    GROUP BY 1, 2, 3 ORDER BY 4 DESC LIMIT ${limit}`;
  return rows.map((row) => ({
    ...placed(row),
    kind: row.verdict === 'accepted' ? 'accepted' : 'sent-back',
    images: row.images,
    image: { id: row.imageId, name: row.imageName },
  }));
}

async function comments(db: Db, person: Person, { at, limit }: Asked): Promise<News[]> {
  const rows = await db.$queryRaw<
    (InProject & { comments: number; imageId: string; imageName: string; by: string })[]
  >`
    SELECT p."id" AS "projectId", p."name" AS "projectName", i."id" AS "imageId", i."name" AS "imageName", max(c."at") AS "at",
           count(*)::int AS "comments", (array_agg(u."name" ORDER BY c."at" DESC))[1] AS "by"
    FROM "Comment" c JOIN "User" u ON u."id" = c."authorId" JOIN "Image" i ON i."id" = c."imageId"
    JOIN "Project" p ON p."id" = i."projectId"
    WHERE c."at" > ${at} AND c."authorId" <> ${person.id}::uuid AND i."deletedAt" IS NULL AND ${mineSql(person)}
      AND (i."assigneeId" = ${person.id}::uuid OR EXISTS (
        SELECT 1 FROM "Assignment" a WHERE a."imageId" = i."id" AND a."userId" = ${person.id}::uuid AND a."state" = 'submitted'))
    GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC LIMIT ${limit}`;
  return rows.map((row) => ({
    ...placed(row),
    kind: 'commented',
    comments: row.comments,
    image: { id: row.imageId, name: row.imageName },
    by: row.by,
  }));
}

async function finishedRuns(db: Db, person: Person, { at, limit, runs }: Asked): Promise<News[]> {
  const rows = await db.$queryRaw<
    (InProject & { state: 'done' | 'failed'; runId: string; note: string; model: string; dryRun: boolean })[]
  >`
    SELECT p."id" AS "projectId", p."name" AS "projectName", r."finishedAt" AS "at", r."state"::text AS "state",
           r."id" AS "runId", r."note", v."name" AS "model", r."dryRun"
    FROM "Run" r JOIN "Project" p ON p."id" = r."projectId" JOIN "ModelVersion" v ON v."id" = r."modelVersionId"
    WHERE r."state" IN ('done', 'failed') AND r."finishedAt" > ${at} AND ${mineSql(person, runs)}
    ORDER BY 3 DESC LIMIT ${limit}`;
  return rows.map((row) => ({
    ...placed(row),
    kind: row.state === 'done' ? 'run-done' : 'run-failed',
    run: { id: row.runId, note: row.note, model: row.model, dryRun: row.dryRun },
  }));
}

type VersionRow = InProject & {
  versionId: string;
  number: number;
  name: string;
  format: ExportFormat | null;
};

const ofVersion = (kind: 'frozen' | 'exported') => (row: VersionRow) => ({
  ...placed(row),
  kind,
  version: { id: row.versionId, number: row.number, name: row.name },
  format: row.format,
});

/** When a version was frozen its job knows. */
async function frozenVersions(db: Db, person: Person, { at, limit, datasets }: Asked): Promise<News[]> {
  const rows = await db.$queryRaw<VersionRow[]>`
    SELECT p."id" AS "projectId", p."name" AS "projectName", j."finishedAt" AS "at", v."id" AS "versionId", v."number", v."name",
           NULL AS "format"
    FROM "DatasetVersion" v JOIN "Project" p ON p."id" = v."projectId"
    JOIN "Job" j ON j."name" = 'dataset.freeze' AND j."key" = v."id"::text AND j."state" = 'done'
    WHERE v."state" = 'done' AND v."deletedAt" IS NULL AND j."finishedAt" > ${at} AND ${mineSql(person, datasets)}
    ORDER BY 3 DESC LIMIT ${limit}`;
  return rows.map(ofVersion('frozen'));
}

async function finishedExports(db: Db, person: Person, { at, limit, datasets }: Asked): Promise<News[]> {
  const rows = await db.$queryRaw<VersionRow[]>`
    SELECT p."id" AS "projectId", p."name" AS "projectName", e."finishedAt" AS "at", v."id" AS "versionId", v."number", v."name",
           e."format"
    FROM "Export" e JOIN "DatasetVersion" v ON v."id" = e."datasetVersionId" JOIN "Project" p ON p."id" = v."projectId"
    WHERE e."state" = 'done' AND e."finishedAt" > ${at} AND v."deletedAt" IS NULL AND ${mineSql(person, datasets)}
    ORDER BY 3 DESC LIMIT ${limit}`;
  return rows.map(ofVersion('exported'));
}
