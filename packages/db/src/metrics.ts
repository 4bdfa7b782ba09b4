// AN1: the one place where the engine's figures are defined. Overview, stage board, analytics and CSV read from here.
import {
  type Dimension,
  isHumanCorrected,
  isHumanVerified,
  type LabellingFigures,
  ORIGINS,
  type Origin,
  type ProjectId,
  type Stage,
  type UserId,
} from '@maskloop/domain';
import type { Db } from './client.ts';
import { countedImageSql } from './counted-images.ts';
import { Prisma } from './generated/client.ts';
import type * as Rows from './generated/enums.ts';
import { countedMaskSql, neverPlantedSql } from './planted.ts';
import { toDomain } from './to-domain.ts';

/** Live masks of a project's live images by the origin of their heads. @param veiled for who may be tested (PP5) */
export async function masksByOrigin(
  db: Db,
  projectId: ProjectId,
  veiled = false,
): Promise<{ total: number; byOrigin: Record<Origin, number> }> {
  const rows = await db.$queryRaw<{ origin: Origin; count: number }[]>`
    SELECT m."origin"::text AS "origin", count(*)::int AS "count"
    FROM "Mask" m JOIN "Image" i ON i."id" = m."imageId"
    WHERE i."projectId" = ${projectId}::uuid AND ${countedImageSql} AND m."removedAt" IS NULL
      AND ${countedMaskSql(veiled)}
    GROUP BY 1`;
  const byOrigin = Object.fromEntries(ORIGINS.map((origin) => [origin, 0])) as Record<Origin, number>;
  for (const { origin, count } of rows) byOrigin[origin] = count;
  return { total: rows.reduce((sum, row) => sum + row.count, 0), byOrigin };
}

export interface MetricsScope {
  readonly projectId: ProjectId;
  /** only masks that were changed or removed since, and before (AN3) */
  readonly since?: Date | null;
  readonly until?: Date | null;
  /** only masks that this person changed or removed last */
  readonly personId?: UserId | null;
  /** for who may be tested (PP5); left out: for who leads */
  readonly veiled?: boolean;
}

const VERIFIED = ORIGINS.filter(isHumanVerified);
const CORRECTED = ORIGINS.filter(isHumanCorrected);

/**
 * One row for each mask with what the figures look at. A person is who changed it last, or removed it; a model is the
 * head's, or the proposal's when the head was drawn; a week begins on Monday, UTC.
 */
function measuredMasks({ projectId, since, until, personId, veiled = false }: MetricsScope): Prisma.Sql {
  return Prisma.sql`
    SELECT m."id", m."imageId", m."classId", m."origin", m."removedAt", m."parentId", m."headArea", m."headAt",
           m."stage"::text AS "stage", COALESCE(m."removedById", head."authorId") AS "personId",
           COALESCE(head."modelVersionId", work."proposalModelId") AS "modelId",
           to_char(date_trunc('week', COALESCE(m."removedAt", m."headAt") AT TIME ZONE 'UTC'), 'YYYY-MM-DD') AS "week",
           m."removedAt" IS NULL AND m."origin" = ANY (${VERIFIED}::"Origin"[]) AS "verified",
           m."removedAt" IS NULL AND m."origin" = ANY (${CORRECTED}::"Origin"[]) AS "corrected",
           -- a run that supersedes its own proposals removes them too, but without a person: no judgement
           work."proposed" AND ${neverPlantedSql(veiled)} AND (m."removedById" IS NOT NULL
             OR m."removedAt" IS NULL AND m."origin" IN ('accepted', 'corrected')) AS "judged",
           m."removedAt" IS NULL AND m."origin" = 'accepted' AS "accepted",
           CASE WHEN m."removedAt" IS NOT NULL THEN NULL WHEN m."origin" = 'accepted' THEN 1
                ELSE head."iouWithProposal" END AS "iou",
           work."ms", work."prompts", i."status" IN ('submitted', 'accepted') AS "finished",
           i."width"::float8 * i."height" AS "pixels", i."name" AS "imageName"
    FROM "Mask" m
    JOIN "Image" i ON i."id" = m."imageId"
    JOIN "MaskRevision" head ON head."id" = m."headRevisionId"
    JOIN LATERAL (
      SELECT sum(r."activeMs") FILTER (WHERE r."authorId" IS NOT NULL) AS "ms",
             max(r."promptCount") FILTER (WHERE r."authorId" IS NOT NULL) AS "prompts",
             bool_or(r."edit" = 'propose') AS "proposed",
             (array_agg(r."modelVersionId") FILTER (WHERE r."edit" = 'propose'))[1] AS "proposalModelId"
      FROM "MaskRevision" r WHERE r."maskId" = m."id") work ON true
    WHERE i."projectId" = ${projectId}::uuid AND ${countedImageSql} AND ${countedMaskSql(veiled)}
      ${since ? Prisma.sql`AND COALESCE(m."removedAt", m."headAt") >= ${since}` : Prisma.empty}
      ${until ? Prisma.sql`AND COALESCE(m."removedAt", m."headAt") < ${until}` : Prisma.empty}
      ${personId ? Prisma.sql`AND COALESCE(m."removedById", head."authorId") = ${personId}::uuid` : Prisma.empty}`;
}

