import {
  addToTally,
  type BuildState,
  type ClassId,
  type DatasetVersionId,
  type ImageId,
  type LintFinding,
  type LintMask,
  LintPolicy,
  type LintRule,
  type LintTally,
  type ProjectId,
  type UserId,
} from '@maskloop/domain';
import type { Db } from './client.ts';
import { countedImageSql, countedImageWhere } from './counted-images.ts';
import { fromCursor, toCursor } from './cursor.ts';
import { Prisma } from './generated/client.ts';
import { newId } from './new-id.ts';
import { genuineSql } from './planted.ts';
import { toDomain, toRow } from './to-domain.ts';

/** What a scan looks at: a project's live masks as they are now, or a dataset version's as they were frozen. */
export type LintSubject =
  | { readonly projectId: ProjectId; readonly datasetVersionId: null }
  | { readonly projectId: ProjectId; readonly datasetVersionId: DatasetVersionId };

export interface LintImage {
  readonly id: ImageId;
  readonly width: number;
  readonly height: number;
  readonly masks: readonly LintMask[];
}

type MaskRow = Omit<LintMask, 'box'> & {
  imageId: string;
  boxX: number;
  boxY: number;
  boxW: number;
  boxH: number;
};

/** The next images by id with all their masks. @param afterId null: from the first */
export async function imagesAfter(
  db: Db,
  { projectId, datasetVersionId }: LintSubject,
  afterId: ImageId | null,
  limit: number,
): Promise<LintImage[]> {
  const after = afterId ? Prisma.sql`AND i."id" > ${afterId}::uuid` : Prisma.empty;
  const images = await db.$queryRaw<{ id: string; width: number; height: number }[]>`
    SELECT i."id", i."width", i."height" FROM "Image" i
    WHERE i."projectId" = ${projectId}::uuid ${after} AND ${
      datasetVersionId
        ? Prisma.sql`EXISTS (SELECT 1 FROM "DatasetItem" d
            WHERE d."datasetVersionId" = ${datasetVersionId}::uuid AND d."imageId" = i."id" AND d."kind" = 'mask')`
        : countedImageSql
    }
    ORDER BY i."id" LIMIT ${limit}`;
  if (images.length === 0) return [];
  const ids = images.map(({ id }) => id);
  const pixels = Prisma.sql`r."id" AS "revisionId", r."origin"::text AS "origin", r."counts", r."boxX", r."boxY", r."boxW", r."boxH"`;
  const rows = await db.$queryRaw<MaskRow[]>(
    datasetVersionId
      ? Prisma.sql`
          SELECT d."maskId", d."imageId", d."classId", d."parentMaskId" AS "parentId", d."zIndex", ${pixels}
          FROM "DatasetItem" d JOIN "MaskRevision" r ON r."id" = d."revisionId"
          WHERE d."datasetVersionId" = ${datasetVersionId}::uuid AND d."imageId" = ANY (${ids}::uuid[]) AND d."kind" = 'mask'
          ORDER BY d."maskId"`
      : Prisma.sql`
          SELECT m."id" AS "maskId", m."imageId", m."classId", m."parentId", m."zIndex", ${pixels}
          FROM "Mask" m JOIN "MaskRevision" r ON r."id" = m."headRevisionId"
          WHERE m."imageId" = ANY (${ids}::uuid[]) AND m."removedAt" IS NULL AND ${genuineSql()}
          ORDER BY m."id"`,
  );
  const byImage = new Map(images.map(({ id }) => [id, [] as LintMask[]]));
  for (const { imageId, boxX, boxY, boxW, boxH, ...mask } of rows) {
    byImage.get(imageId)?.push({ ...mask, box: { x: boxX, y: boxY, width: boxW, height: boxH } });
  }
  return images.map((image) => ({ ...image, masks: byImage.get(image.id) ?? [] }));
}

