import {
  type BuildState,
  type DatasetCounts,
  DatasetFilter,
  type DatasetVersionId,
  DomainError,
  NO_COUNTS,
  type ProjectId,
  type Split,
  SplitRule,
  type UserId,
} from '@maskloop/domain';
import * as classes from './classes.ts';
import { type Db, type DbClient, inTransaction } from './client.ts';
import { countedImageSql } from './counted-images.ts';
import { addUp, groupedSql, judgedSql, splitsOf, splitsSql } from './dataset-selection.ts';
import { defined } from './defined.ts';
import { Prisma } from './generated/client.ts';
import * as members from './members.ts';
import { newId } from './new-id.ts';

/** What a dataset version with this filter and these splits would hold, and what it would leave out and why. */
export async function preview(
  db: Db,
  projectId: ProjectId,
  { filter, splits }: { filter: DatasetFilter; splits: SplitRule },
): Promise<DatasetCounts> {
  return addUp(db, groupedSql(projectId, filter), await splitsOf(db, projectId, splits));
}

// ---- making ---------------------------------------------------------------------------------------------

export interface NewDatasetVersion {
  readonly projectId: ProjectId;
  readonly name: string;
  readonly notes: string;
  readonly filter: DatasetFilter;
  readonly splits: SplitRule;
  readonly createdById: UserId;
}

/** A version without contents, numbered 1, 2, 3 … in its project; `build` fills it. */
export async function create(
  db: Db,
  input: NewDatasetVersion,
): Promise<{ id: DatasetVersionId; number: number }> {
  return inTransaction(db, async (tx) => {
    // two at once wait for each other here
    await tx.$queryRaw`SELECT "id" FROM "Project" WHERE "id" = ${input.projectId}::uuid FOR NO KEY UPDATE`;
    const last = await tx.datasetVersion.aggregate({
      where: { projectId: input.projectId },
      _max: { number: true },
    });
    const row = await tx.datasetVersion.create({
      data: {
        ...input,
        id: newId(),
        number: (last._max.number ?? 0) + 1,
        filter: input.filter as Prisma.InputJsonObject,
        splits: input.splits as Prisma.InputJsonObject,
      },
      select: { id: true, number: true },
    });
    return row;
  });
}

export interface BuiltDataset {
  readonly counts: DatasetCounts;
  readonly contentSha256: string;
}

export interface BuildOptions {
  /** 0..1 */
  readonly progress?: (fraction: number) => void;
  readonly signal?: AbortSignal;
  /** last word before the version is frozen, inside its transaction: throwing leaves it without contents */
  readonly check?: (tx: Db) => Promise<void>;
  /** told last inside the transaction: what it writes exists exactly when the version is frozen */
  readonly frozen?: (tx: Db, built: BuiltDataset) => Promise<void>;
}

const BUILD_TIMEOUT_MS = 3_600_000;
/** Items are written in this many pieces, so that progress and a cancellation come through. */
const PIECES = 20;

/**
 * Fills a version with what the masks are now and freezes it, in one transaction: whoever looks sees all or nothing,
 * and a build that was killed can be made again. EX5: one statement reads all masks, so the version holds one moment;
 * saves that come in meanwhile are not in it.
 *
 * @returns null when it is frozen already, or was deleted
 */