const NO_FIGURES: LabellingFigures = {
  verifiedMasks: 0,
  medianSecondsPerMask: null,
  clicksPerMask: null,
  masksPerImage: null,
  coverage: null,
  judged: 0,
  acceptedShare: null,
  meanProposalIou: null,
};

/** The figures of a project as a whole. */
export async function figures(db: Db, scope: MetricsScope): Promise<LabellingFigures> {
  const [all] = await figuresBy(db, scope, []);
  return all ? all.figures : NO_FIGURES;
}

export interface FiguresRow {
  /** null: everything together */
  readonly dimension: Dimension | null;
  /** id of the class, person or model version; stage; first day of the week. null: none of them */
  readonly key: string | null;
  readonly figures: LabellingFigures;
}

const KEYS: Readonly<Record<Dimension, Prisma.Sql>> = {
  stage: Prisma.sql`"stage"`,
  class: Prisma.sql`"classId"`,
  person: Prisma.sql`"personId"`,
  model: Prisma.sql`"modelId"`,
  week: Prisma.sql`"week"`,
};

/**
 * The figures of a project as a whole and by each of the dimensions, in one statement. Grouping sets sort each
 * dimension by its own key: a row for each mask and dimension would be sorted as text.
 */
export async function figuresBy(
  db: Db,
  scope: MetricsScope,
  dimensions: readonly Dimension[],
): Promise<FiguresRow[]> {
  const keys = dimensions.map((dimension) => KEYS[dimension]);
  const sets = (...always: readonly Prisma.Sql[]) =>
    Prisma.join([
      Prisma.sql`(${always.length > 0 ? Prisma.join(always) : Prisma.empty})`,
      ...keys.map((key) => Prisma.sql`(${Prisma.join([...always, key])})`),
    ]);
  // of the dimensions only the one that a row is about is not null, and that one may be, too
  const which = Prisma.sql`CASE ${Prisma.join(
    [Prisma.sql`WHEN false THEN NULL::text`].concat(
      dimensions.map(
        (dimension) => Prisma.sql`WHEN GROUPING(${KEYS[dimension]}) = 0 THEN ${dimension}::text`,
      ),
    ),
    ' ',
  )} END AS "dimension",
    COALESCE(${Prisma.join([Prisma.sql`NULL::text`, ...keys.map((key) => Prisma.sql`${key}::text`)])}) AS "key"`;
  const rows = await db.$queryRaw<(LabellingFigures & { dimension: Dimension | null; key: string | null })[]>`
    WITH measured AS MATERIALIZED (${measuredMasks(scope)}),
    images AS (
      SELECT "dimension", "key", avg("masks")::float8 AS "masksPerImage", avg("covered")::float8 AS "coverage"
      FROM (SELECT ${which}, count(*) AS "masks",
                   LEAST(1, COALESCE(sum("headArea") FILTER (WHERE "parentId" IS NULL), 0) / max("pixels")) AS "covered"
            FROM measured WHERE "verified" AND "finished" GROUP BY GROUPING SETS (${sets(Prisma.sql`"imageId"`)})) each
      GROUP BY 1, 2),
    masks AS (
      SELECT ${which}, (count(*) FILTER (WHERE "verified"))::int AS "verifiedMasks",
             percentile_cont(0.5) WITHIN GROUP (ORDER BY "ms") FILTER (WHERE "corrected" AND "ms" > 0) / 1000 AS "medianSecondsPerMask",
             avg("prompts") FILTER (WHERE "corrected" AND "prompts" > 0)::float8 AS "clicksPerMask",
             (count(*) FILTER (WHERE "judged"))::int AS "judged",
             (count(*) FILTER (WHERE "judged" AND "accepted"))::float8 / NULLIF(count(*) FILTER (WHERE "judged"), 0) AS "acceptedShare",
             avg("iou") FILTER (WHERE "judged")::float8 AS "meanProposalIou"
      FROM measured GROUP BY GROUPING SETS (${sets()}))
    SELECT m.*, i."masksPerImage", i."coverage"
    FROM masks m LEFT JOIN images i ON i."dimension" IS NOT DISTINCT FROM m."dimension" AND i."key" IS NOT DISTINCT FROM m."key"
    ORDER BY m."dimension" NULLS FIRST, m."verifiedMasks" DESC, m."key"`;
  return rows.map(({ dimension, key, ...measured }) => ({
    dimension,
    key: dimension === 'stage' && key !== null ? toDomain(key) : key,
    figures: measured,
  }));
}