/** Images that a scan will look at. */
export async function countImages(db: Db, { projectId, datasetVersionId }: LintSubject): Promise<number> {
  if (!datasetVersionId) return db.image.count({ where: { projectId, ...countedImageWhere } });
  const [row] = await db.$queryRaw<{ images: number }[]>`
    SELECT count(DISTINCT "imageId")::int AS "images" FROM "DatasetItem"
    WHERE "datasetVersionId" = ${datasetVersionId}::uuid AND "kind" = 'mask'`;
  return row?.images ?? 0;
}

// ---- scans ----------------------------------------------------------------------------------------------

export interface LintScan {
  readonly id: string;
  readonly projectId: ProjectId;
  readonly datasetVersionId: DatasetVersionId | null;
  readonly state: BuildState;
  readonly policy: LintPolicy;
  readonly images: number;
  readonly imagesDone: number;
  readonly masks: number;
  readonly tally: LintTally;
  readonly afterImageId: ImageId | null;
  readonly error: string | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly createdBy: { readonly id: UserId; readonly name: string };
}

const columns = {
  id: true,
  projectId: true,
  datasetVersionId: true,
  state: true,
  policy: true,
  images: true,
  imagesDone: true,
  masks: true,
  tally: true,
  afterImageId: true,
  error: true,
  createdAt: true,
  finishedAt: true,
  createdBy: { select: { id: true, name: true } },
} as const;

function toScan(row: Prisma.LintScanGetPayload<{ select: typeof columns }>): LintScan {
  return { ...row, policy: LintPolicy.parse(row.policy), tally: row.tally as LintTally };
}

export async function createScan(
  db: Db,
  subject: LintSubject,
  { policy, createdById }: { policy: LintPolicy; createdById: UserId },
): Promise<{ id: string }> {
  return db.lintScan.create({
    data: { id: newId(), ...subject, policy: policy as Prisma.InputJsonObject, createdById },
    select: { id: true },
  });
}

export async function getScan(db: Db, scanId: string): Promise<LintScan | null> {
  const row = await db.lintScan.findUnique({ where: { id: scanId }, select: columns });
  return row && toScan(row);
}

/** The newest scan of a project's masks, or of one of its versions'. */
export async function latestScan(
  db: Db,
  { projectId, datasetVersionId }: LintSubject,
  { done = false }: { done?: boolean } = {},
): Promise<LintScan | null> {
  const row = await db.lintScan.findFirst({
    where: { projectId, datasetVersionId, ...(done ? { state: 'done' as const } : {}) },
    select: columns,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  });
  return row && toScan(row);
}

/** A scan begins, perhaps again after its worker died. @returns false when it is finished or gone */
export async function startScan(db: Db, scanId: string, images: number): Promise<boolean> {
  const { count } = await db.lintScan.updateMany({
    where: { id: scanId, state: { not: 'done' } },
    data: { state: 'running', error: null, images },
  });
  return count > 0;
}

/**
 * Writes what was found in the next images, in the caller's transaction: findings and the place where the scan goes on
 * belong together, so that an interrupted scan finds nothing twice.
 */
export async function recordFindings(
  tx: Db,
  scan: Pick<LintScan, 'id' | 'tally'>,
  images: readonly {
    readonly id: ImageId;
    readonly masks: number;
    readonly findings: readonly LintFinding[];
  }[],
): Promise<LintTally> {
  const last = images.at(-1);
  if (!last) return scan.tally;
  const found = images.flatMap(({ findings }) => findings);
  const tally = addToTally(scan.tally, found);
  await tx.lintFinding.createMany({
    data: images.flatMap(({ id: imageId, findings }) =>
      findings.map((each) => ({ ...each, id: newId(), scanId: scan.id, imageId, rule: toRow(each.rule) })),
    ),
  });
  await tx.lintScan.update({
    where: { id: scan.id },
    data: {
      afterImageId: last.id,
      imagesDone: { increment: images.length },
      masks: { increment: images.reduce((sum, { masks }) => sum + masks, 0) },
      tally,
    },
    select: { id: true },
  });
  return tally;
}

