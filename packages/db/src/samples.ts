import {
  allocate,
  DomainError,
  type ImageId,
  type JudgedItem,
  type MaskBox,
  type MaskId,
  type Origin,
  type ProjectId,
  type ProposalFloor,
  type RevisionId,
  type SampleAllocation,
  type SampleInput,
  type SampleUnit,
  type SampleVerdict,
  STRATUM_EDGES,
  type Stage,
  Strata,
  type Stratum,
  type UserId,
} from '@maskloop/domain';
import { type Db, inTransaction } from './client.ts';
import { countedImageSql } from './counted-images.ts';
import { Prisma } from './generated/client.ts';
import { newId } from './new-id.ts';
import { genuineSql } from './planted.ts';
import { toDomain, toRow } from './to-domain.ts';

/** QS1: what is drawn from: live proposals that nobody judged and that the stage shows. */
interface Population {
  readonly projectId: ProjectId;
  readonly unit: SampleUnit;
  readonly floor: ProposalFloor;
}

/** One row per unit: its id, stratum (0-based) and number of masks. */
function unitsSql(population: Population): Prisma.Sql {
  const edges = Prisma.sql`${[...STRATUM_EDGES]}::float8[]`;
  return population.unit === 'mask'
    ? Prisma.sql`
        SELECT "maskId" AS "unit", width_bucket("score", ${edges}) AS "stratum", 1 AS "masks"
        FROM (${proposalsSql(population)}) p`
    : Prisma.sql`
        SELECT "imageId" AS "unit", width_bucket(avg("score"), ${edges}) AS "stratum", count(*)::int AS "masks"
        FROM (${proposalsSql(population)}) p GROUP BY "imageId"`;
}

function proposalsSql({ projectId, floor }: Population): Prisma.Sql {
  // a missing score counts as 0, and a floor of 0 lets everything through (ST1)
  const reaches = (column: Prisma.Sql, least: number) =>
    least === 0 ? Prisma.empty : Prisma.sql`AND COALESCE(${column}, 0) >= ${least}`;
  return Prisma.sql`
    SELECT m."id" AS "maskId", m."imageId", r."id" AS "revisionId", COALESCE(r."predictedIou", 0)::float8 AS "score"
    FROM "Mask" m
    JOIN "Image" i ON i."id" = m."imageId"
    JOIN "MaskRevision" r ON r."id" = m."headRevisionId"
    WHERE i."projectId" = ${projectId}::uuid AND ${countedImageSql} AND m."removedAt" IS NULL
      AND m."origin" = 'proposed' AND ${genuineSql()}
      ${reaches(Prisma.sql`r."predictedIou"`, floor.predictedIou)} ${reaches(Prisma.sql`r."stability"`, floor.stability)}`;
}

/** The strata as they are now, with nothing drawn; lowest first, empty ones too. */
export async function strataNow(db: Db, population: Population): Promise<Stratum[]> {
  const rows = await db.$queryRaw<{ stratum: number; population: number; masks: number }[]>`
    SELECT "stratum", count(*)::int AS "population", sum("masks")::int AS "masks"
    FROM (${unitsSql(population)}) u GROUP BY "stratum"`;
  return [null, ...STRATUM_EDGES].map((from, stratum) => {
    const row = rows.find((each) => each.stratum === stratum);
    return { from, population: row?.population ?? 0, masks: row?.masks ?? 0, drawn: 0 };
  });
}

/**
 * Draws a sample and keeps it. The order of units is by a hash of seed and id: the same seed draws the same from the
 * same population, and the first of any number of items are a sample too.
 * @throws DomainError INVALID_INPUT when there is nothing to draw from
 */
