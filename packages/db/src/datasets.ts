import {
  type BuildState,
  chosenPairs,
  type DatasetCounts,
  DatasetFilter,
  type DatasetVersionId,
  DROP_REASONS,
  type DropReason,
  type ProjectId,
  type Split,
  SplitRule,
  splitOf,
  type UserId,
} from '@maskloop/domain';
import * as classes from './classes.ts';
import { type Db, inTransaction } from './client.ts';
import { Prisma } from './generated/client.ts';
import * as members from './members.ts';
import { newId } from './new-id.ts';
import { toRow } from './to-domain.ts';

/**
 * SQL text of why the mask `m` in the image `i` is left out, null when it is taken. EX3: the first reason that
 * holds, in the domain's order; `k` is the mask's class or null.
 */
function dropReasonSql(filter: DatasetFilter): Prisma.Sql {
  const tests: Record<DropReason, Prisma.Sql> = {
    'removed-class': Prisma.sql`k."deletedAt" IS NOT NULL`,
    origin: Prisma.sql`NOT (${pairsSql(filter)})`,
    stage: Prisma.sql`m."stage" <> ALL (${filter.stages.map(toRow)}::"Stage"[])`,
    'image-status': Prisma.sql`i."status" <> ALL (${filter.imageStatuses.map(toRow)}::"ImageStatus"[])`,
    class: classSql(filter),
    date: dateSql(filter),
    empty: Prisma.sql`m."headRevisionId" IS NULL`,
  };
  const arms = DROP_REASONS.map((reason) => Prisma.sql`WHEN ${tests[reason]} THEN ${reason}`);
  return Prisma.sql`CASE ${Prisma.join(arms, ' ')} END`;
}

/** EX1, ST2: which origins may leave is the domain's answer for each stage. */
function pairsSql({ origins }: DatasetFilter): Prisma.Sql {
  const byOrigins = chosenPairs(origins).map(
    ({ stage, origin }) => Prisma.sql`(${toRow(stage)}::"Stage", ${origin}::"Origin")`,
  );
  return byOrigins.length === 0
    ? Prisma.sql`false`
    : Prisma.sql`(m."stage", m."origin") IN (${Prisma.join(byOrigins)})`;
}

function classSql({ classIds, includeUnclassified }: DatasetFilter): Prisma.Sql {
  const unclassified = includeUnclassified ? Prisma.sql`false` : Prisma.sql`m."classId" IS NULL`;
  if (classIds === null) return unclassified;
  return Prisma.sql`(${unclassified} OR (m."classId" IS NOT NULL AND m."classId" <> ALL (${classIds}::uuid[])))`;
}

function dateSql({ from, until }: DatasetFilter): Prisma.Sql {
  const parts: Prisma.Sql[] = [];
  if (from !== null) parts.push(Prisma.sql`m."headAt" < ${from}::timestamptz`);
  if (until !== null) parts.push(Prisma.sql`m."headAt" >= ${until}::timestamptz`);
  return parts.length === 0 ? Prisma.sql`false` : Prisma.sql`(${Prisma.join(parts, ' OR ')})`;
}

/** SQL text of a project's live masks, each with the reason why it is left out. */
function judgedSql(projectId: ProjectId, filter: DatasetFilter): Prisma.Sql {
  return Prisma.sql`
    SELECT m."id", m."imageId", m."headRevisionId", m."classId", m."parentId", m."zIndex", ${dropReasonSql(filter)} AS "reason"
    FROM "Mask" m
    JOIN "Image" i ON i."id" = m."imageId"
    LEFT JOIN "LabelClass" k ON k."id" = m."classId"
    WHERE i."projectId" = ${projectId}::uuid AND i."deletedAt" IS NULL AND m."removedAt" IS NULL`;
}

interface Groups {
  readonly taken: readonly { readonly imageId: string; readonly key: string; readonly masks: number }[];
  readonly dropped: Partial<Record<DropReason, number>>;
}

/**
 * Per image how many masks are taken, and how many are left out by reason. Counted in the database, so that a
 * million masks come back as one row per image.
 * @param judged SQL text of judged masks
 */
