// DL5: how far second labelings agree with the first over a project, and which of them wait.
import type {
  AgreementSums,
  ClassAgreement,
  ImageId,
  ImageStatus,
  ProjectId,
  UserId,
} from '@maskloop/domain';
import type { Db } from './client.ts';
import { fromCursor, toCursor } from './cursor.ts';
import { Prisma } from './generated/client.ts';
import type * as Rows from './generated/enums.ts';
import { toDomain } from './to-domain.ts';

type Person = { readonly id: UserId; readonly name: string };

const personOf = (id: string | null, name: string | null): Person | null =>
  id === null ? null : { id, name: name ?? '' };

function sumsOf({ first, second, matched, iouSum, boundarySum }: AgreementSums): AgreementSums {
  return { first, second, matched, iouSum, boundarySum };
}

// ---- compared ---------------------------------------------------------------------------------------------

export interface LabeledTwice {
  readonly imageId: ImageId;
  readonly name: string;
  readonly status: ImageStatus;
  readonly firstBy: Person | null;
  readonly secondBy: Person | null;
  readonly sums: AgreementSums;
  readonly relabelled: number;
  readonly score: number;
  readonly comparedAt: Date;
}

type TwiceRow = Omit<LabeledTwice, 'sums' | 'status' | 'firstBy' | 'secondBy'> &
  AgreementSums & {
    status: Rows.ImageStatus;
    firstById: string | null;
    firstName: string | null;
    secondById: string | null;
    secondName: string | null;
  };

/** Compared images, the lowest agreement first. Two queries: the page, and the total. */
export async function list(
  db: Db,
  { projectId, cursor, limit }: { projectId: ProjectId; cursor?: string | null | undefined; limit: number },
): Promise<{ items: LabeledTwice[]; nextCursor: string | null; total: number }> {
  const after = cursor ? fromCursor(cursor) : null;
  const seek = after
    ? Prisma.sql`AND (g."score", i."id") > (${String(after[0])}::float8, ${after[1]}::uuid)`
    : Prisma.empty;
  const from = Prisma.sql`
    FROM "Agreement" g JOIN "Image" i ON i."id" = g."imageId"
    WHERE i."projectId" = ${projectId}::uuid AND i."deletedAt" IS NULL`;
  const rows = await db.$queryRaw<TwiceRow[]>`
    SELECT g.*, a."name" AS "firstName", b."name" AS "secondName"
    FROM (SELECT i."id" AS "imageId", i."name", i."status"::text AS "status", g."firstById", g."secondById", g."first",
                 g."second", g."matched", g."iouSum", g."boundarySum", g."relabelled", g."score", g."createdAt" AS "comparedAt"
          ${from} ${seek} ORDER BY g."score", i."id" LIMIT ${limit + 1}) g
    LEFT JOIN "User" a ON a."id" = g."firstById" LEFT JOIN "User" b ON b."id" = g."secondById"
    ORDER BY g."score", g."imageId"`;
  const totals = await db.$queryRaw<{ total: number }[]>`SELECT count(*)::int AS "total" ${from}`;
  const items = rows.slice(0, limit).map(
    (row): LabeledTwice => ({
      imageId: row.imageId,
      name: row.name,
      status: toDomain(row.status),
      firstBy: personOf(row.firstById, row.firstName),
      secondBy: personOf(row.secondById, row.secondName),
      sums: sumsOf(row),
      relabelled: row.relabelled,
      score: row.score,
      comparedAt: row.comparedAt,
    }),
  );
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > limit && last ? toCursor([String(last.score), last.imageId]) : null,
    total: totals[0]?.total ?? 0,
  };
}

/** Bins of the histogram: agreement of 0 to 0.1, 0.1 to 0.2 and so on. */
export const AGREEMENT_BINS = 10;

export interface AgreementSummary {
  /** second labelings by how far they are; skipped ones are neither */
  readonly waiting: number;
  readonly compared: number;
  readonly relabelled: number;
  readonly sums: AgreementSums;
  /** images by their agreement, lowest bin first */
  readonly histogram: readonly number[];
  readonly classes: readonly (ClassAgreement & { readonly name: string | null })[];
  /** whoever of the two was first */
  readonly pairs: readonly {
    readonly people: readonly [Person, Person];
    readonly images: number;
    readonly sums: AgreementSums;
  }[];
}

const totalsSql = Prisma.sql`
  COALESCE(sum("first"), 0)::int AS "first", COALESCE(sum("second"), 0)::int AS "second",
  COALESCE(sum("matched"), 0)::int AS "matched", COALESCE(sum("iouSum"), 0)::float8 AS "iouSum",
  COALESCE(sum("boundarySum"), 0)::float8 AS "boundarySum"`;