export async function draw(
  db: Db,
  request: SampleInput & {
    readonly projectId: ProjectId;
    readonly floor: ProposalFloor;
    readonly stage: Stage;
    readonly createdById: UserId;
  },
): Promise<{ id: string; number: number; items: number }> {
  const { projectId, unit, size, allocation, seed } = request;
  return inTransaction(db, async (tx) => {
    // two at once wait for each other here, and get different numbers
    await tx.$queryRaw`SELECT "id" FROM "Project" WHERE "id" = ${projectId}::uuid FOR NO KEY UPDATE`;
    const population = await strataNow(tx, request);
    const given = allocate(
      population.map((stratum) => stratum.population),
      size,
      allocation,
    );
    if (given.every((count) => count === 0)) {
      throw new DomainError('INVALID_INPUT', 'There are no unjudged proposals to draw from.', { projectId });
    }
    const last = await tx.qualitySample.aggregate({ where: { projectId }, _max: { number: true } });
    const { id, number } = await tx.qualitySample.create({
      data: {
        id: newId(),
        projectId,
        number: (last._max.number ?? 0) + 1,
        unit,
        allocation,
        seed,
        stage: toRow(request.stage),
        strata: population.map((stratum, at) => ({ ...stratum, drawn: given[at] ?? 0 })),
        createdById: request.createdById,
      },
      select: { id: true, number: true },
    });
    const key = Prisma.sql`md5(${String(seed)} || "unit"::text)`;
    const items = await tx.$executeRaw`
      WITH ranked AS (
        SELECT "unit", "stratum", row_number() OVER (PARTITION BY "stratum" ORDER BY ${key}, "unit") AS "rank"
        FROM (${unitsSql(request)}) u),
      drawn AS (SELECT * FROM ranked WHERE "rank" <= (${given}::int[])["stratum" + 1])
      INSERT INTO "QualitySampleItem" ("sampleId", "place", "stratum", "imageId", "maskId", "revisionId")
      SELECT ${id}::uuid, row_number() OVER (ORDER BY ${key}, "unit", p."maskId"), d."stratum", p."imageId", p."maskId",
             p."revisionId"
      FROM drawn d
      JOIN (${proposalsSql(request)}) p ON d."unit" = ${unit === 'mask' ? Prisma.sql`p."maskId"` : Prisma.sql`p."imageId"`}`;
    return { id, number, items };
  });
}

export interface QualitySample {
  readonly id: string;
  readonly projectId: ProjectId;
  readonly number: number;
  readonly unit: SampleUnit;
  readonly allocation: SampleAllocation;
  readonly seed: number;
  readonly stage: Stage;
  readonly strata: readonly Stratum[];
  readonly createdBy: { readonly id: UserId; readonly name: string };
  readonly createdAt: Date;
}

const sampleSelect = {
  id: true,
  projectId: true,
  number: true,
  unit: true,
  allocation: true,
  seed: true,
  stage: true,
  strata: true,
  createdBy: { select: { id: true, name: true } },
  createdAt: true,
} as const;

function toSample(row: Prisma.QualitySampleGetPayload<{ select: typeof sampleSelect }>): QualitySample {
  return { ...row, stage: toDomain(row.stage), strata: Strata.parse(row.strata) };
}

export async function get(db: Db, sampleId: string): Promise<QualitySample | null> {
  const row = await db.qualitySample.findUnique({ where: { id: sampleId }, select: sampleSelect });
  return row && toSample(row);
}

/** For permission checks. */
export async function projectOf(db: Db, sampleId: string): Promise<ProjectId | null> {
  const row = await db.qualitySample.findUnique({ where: { id: sampleId }, select: { projectId: true } });
  return row?.projectId ?? null;
}

/** Newest first. */
export async function list(
  db: Db,
  request: { readonly projectId: ProjectId; readonly before: number | null; readonly limit: number },
): Promise<{ samples: QualitySample[]; next: number | null }> {
  const rows = await db.qualitySample.findMany({
    where: {
      projectId: request.projectId,
      ...(request.before === null ? {} : { number: { lt: request.before } }),
    },
    select: sampleSelect,
    orderBy: { number: 'desc' },
    take: request.limit + 1,
  });
  const samples = rows.slice(0, request.limit).map(toSample);
  return { samples, next: rows.length > request.limit ? (samples.at(-1)?.number ?? null) : null };
}

/**
 * How many masks a sample holds, and what reviewers said of those they have seen. What was drawn together is one
 * cluster: the masks of an image when images were drawn, else each mask.
 */