async function group(db: Db, judged: Prisma.Sql): Promise<Groups> {
  const rows = await db.$queryRaw<
    { taken: [string, string, number][] | null; dropped: [DropReason, number][] | null }[]
  >`
    WITH counted AS (
      SELECT "imageId", "reason", count(*)::int AS "masks" FROM (${judged}) judged GROUP BY 1, 2)
    SELECT (SELECT jsonb_agg(jsonb_build_array(c."imageId", COALESCE(i."groupKey", i."sha256"), c."masks"))
            FROM counted c JOIN "Image" i ON i."id" = c."imageId" WHERE c."reason" IS NULL) AS "taken",
           (SELECT jsonb_agg(jsonb_build_array(d."reason", d."masks"))
            FROM (SELECT "reason", sum("masks")::int AS "masks" FROM counted WHERE "reason" IS NOT NULL GROUP BY 1) d) AS "dropped"`;
  const row = rows[0];
  return {
    taken: (row?.taken ?? []).map(([imageId, key, masks]) => ({ imageId, key, masks })),
    dropped: Object.fromEntries(row?.dropped ?? []) as Partial<Record<DropReason, number>>,
  };
}

/** What a dataset version with this filter and these splits would hold, and what it would leave out and why. */
export async function preview(
  db: Db,
  projectId: ProjectId,
  { filter, splits }: { filter: DatasetFilter; splits: SplitRule },
): Promise<DatasetCounts> {
  return countsOf(await group(db, judgedSql(projectId, filter)), splits).counts;
}

function countsOf(
  { taken, dropped }: Groups,
  rule: SplitRule,
): { counts: DatasetCounts; splitByImage: Map<string, Split> } {
  const tally: Record<Split, { images: number; masks: number }> = {
    train: { images: 0, masks: 0 },
    val: { images: 0, masks: 0 },
    test: { images: 0, masks: 0 },
  };
  const splitByImage = new Map<string, Split>();
  let masks = 0;
  for (const image of taken) {
    const split = splitOf(image.key, rule);
    splitByImage.set(image.imageId, split);
    tally[split].images += 1;
    tally[split].masks += image.masks;
    masks += image.masks;
  }
  return { counts: { masks, images: taken.length, dropped, splits: tally }, splitByImage };
}

export interface NewDatasetVersion {
  readonly projectId: ProjectId;
  readonly name: string;
  readonly notes: string;
  readonly filter: DatasetFilter;
  readonly splits: SplitRule;
  readonly createdById: UserId;
}

/**
 * Makes an immutable dataset version out of what the masks are now, in one transaction. One statement reads all of
 * them, so the version holds one moment: saves that come in meanwhile are not in it.
 */