/** What the keys of rows are called: classes (deleted ones too), people and model versions. */
export async function namesOf(db: Db, rows: readonly FiguresRow[]): Promise<ReadonlyMap<string, string>> {
  const keysOf = (wanted: Dimension) =>
    rows.flatMap(({ dimension, key }) => (dimension === wanted && key !== null ? [key] : []));
  const select = { id: true, name: true } as const;
  const found = await Promise.all([
    db.labelClass.findMany({ where: { id: { in: keysOf('class') } }, select }),
    db.user.findMany({ where: { id: { in: keysOf('person') } }, select }),
    db.modelVersion.findMany({ where: { id: { in: keysOf('model') } }, select }),
  ]);
  return new Map(found.flat().map(({ id, name }) => [id, name]));
}

/** Bins of the histogram below: 0 to 0.05, 0.05 to 0.1 and so on. */
export const IOU_BINS = 20;

/** How much of the proposals was left: judged proposals that were not removed, by their IoU with the final mask. */
export async function iouHistogram(
  db: Db,
  scope: MetricsScope,
): Promise<{ readonly corrected: readonly number[]; readonly accepted: number }> {
  const rows = await db.$queryRaw<{ accepted: boolean; bin: number; count: number }[]>`
    SELECT "accepted", LEAST(${IOU_BINS} - 1, floor("iou" * ${IOU_BINS}))::int AS "bin", count(*)::int AS "count"
    FROM (${measuredMasks(scope)}) m WHERE "judged" AND "iou" IS NOT NULL GROUP BY 1, 2`;
  const corrected = Array.from({ length: IOU_BINS }, () => 0);
  let accepted = 0;
  for (const row of rows) {
    if (row.accepted) accepted += row.count;
    else corrected[row.bin] = (corrected[row.bin] ?? 0) + row.count;
  }
  return { corrected, accepted };
}

/** A mask as the CSV of analytics lists it. */
export interface MeasuredMask {
  readonly id: string;
  readonly imageName: string;
  readonly className: string | null;
  readonly person: string | null;
  readonly model: string | null;
  readonly stage: Stage;
  readonly week: string | null;
  readonly origin: string;
  readonly removed: boolean;
  readonly seconds: number | null;
  readonly clicks: number | null;
  readonly judged: boolean;
  readonly iou: number | null;
  readonly area: number | null;
  readonly changedAt: Date | null;
}

/** Every mask of a project with its figures, by id, in pages: memory stays the same whatever the size. */
export async function* streamMasks(
  db: Db,
  scope: MetricsScope,
  pageSize = 2_000,
): AsyncGenerator<MeasuredMask[]> {
  for (let after: string | null = null; ; ) {
    const from: Prisma.Sql = after === null ? Prisma.empty : Prisma.sql`AND m."id" > ${after}::uuid`;
    const rows = await db.$queryRaw<(Omit<MeasuredMask, 'stage'> & { stage: Rows.Stage })[]>`
      SELECT m."id", m."imageName", c."name" AS "className", u."name" AS "person", v."name" AS "model", m."stage", m."week",
             m."origin"::text AS "origin", m."removedAt" IS NOT NULL AS "removed", m."ms"::float8 / 1000 AS "seconds",
             m."prompts" AS "clicks", m."judged", m."iou", m."headArea" AS "area", m."headAt" AS "changedAt"
      FROM (${measuredMasks(scope)} ${from} ORDER BY m."id" LIMIT ${pageSize}) m
      LEFT JOIN "LabelClass" c ON c."id" = m."classId"
      LEFT JOIN "User" u ON u."id" = m."personId"
      LEFT JOIN "ModelVersion" v ON v."id" = m."modelId"
      ORDER BY m."id"`;
    if (rows.length > 0) yield rows.map((row) => ({ ...row, stage: toDomain(row.stage) }));
    if (rows.length < pageSize) return;
    after = rows.at(-1)?.id ?? null;
  }
}