export async function build(
  db: Db,
  datasetVersionId: DatasetVersionId,
  { progress = () => {}, signal, check, frozen }: BuildOptions = {},
): Promise<BuiltDataset | null> {
  await db.datasetVersion.updateMany({
    where: { id: datasetVersionId, state: { not: 'done' }, deletedAt: null },
    data: { state: 'running', error: null },
  });
  return inTransaction(
    db,
    async (tx) => {
      const step = (fraction: number) => {
        signal?.throwIfAborted();
        progress(fraction);
      };
      await tx.$queryRaw`SELECT "id" FROM "DatasetVersion" WHERE "id" = ${datasetVersionId}::uuid FOR NO KEY UPDATE`;
      const version = await get(tx, datasetVersionId);
      if (version === null || version.state === 'done') return null;
      const { projectId, filter, splits: rule } = version;
      step(0.02);
      const moment = Prisma.raw(`"moment_${newId().replaceAll('-', '')}"`);
      await tx.$executeRaw`
        CREATE TEMPORARY TABLE ${moment} ON COMMIT DROP AS SELECT * FROM (${judgedSql(projectId, filter)}) judged`;
      await tx.$executeRaw`ANALYZE ${moment}`;
      step(0.2);
      const splits = await splitsOf(tx, projectId, rule);
      const counted = Prisma.sql`
        SELECT "imageId", "classId", "kind", "reason", count(*) AS "masks", 0 AS "headless" FROM ${moment} GROUP BY 1, 2, 3, 4`;
      const counts = await addUp(tx, counted, splits);
      step(0.3);
      const images = [...splits].sort(([a], [b]) => (a < b ? -1 : 1));
      const piece = Math.max(1, Math.ceil(images.length / PIECES));
      for (let at = 0; at < images.length; at += piece) {
        await insertItems(tx, datasetVersionId, moment, new Map(images.slice(at, at + piece)));
        step(0.3 + 0.4 * Math.min(1, (at + piece) / images.length));
      }
      await check?.(tx);
      step(0.75);
      const contentSha256 = await hashOf(tx, datasetVersionId);
      const labelClasses = await classes.list(tx, projectId);
      const roles = await members.rolesOf(tx, projectId);
      await tx.$executeRaw`
        UPDATE "DatasetVersion" SET "state" = 'done', "counts" = ${JSON.stringify(counts)}::jsonb, "contentSha256" = ${contentSha256},
          "labelClasses" = ${JSON.stringify(labelClasses)}::jsonb, "roles" = ${JSON.stringify(roles)}::jsonb
        WHERE "id" = ${datasetVersionId}::uuid`;
      await frozen?.(tx, { counts, contentSha256 });
      signal?.throwIfAborted();
      return { counts, contentSha256 };
    },
    { timeoutMs: BUILD_TIMEOUT_MS },
  );
}