export async function freeze(
  db: Db,
  input: NewDatasetVersion,
): Promise<{ id: DatasetVersionId; number: number; counts: DatasetCounts; contentSha256: string }> {
  const id = newId();
  const moment = Prisma.raw(`"moment_${id.replaceAll('-', '')}"`);
  return inTransaction(
    db,
    async (tx) => {
      // numbers the versions 1, 2, 3 …: two at once wait for each other here
      await tx.$queryRaw`SELECT "id" FROM "Project" WHERE "id" = ${input.projectId}::uuid FOR NO KEY UPDATE`;
      const [next] = await tx.$queryRaw<{ number: number }[]>`
        SELECT COALESCE(max("number"), 0) + 1 AS "number" FROM "DatasetVersion" WHERE "projectId" = ${input.projectId}::uuid`;
      const number = next?.number ?? 1;
      await tx.$executeRaw`
        CREATE TEMPORARY TABLE ${moment} ("id" uuid, "imageId" uuid, "headRevisionId" uuid, "classId" uuid, "parentId" uuid,
          "zIndex" int, "reason" text) ON COMMIT DROP`;
      await tx.$executeRaw`INSERT INTO ${moment} ${judgedSql(input.projectId, input.filter)}`;
      const { counts, splitByImage } = countsOf(
        await group(tx, Prisma.sql`SELECT "imageId", "reason" FROM ${moment}`),
        input.splits,
      );
      await tx.$executeRaw`
        INSERT INTO "DatasetVersion" ("id", "projectId", "number", "name", "notes", "filter", "splits", "state", "createdById")
        VALUES (${id}::uuid, ${input.projectId}::uuid, ${number}, ${input.name}, ${input.notes},
                ${JSON.stringify(input.filter)}::jsonb, ${JSON.stringify(input.splits)}::jsonb, 'running', ${input.createdById}::uuid)`;
      await tx.$executeRaw`
        INSERT INTO "DatasetItem" ("datasetVersionId", "revisionId", "maskId", "imageId", "classId", "parentMaskId", "zIndex", "split")
        SELECT ${id}::uuid, m."headRevisionId", m."id", m."imageId", m."classId", m."parentId", m."zIndex", s."split"
        FROM ${moment} m
        JOIN unnest(${[...splitByImage.keys()]}::uuid[], ${[...splitByImage.values()]}::text[]::"Split"[]) AS s("imageId", "split")
          ON s."imageId" = m."imageId"
        WHERE m."reason" IS NULL`;
      const [hashed] = await tx.$queryRaw<{ sha256: string }[]>`
        SELECT encode(sha256(convert_to(COALESCE(string_agg(
                 concat_ws(' ', "revisionId", "split", COALESCE("classId"::text, '-'), COALESCE("parentMaskId"::text, '-'), "zIndex"),
                 E'\\n' ORDER BY "revisionId"), ''), 'UTF8')), 'hex') AS "sha256"
        FROM "DatasetItem" WHERE "datasetVersionId" = ${id}::uuid`;
      const contentSha256 = hashed?.sha256 ?? '';
      const labelClasses = await classes.list(tx, input.projectId);
      const roles = await members.rolesOf(tx, input.projectId);
      await tx.$executeRaw`
        UPDATE "DatasetVersion" SET "state" = 'done', "counts" = ${JSON.stringify(counts)}::jsonb, "contentSha256" = ${contentSha256},
          "labelClasses" = ${JSON.stringify(labelClasses)}::jsonb, "roles" = ${JSON.stringify(roles)}::jsonb
        WHERE "id" = ${id}::uuid`;
      return { id, number, counts, contentSha256 };
    },
    { timeoutMs: 10 * 60_000 },
  );
}

export interface DatasetVersion {
  readonly id: DatasetVersionId;
  readonly projectId: ProjectId;
  readonly number: number;
  readonly name: string;
  readonly notes: string;
  readonly filter: DatasetFilter;
  readonly splits: SplitRule;
  readonly state: BuildState;
  readonly counts: DatasetCounts;
  /** over the items in order (revision, split, class, parent, z-order); null until frozen */
  readonly contentSha256: string | null;
  readonly createdAt: Date;
  readonly createdBy: { readonly id: UserId; readonly name: string };
  readonly exports: number;
}

const columns = {
  id: true,
  projectId: true,
  number: true,
  name: true,
  notes: true,
  filter: true,
  splits: true,
  state: true,
  counts: true,
  contentSha256: true,
  createdAt: true,
  createdBy: { select: { id: true, name: true } },
  _count: { select: { exports: true } },
} as const;

type Row = Prisma.DatasetVersionGetPayload<{ select: typeof columns }>;

function toDatasetVersion({ _count, filter, splits, counts, ...row }: Row): DatasetVersion {
  return {
    ...row,
    filter: DatasetFilter.parse(filter),
    splits: SplitRule.parse(splits),
    // written by `freeze` alone
    counts: counts as unknown as DatasetCounts,
    exports: _count.exports,
  };
}

/** Newest first. */
export async function list(db: Db, projectId: ProjectId): Promise<DatasetVersion[]> {
  const rows = await db.datasetVersion.findMany({
    where: { projectId, deletedAt: null },
    select: columns,
    orderBy: { number: 'desc' },
  });
  return rows.map(toDatasetVersion);
}

export async function get(db: Db, datasetVersionId: DatasetVersionId): Promise<DatasetVersion | null> {
  const row = await db.datasetVersion.findFirst({
    where: { id: datasetVersionId, deletedAt: null },
    select: columns,
  });
  return row && toDatasetVersion(row);
}