export async function finishScan(db: Db, scanId: string): Promise<void> {
  await db.lintScan.updateMany({
    where: { id: scanId, state: 'running' },
    data: { state: 'done', finishedAt: new Date() },
  });
}

/** @param state `cancelled` when a person stopped it */
export async function failScan(
  db: Db,
  scanId: string,
  error: string,
  state: 'failed' | 'cancelled' = 'failed',
): Promise<void> {
  await db.lintScan.updateMany({
    where: { id: scanId, state: { in: ['pending', 'running'] } },
    data: { state, error: error.slice(0, 2_000), finishedAt: new Date() },
  });
}

// ---- findings -------------------------------------------------------------------------------------------

/** A finding with what a preview and a fix need. */
export interface FindingListed extends LintFinding {
  readonly id: string;
  readonly imageId: ImageId;
  readonly imageName: string;
  readonly width: number;
  readonly height: number;
  readonly classId: ClassId | null;
  /** pixels as they were looked at; COCO compressed */
  readonly counts: string;
  readonly otherCounts: string | null;
  /** whether the mask is still what was looked at: only then can it be fixed */
  readonly open: boolean;
}

type FindingRow = Omit<FindingListed, 'rule'> & { rule: string };

const findingSql = Prisma.sql`
  SELECT f."id", f."rule"::text AS "rule", f."imageId", f."maskId", f."revisionId", f."otherMaskId", f."parts", f."pixels",
         i."name" AS "imageName", i."width", i."height", m."classId", r."counts", o."counts" AS "otherCounts",
         (m."headRevisionId" = f."revisionId" AND m."removedAt" IS NULL AND i."deletedAt" IS NULL
          AND (f."otherMaskId" IS NULL OR (w."id" IS NOT NULL AND w."removedAt" IS NULL))) AS "open"
  FROM "LintFinding" f
  JOIN "Image" i ON i."id" = f."imageId"
  JOIN "Mask" m ON m."id" = f."maskId"
  JOIN "MaskRevision" r ON r."id" = f."revisionId"
  LEFT JOIN "Mask" w ON w."id" = f."otherMaskId"
  LEFT JOIN "MaskRevision" o ON o."id" = w."headRevisionId"`;

const toFinding = (row: FindingRow): FindingListed => ({ ...row, rule: toDomain(row.rule) as LintRule });

/** Findings of one rule in the order in which they were found. */
export async function findings(
  db: Db,
  scanId: string,
  { rule, cursor, limit }: { rule: LintRule; cursor?: string | undefined; limit: number },
): Promise<{ items: FindingListed[]; nextCursor: string | null }> {
  const [, afterId] = cursor ? fromCursor(cursor) : [];
  const rows = await db.$queryRaw<FindingRow[]>`
    ${findingSql}
    WHERE f."scanId" = ${scanId}::uuid AND f."rule" = ${toRow(rule)}::"LintRule"
      ${afterId ? Prisma.sql`AND f."id" > ${afterId}::uuid` : Prisma.empty}
    ORDER BY f."id" LIMIT ${limit + 1}`;
  const items = rows.slice(0, limit).map(toFinding);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? toCursor([null, last.id]) : null };
}

export async function finding(
  db: Db,
  findingId: string,
): Promise<(FindingListed & { readonly projectId: ProjectId; readonly policy: LintPolicy }) | null> {
  const [row] = await db.$queryRaw<FindingRow[]>`${findingSql} WHERE f."id" = ${findingId}::uuid`;
  if (!row) return null;
  const { scan } = await db.lintFinding.findUniqueOrThrow({
    where: { id: findingId },
    select: { scan: { select: { projectId: true, policy: true } } },
  });
  return { ...toFinding(row), projectId: scan.projectId, policy: LintPolicy.parse(scan.policy) };
}