async function insertItems(
  tx: Db,
  datasetVersionId: DatasetVersionId,
  moment: Prisma.Sql,
  splits: ReadonlyMap<string, Split>,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "DatasetItem" ("datasetVersionId", "revisionId", "maskId", "imageId", "classId", "parentMaskId", "zIndex", "split", "kind")
    SELECT ${datasetVersionId}::uuid, m."headRevisionId", m."id", m."imageId", m."classId", m."parentId", m."zIndex", s."split", m."kind"
    FROM ${moment} m JOIN ${splitsSql(splits)} ON s."imageId" = m."imageId"
    WHERE m."reason" IS NULL`;
}

/** EX5: over the items in order; a negative's line says so. */
async function hashOf(tx: Db, datasetVersionId: DatasetVersionId): Promise<string> {
  const [hashed] = await tx.$queryRaw<{ sha256: string }[]>`
    SELECT encode(sha256(convert_to(COALESCE(string_agg(
             concat_ws(' ', "revisionId", "split", COALESCE("classId"::text, '-'), COALESCE("parentMaskId"::text, '-'), "zIndex",
                       CASE "kind" WHEN 'negative' THEN 'negative' END),
             E'\\n' ORDER BY "revisionId"), ''), 'UTF8')), 'hex') AS "sha256"
    FROM "DatasetItem" WHERE "datasetVersionId" = ${datasetVersionId}::uuid`;
  return hashed?.sha256 ?? '';
}

/** Makes and fills a version in one go; on servers a job does the second half. */
export async function freeze(
  db: DbClient,
  input: NewDatasetVersion,
): Promise<{ id: DatasetVersionId; number: number; counts: DatasetCounts; contentSha256: string }> {
  const { id, number } = await create(db, input);
  const built = await build(db, id);
  if (built === null) throw new Error(`dataset version ${id} was deleted while it was frozen`);
  return { id, number, ...built };
}

/** @param state `cancelled` when a person stopped it */
export async function fail(
  db: Db,
  datasetVersionId: DatasetVersionId,
  error: string,
  state: 'failed' | 'cancelled' = 'failed',
): Promise<void> {
  await db.datasetVersion.updateMany({
    where: { id: datasetVersionId, state: { in: ['pending', 'running'] } },
    data: { state, error: error.slice(0, 2_000) },
  });
}

// ---- reading and describing -----------------------------------------------------------------------------

export interface DatasetVersion {
  readonly id: DatasetVersionId;
  readonly projectId: ProjectId;
  readonly number: number;
  readonly name: string;
  readonly notes: string;
  readonly filter: DatasetFilter;
  readonly splits: SplitRule;
  readonly state: BuildState;
  /** why it could not be frozen */
  readonly error: string | null;
  readonly counts: DatasetCounts;
  /** over the items in order (revision, split, class, parent, z-order, kind); null until frozen */
  readonly contentSha256: string | null;
  readonly createdAt: Date;
  readonly createdBy: { readonly id: UserId; readonly name: string };
  readonly exports: number;
  /** model versions that were trained on it */
  readonly models: readonly { readonly id: string; readonly name: string }[];
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
  error: true,
  counts: true,
  contentSha256: true,
  createdAt: true,
  createdBy: { select: { id: true, name: true } },
  models: { select: { id: true, name: true }, orderBy: { createdAt: 'asc' } },
  _count: { select: { exports: true } },
} as const;

type Row = Prisma.DatasetVersionGetPayload<{ select: typeof columns }>;

function toDatasetVersion({ _count, filter, splits, counts, ...row }: Row): DatasetVersion {
  return {
    ...row,
    filter: DatasetFilter.parse(filter),
    splits: SplitRule.parse(splits),
    // written by `build` alone; versions that were frozen before a figure existed lack it
    counts: { ...NO_COUNTS, ...(counts as unknown as Partial<DatasetCounts>) },
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

/** EX5: name and notes are all that can change. Fields left out stay. */
export async function update(
  db: Db,
  datasetVersionId: DatasetVersionId,
  { name, notes }: { name?: string | undefined; notes?: string | undefined },
): Promise<void> {
  await db.datasetVersion.update({
    where: { id: datasetVersionId },
    data: defined({ name, notes }),
    select: { id: true },
  });
}

/**
 * EX7: soft, so that its number is not given out again.
 * @throws DomainError INVALID_TRANSITION when a model was trained on it, or it is being frozen
 */
export async function softDelete(db: Db, datasetVersionId: DatasetVersionId): Promise<void> {
  await inTransaction(db, async (tx) => {
    // a model that is being registered for it waits here, or this waits for the model
    await tx.$queryRaw`SELECT "id" FROM "DatasetVersion" WHERE "id" = ${datasetVersionId}::uuid FOR UPDATE`;
    const version = await get(tx, datasetVersionId);
    if (version === null) return;
    if (version.models.length > 0) {
      const names = version.models.map(({ name }) => name).join(', ');
      throw new DomainError(
        'INVALID_TRANSITION',
        `Version ${version.number} stays: ${names} was trained on it.`,
        { datasetVersionId, models: version.models },
      );
    }
    if (version.state === 'pending' || version.state === 'running') {
      throw new DomainError(
        'INVALID_TRANSITION',
        `Version ${version.number} is being frozen: cancel that first.`,
      );
    }
    await tx.datasetVersion.update({
      where: { id: datasetVersionId },
      data: { deletedAt: new Date() },
      select: { id: true },
    });
  });
}

/** What the builder offers to choose from, beyond classes. */
export interface DatasetChoices {
  readonly people: readonly { readonly id: UserId; readonly name: string }[];
  readonly models: readonly { readonly id: string; readonly name: string }[];
  /** at most `MOST_GROUPS` of them */
  readonly groups: readonly string[];
}
const MOST_GROUPS = 1_000;

export async function choices(db: Db, projectId: ProjectId): Promise<DatasetChoices> {
  const [people, models, groups] = await Promise.all([
    // one index look-up a person: nobody reads a million revisions to find a few names
    db.$queryRaw<{ id: string; name: string }[]>`
      SELECT u."id"::text AS "id", u."name" FROM "User" u
      WHERE EXISTS (SELECT 1 FROM "Membership" m WHERE m."userId" = u."id" AND m."projectId" = ${projectId}::uuid)
         OR EXISTS (SELECT 1 FROM "Mask" k JOIN "Image" i ON i."id" = k."imageId"
                    WHERE k."createdById" = u."id" AND i."projectId" = ${projectId}::uuid)
      ORDER BY u."name", u."id"`,
    db.$queryRaw<{ id: string; name: string }[]>`
      SELECT v."id"::text AS "id", v."name" FROM "ModelVersion" v
      WHERE EXISTS (SELECT 1 FROM "MaskRevision" r JOIN "Image" i ON i."id" = r."imageId"
                    WHERE r."modelVersionId" = v."id" AND i."projectId" = ${projectId}::uuid)
      ORDER BY v."createdAt" DESC`,
    db.$queryRaw<{ key: string }[]>`
      SELECT DISTINCT i."groupKey" AS "key" FROM "Image" i
      WHERE i."projectId" = ${projectId}::uuid AND ${countedImageSql} AND i."groupKey" IS NOT NULL
      ORDER BY 1 LIMIT ${MOST_GROUPS}`,
  ]);
  return { people, models, groups: groups.map(({ key }) => key) };
}