export async function judged(
  db: Db,
  { id: sampleId, unit }: Pick<QualitySample, 'id' | 'unit'>,
): Promise<{ total: number; items: JudgedItem[] }> {
  const [total, rows] = await Promise.all([
    db.qualitySampleItem.count({ where: { sampleId } }),
    db.qualitySampleItem.findMany({
      where: { sampleId, verdict: { not: null } },
      select: { stratum: true, imageId: true, maskId: true, verdict: true, iou: true },
    }),
  ]);
  const items = rows.flatMap(({ stratum, imageId, maskId, verdict, iou }) =>
    verdict === null ? [] : [{ stratum, cluster: unit === 'image' ? imageId : maskId, verdict, iou }],
  );
  return { total, items };
}

/** The first place that nobody judged; null: all are judged. */
export async function firstOpen(db: Db, sampleId: string): Promise<number | null> {
  const row = await db.qualitySampleItem.findFirst({
    where: { sampleId, verdict: null },
    select: { place: true },
    orderBy: { place: 'asc' },
  });
  return row?.place ?? null;
}

export interface SampleItem {
  readonly place: number;
  readonly stratum: number;
  readonly image: {
    readonly id: ImageId;
    readonly name: string;
    readonly width: number;
    readonly height: number;
    readonly deleted: boolean;
  };
  readonly maskId: MaskId;
  readonly className: string | null;
  /** the proposal as it was drawn */
  readonly proposal: {
    readonly revisionId: RevisionId;
    readonly counts: string;
    readonly box: MaskBox;
    readonly area: number;
    readonly predictedIou: number | null;
    readonly stability: number | null;
  };
  /** what the mask is now; null when it was removed */
  readonly now: {
    readonly revisionId: RevisionId;
    readonly origin: Origin;
    readonly counts: string;
  } | null;
  readonly verdict: SampleVerdict | null;
  readonly iou: number | null;
  readonly judgedBy: { readonly id: UserId; readonly name: string } | null;
}

export async function item(db: Db, sampleId: string, place: number): Promise<SampleItem | null> {
  const row = await db.qualitySampleItem.findUnique({
    where: { sampleId_place: { sampleId, place } },
    select: {
      place: true,
      stratum: true,
      maskId: true,
      verdict: true,
      iou: true,
      judgedBy: { select: { id: true, name: true } },
      image: { select: { id: true, name: true, width: true, height: true, deletedAt: true } },
      revision: {
        select: {
          id: true,
          counts: true,
          boxX: true,
          boxY: true,
          boxW: true,
          boxH: true,
          area: true,
          predictedIou: true,
          stability: true,
        },
      },
      mask: {
        select: {
          removedAt: true,
          class: { select: { name: true } },
          headRevision: { select: { id: true, origin: true, counts: true } },
        },
      },
    },
  });
  if (!row) return null;
  const { image, revision, mask } = row;
  const head = mask.removedAt === null ? mask.headRevision : null;
  return {
    place: row.place,
    stratum: row.stratum,
    image: {
      id: image.id,
      name: image.name,
      width: image.width,
      height: image.height,
      deleted: image.deletedAt !== null,
    },
    maskId: row.maskId,
    className: mask.class?.name ?? null,
    proposal: {
      revisionId: revision.id,
      counts: revision.counts,
      box: { x: revision.boxX, y: revision.boxY, width: revision.boxW, height: revision.boxH },
      area: revision.area,
      predictedIou: revision.predictedIou,
      stability: revision.stability,
    },
    now: head && { revisionId: head.id, origin: head.origin, counts: head.counts },
    verdict: row.verdict,
    iou: row.iou,
    judgedBy: row.judgedBy,
  };
}

/** The newest verdict counts; null takes it back. @param iou with `corrected` only */
export async function setVerdict(
  db: Db,
  place: { readonly sampleId: string; readonly place: number },
  said: {
    readonly verdict: SampleVerdict | null;
    readonly iou: number | null;
    readonly userId: UserId;
  },
): Promise<boolean> {
  const { count } = await db.qualitySampleItem.updateMany({
    where: place,
    data: {
      verdict: said.verdict,
      iou: said.iou,
      judgedById: said.verdict && said.userId,
      judgedAt: said.verdict && new Date(),
    },
  });
  return count > 0;
}
