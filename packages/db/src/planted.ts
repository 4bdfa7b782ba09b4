// Deliberately wrong proposals: which queries may count them, and how they are settled.
import type { ImageId, MaskId, Origin, PlantedState, ProjectId, UserId } from '@maskloop/domain';
import type { Db } from './client.ts';
import { Prisma } from './generated/client.ts';

/** The "Mask" row is called `m` in most queries, `k` in some. */
type Alias = 'm' | 'k';
const column = (alias: Alias) => Prisma.raw(`${alias}."planted"`);

/**
 * PP4, as SQL text about a "Mask" row: it is no planted proposal, or a person made another mask of it. What counts,
 * selects or shows masks asks for this; who draws conclusions about proposals asks for `neverPlantedSql`.
 */
export const genuineSql = (alias: Alias = 'm'): Prisma.Sql =>
  Prisma.sql`(${column(alias)} IS NULL OR ${column(alias)} = 'remade' AND ${Prisma.raw(alias)}."origin" = 'corrected')`;

/**
 * PP5, the same for who may be tested: until its image is submitted a planted proposal is like any other, or counting
 * would tell which ones they are.
 */
export const plausibleSql = (alias: Alias = 'm'): Prisma.Sql =>
  Prisma.sql`(${column(alias)} IS NULL OR ${column(alias)} IN ('open', 'remade'))`;

/** @param veiled whether the figures are for who may be tested (PP5) */
export const countedMaskSql = (veiled: boolean, alias: Alias = 'm'): Prisma.Sql =>
  veiled ? plausibleSql(alias) : genuineSql(alias);

/** PP4: no person's judgement of a planted proposal says anything about a model. @param veiled as above */
export const neverPlantedSql = (veiled = false, alias: Alias = 'm'): Prisma.Sql =>
  veiled
    ? Prisma.sql`(${column(alias)} IS NULL OR ${column(alias)} = 'open')`
    : Prisma.sql`${column(alias)} IS NULL`;

/** `genuineSql` for Prisma's own queries. */
export const GENUINE: Prisma.MaskWhereInput = {
  OR: [{ planted: null }, { planted: 'remade', origin: 'corrected' }],
};

// ---- planting and settling --------------------------------------------------------------------------------

/**
 * PP1: the share that is planted in an image, which is none when it will not be submitted any more. Locked against a
 * change until the transaction ends, so that turning it off finds what a run under way plants.
 */
export async function shareIn(db: Db, imageId: ImageId): Promise<number> {
  const [row] = await db.$queryRaw<{ share: number }[]>`
    SELECT COALESCE((p."settings"->>'plantedShare')::float8, 0) AS "share"
    FROM "Image" i JOIN "Project" p ON p."id" = i."projectId"
    WHERE i."id" = ${imageId}::uuid AND i."status" IN ('open', 'sent_back') FOR SHARE OF p`;
  return row?.share ?? 0;
}

/** A planted proposal that its image's submission settles. */
export interface Unsettled {
  readonly id: MaskId;
  readonly before: PlantedState;
  readonly origin: Origin;
  /** a person took it away */
  readonly removed: boolean;
  readonly iouWithProposal: number | null;
  /** who judged it, if somebody did */
  readonly personId: UserId | null;
}

/** Those of an image that are not settled, or were made anew and may have changed since; locked. */
export async function unsettled(db: Db, imageId: ImageId): Promise<Unsettled[]> {
  // the lock first and alone: a join would show heads as they were before the wait
  const ids = await db.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Mask" WHERE "imageId" = ${imageId}::uuid AND "planted" IN ('open', 'remade')
      AND "withdrawnByRunId" IS NULL ORDER BY "id" FOR UPDATE`;
  if (ids.length === 0) return [];
  return db.$queryRaw<Unsettled[]>`
    SELECT m."id", m."planted"::text AS "before", m."origin"::text AS "origin", m."removedById" IS NOT NULL AS "removed", h."iouWithProposal",
           COALESCE(m."removedById", h."authorId") AS "personId"
    FROM "Mask" m JOIN "MaskRevision" h ON h."id" = m."headRevisionId"
    WHERE m."id" = ANY (${ids.map(({ id }) => id)}::uuid[]) ORDER BY m."id"`;
}

/** PP3: keeps what became of them; all but those that were made anew are gone from then on. */
export async function settle(
  db: Db,
  outcomes: readonly { readonly id: MaskId; readonly state: Exclude<PlantedState, 'open'> }[],
): Promise<void> {
  await db.$executeRaw`
    UPDATE "Mask" m SET "planted" = o."state", "updatedAt" = clock_timestamp(),
      "removedAt" = CASE o."state" WHEN 'remade' THEN m."removedAt" ELSE COALESCE(m."removedAt", clock_timestamp()) END
    FROM unnest(${outcomes.map(({ id }) => id)}::uuid[], ${outcomes.map(({ state }) => state)}::text[]::"Planted"[])
      AS o("id", "state")
    WHERE m."id" = o."id"`;
}

/** PP7: takes away what nobody judged yet. @returns the images that somebody has open now */
export async function takeOut(db: Db, projectId: ProjectId): Promise<ImageId[]> {
  const rows = await db.$queryRaw<{ imageId: string }[]>`
    WITH gone AS (
      UPDATE "Mask" m SET "planted" = 'unjudged', "updatedAt" = clock_timestamp(),
        "removedAt" = COALESCE(m."removedAt", clock_timestamp()), "withdrawnByRunId" = NULL
      FROM "Image" i
      WHERE i."id" = m."imageId" AND i."projectId" = ${projectId}::uuid AND m."planted" = 'open'
        AND m."origin" = 'proposed' AND m."removedById" IS NULL
      RETURNING m."imageId")
    SELECT DISTINCT gone."imageId" FROM gone
    JOIN "Assignment" a ON a."imageId" = gone."imageId" AND a."state" = 'active'`;
  return rows.map(({ imageId }) => imageId);
}