/** A project's agreement as a whole, by class and by pair of people. */
export async function summary(db: Db, projectId: ProjectId): Promise<AgreementSummary> {
  const agreements = Prisma.sql`
    (SELECT g.* FROM "Agreement" g JOIN "Image" i ON i."id" = g."imageId"
     WHERE i."projectId" = ${projectId}::uuid AND i."deletedAt" IS NULL) g`;
  const [[whole], waiting, bins, classes, pairs] = await Promise.all([
    db.$queryRaw<(AgreementSums & { compared: number; relabelled: number })[]>`
      SELECT count(*)::int AS "compared", COALESCE(sum("relabelled"), 0)::int AS "relabelled", ${totalsSql} FROM ${agreements}`,
    countWaiting(db, projectId),
    db.$queryRaw<{ bin: number; images: number }[]>`
      SELECT LEAST(${AGREEMENT_BINS} - 1, floor("score" * ${AGREEMENT_BINS}))::int AS "bin", count(*)::int AS "images"
      FROM ${agreements} GROUP BY 1`,
    db.$queryRaw<(ClassAgreement & { name: string | null })[]>`
      SELECT s.*, k."name" FROM (
        SELECT "classId", ${totalsSql}
        FROM (SELECT c.* FROM ${agreements}, jsonb_to_recordset(g."classes") AS c(
                "classId" uuid, "first" int, "second" int, "matched" int, "iouSum" float8, "boundarySum" float8)) c
        GROUP BY 1) s LEFT JOIN "LabelClass" k ON k."id" = s."classId"
      ORDER BY s."first" + s."second" DESC, s."classId"`,
    db.$queryRaw<(AgreementSums & { a: string; aName: string; b: string; bName: string; images: number })[]>`
      SELECT s.*, a."name" AS "aName", b."name" AS "bName" FROM (
        SELECT LEAST("firstById", "secondById") AS "a", GREATEST("firstById", "secondById") AS "b",
               count(*)::int AS "images", ${totalsSql}
        FROM ${agreements} WHERE "firstById" IS NOT NULL AND "secondById" IS NOT NULL GROUP BY 1, 2) s
      JOIN "User" a ON a."id" = s."a" JOIN "User" b ON b."id" = s."b"
      ORDER BY s."images" DESC, s."a", s."b"`,
  ]);
  const histogram = Array.from({ length: AGREEMENT_BINS }, () => 0);
  for (const { bin, images } of bins) histogram[bin] = images;
  if (!whole) throw new Error('an aggregate has one row');
  return {
    waiting,
    compared: whole.compared,
    relabelled: whole.relabelled,
    sums: sumsOf(whole),
    histogram,
    classes: classes.map(({ classId, name, ...sums }) => ({ classId, name, ...sumsOf(sums) })),
    pairs: pairs.map(({ a, aName, b, bName, images, ...sums }) => ({
      people: [
        { id: a, name: aName },
        { id: b, name: bName },
      ],
      images,
      sums: sumsOf(sums),
    })),
  };
}

// ---- what waits -------------------------------------------------------------------------------------------

export interface WaitingSecond {
  readonly id: ImageId;
  readonly imageId: ImageId;
  readonly name: string;
  readonly status: ImageStatus;
  readonly skipReason: string | null;
  readonly firstBy: Person | null;
  readonly assignee: Person | null;
  readonly holder: Person | null;
}

const waitingSql = (projectId: ProjectId) => Prisma.sql`
  FROM "Image" i JOIN "Image" f ON f."id" = i."secondOfId"
  WHERE i."projectId" = ${projectId}::uuid AND i."deletedAt" IS NULL AND i."status" NOT IN ('submitted', 'accepted')`;

async function countWaiting(db: Db, projectId: ProjectId): Promise<number> {
  const [row] = await db.$queryRaw<
    { images: number }[]
  >`SELECT count(*)::int AS "images" ${waitingSql(projectId)}`;
  return row?.images ?? 0;
}

/** Second labelings that are not finished, the oldest first; skipped ones too, which a lead may drop. */
export async function waiting(
  db: Db,
  { projectId, cursor, limit }: { projectId: ProjectId; cursor?: string | null | undefined; limit: number },
): Promise<{ items: WaitingSecond[]; nextCursor: string | null }> {
  const after = cursor ? fromCursor(cursor)[1] : null;
  const seek = after ? Prisma.sql`AND i."id" > ${after}::uuid` : Prisma.empty;
  const rows = await db.$queryRaw<
    (Pick<WaitingSecond, 'id' | 'imageId' | 'name' | 'skipReason'> & {
      status: Rows.ImageStatus;
      firstById: string | null;
      firstName: string | null;
      assigneeId: string | null;
      assigneeName: string | null;
      holderId: string | null;
      holderName: string | null;
    })[]
  >`
    SELECT w.*, u."name" AS "firstName", v."name" AS "assigneeName", h."id" AS "holderId", h."name" AS "holderName"
    FROM (SELECT i."id", f."id" AS "imageId", i."name", i."status"::text AS "status", i."skipReason", i."assigneeId",
                 (SELECT a."userId" FROM "Assignment" a WHERE a."imageId" = f."id" AND a."state" = 'submitted'
                  ORDER BY a."endedAt" DESC LIMIT 1) AS "firstById"
          ${waitingSql(projectId)} ${seek} ORDER BY i."id" LIMIT ${limit + 1}) w
    LEFT JOIN "User" u ON u."id" = w."firstById" LEFT JOIN "User" v ON v."id" = w."assigneeId"
    LEFT JOIN "Assignment" l ON l."imageId" = w."id" AND l."state" = 'active' AND l."expiresAt" > clock_timestamp()
    LEFT JOIN "User" h ON h."id" = l."userId"
    ORDER BY w."id"`;
  const items = rows.slice(0, limit).map(
    (row): WaitingSecond => ({
      id: row.id,
      imageId: row.imageId,
      name: row.name,
      status: toDomain(row.status),
      skipReason: row.skipReason,
      firstBy: personOf(row.firstById, row.firstName),
      assignee: personOf(row.assigneeId, row.assigneeName),
      holder: personOf(row.holderId, row.holderName),
    }),
  );
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? toCursor([null, last.id]) : null };
}

/** Every compared image of a project for a CSV file, the lowest agreement first, in pages. */
export async function* streamList(
  db: Db,
  projectId: ProjectId,
  pageSize = 1_000,
): AsyncGenerator<LabeledTwice[]> {
  for (let cursor: string | null = null; ; ) {
    const page: Awaited<ReturnType<typeof list>> = await list(db, { projectId, cursor, limit: pageSize });
    if (page.items.length > 0) yield page.items;
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
}
