import type {
  ImageId,
  MaskBox,
  MaskId,
  ModelVersionId,
  PromptTrail,
  RunId,
  RunProposal,
  Stage,
} from '@maskloop/domain';
import type { Db } from './client.ts';
import { Prisma } from './generated/client.ts';
import { newId } from './new-id.ts';
import { genuineSql, neverPlantedSql } from './planted.ts';
import { toRow } from './to-domain.ts';

// What runs do to masks. RN1, RN2: they add proposals and take away only what no person touched.

/**
 * RN2, as SQL text about the "Mask" row `m`: a run made it, and no person has judged, changed, classed, removed,
 * commented or divided it.
 */
const untouchedSql = Prisma.sql`(
  m."origin" = 'proposed' AND m."runId" IS NOT NULL AND m."removedById" IS NULL
  AND NOT EXISTS (SELECT 1 FROM "MaskRevision" r WHERE r."maskId" = m."id" AND r."seq" > 1)
  AND NOT EXISTS (SELECT 1 FROM "MaskOperation" o WHERE o."maskId" = m."id")
  AND NOT EXISTS (SELECT 1 FROM "Comment" c WHERE c."maskId" = m."id")
  AND NOT EXISTS (SELECT 1 FROM "Mask" part WHERE part."parentId" = m."id" AND part."createdById" IS NOT NULL))`;

/** A mask as far as comparing pixels needs it. */
export interface Pixels {
  readonly id: MaskId;
  /** COCO compressed counts of the head */
  readonly counts: string;
  readonly area: number;
  readonly box: MaskBox;
}

interface PixelRow {
  id: string;
  counts: string;
  area: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

const toPixels = ({ id, counts, area, x, y, width, height }: PixelRow): Pixels => ({
  id,
  counts,
  area,
  box: { x, y, width, height },
});

const pixelsSql = Prisma.sql`
  SELECT m."id", h."counts", h."area", h."boxX" AS "x", h."boxY" AS "y", h."boxW" AS "width", h."boxH" AS "height"
  FROM "Mask" m JOIN "MaskRevision" h ON h."id" = m."headRevisionId"`;

/** Masks of an image that a person made, judged or removed: what a run may not repeat (RN4). */
export async function ofPeople(db: Db, imageId: ImageId): Promise<Pixels[]> {
  const rows = await db.$queryRaw<PixelRow[]>`
    ${pixelsSql} WHERE m."imageId" = ${imageId}::uuid AND m."withdrawnByRunId" IS NULL AND NOT ${untouchedSql}
      AND ${genuineSql()}`;
  return rows.map(toPixels);
}

/** Takes away what earlier runs proposed in an image and nobody touched (RN2). @returns how many */
export async function supersede(db: Db, imageId: ImageId, runId: RunId): Promise<number> {
  await lockRunMasks(db, imageId);
  return db.$executeRaw`
    UPDATE "Mask" m SET "removedAt" = clock_timestamp(), "withdrawnByRunId" = ${runId}::uuid, "updatedAt" = clock_timestamp()
    WHERE m."imageId" = ${imageId}::uuid AND m."removedAt" IS NULL AND m."runId" <> ${runId}::uuid AND ${untouchedSql}`;
}

/**
 * The lock first and alone: what a person saved while this waited must be seen by what follows. The image before its
 * masks, as a submission does, which settles planted proposals: neither waits for the other in a circle, and none is
 * planted in between.
 */
async function lockRunMasks(db: Db, imageId: ImageId): Promise<void> {
  await db.$queryRaw`SELECT "id" FROM "Image" WHERE "id" = ${imageId}::uuid FOR NO KEY UPDATE`;
  await db.$queryRaw`
    SELECT "id" FROM "Mask" WHERE "imageId" = ${imageId}::uuid AND "runId" IS NOT NULL ORDER BY "id" FOR UPDATE`;
}

export interface NewProposal extends RunProposal {
  readonly box: MaskBox;
  /** PP1 */
  readonly planted?: boolean;
}

export interface ProposalsOf {
  readonly imageId: ImageId;
  readonly runId: RunId;
  readonly modelVersionId: ModelVersionId;
  readonly stage: Stage;
}

/** Adds proposals below everything else in the image, the largest at the bottom. Three statements, however many. */
export async function add(
  db: Db,
  { imageId, runId, modelVersionId, stage }: ProposalsOf,
  proposals: readonly NewProposal[],
): Promise<void> {
  if (proposals.length === 0) return;
  const lowest = await db.mask.aggregate({ where: { imageId, removedAt: null }, _min: { zIndex: true } });
  const first = (lowest._min.zIndex ?? 1) - proposals.length;
  const rows = [...proposals]
    .sort((a, b) => b.area - a.area)
    .map((proposal, at) => ({
      ...proposal,
      maskId: newId(),
      revisionId: newId(),
      zIndex: first + at,
    }));
  await db.mask.createMany({
    data: rows.map(({ maskId, zIndex, classId = null, planted = false }) => ({
      id: maskId,
      imageId,
      classId,
      zIndex,
      stage: toRow(stage),
      origin: 'proposed' as const,
      runId,
      planted: planted ? ('open' as const) : null,
    })),
  });
  await db.maskRevision.createMany({
    data: rows.map((row) => ({
      id: row.revisionId,
      maskId: row.maskId,
      imageId,
      seq: 1,
      edit: 'propose' as const,
      origin: 'proposed' as const,
      stage: toRow(stage),
      counts: row.counts,
      area: row.area,
      boxX: row.box.x,
      boxY: row.box.y,
      boxW: row.box.width,
      boxH: row.box.height,
      prompts: trailOf(row) as Prisma.InputJsonArray,
      modelVersionId,
      runId,
      predictedIou: row.predictedIou,
      stability: row.stability,
      textModelId: row.text?.textModelId ?? null,
      textPhrase: row.text?.phrase ?? null,
      textScore: row.text?.score ?? null,
    })),
  });
  await db.$executeRaw`
    UPDATE "Mask" m SET "headRevisionId" = r."id", "headArea" = r."area", "headAt" = r."createdAt", "headAuthorId" = r."authorId"
    FROM "MaskRevision" r
    WHERE r."id" = ANY (${rows.map(({ revisionId }) => revisionId)}::uuid[]) AND m."id" = r."maskId"`;
}

/** The grid point as the prompt it was. It counts as no prompt, because no person gave it. */
function trailOf({ point, candidate, closeUp }: RunProposal): PromptTrail {
  const points = [{ ...point, label: 'foreground' as const }];
  return [{ points, box: null, feedback: false, candidate, ...(closeUp ? { closeUp } : {}) }];
}

function askedBy(prompts: unknown): Pick<RunProposal, 'point' | 'candidate' | 'closeUp'> {
  const round = (prompts as PromptTrail)[0];
  const { x = 0, y = 0 } = round?.points[0] ?? {};
  const { candidate = 0, closeUp } = round ?? {};
  return { point: { x, y }, candidate, ...(closeUp ? { closeUp } : {}) };
}

/** What a run proposed in these images, whatever became of it since; a dry run's proposals, too. None is planted. */
export async function ofRun(
  db: Db,
  runId: RunId,
  imageIds: readonly ImageId[],
): Promise<Map<ImageId, RunProposal[]>> {
  const found = new Map<ImageId, RunProposal[]>(imageIds.map((id) => [id, []]));
  const previews = await db.runItem.findMany({
    where: { runId, imageId: { in: [...imageIds] }, run: { dryRun: true } },
    select: { imageId: true, preview: true },
  });
  // written by `endItem` alone
  for (const { imageId, preview } of previews)
    found.set(imageId, (preview ?? []) as unknown as RunProposal[]);
  const rows = await db.maskRevision.findMany({
    where: { runId, imageId: { in: [...imageIds] }, edit: 'propose', mask: { planted: null } },
    select: { imageId: true, counts: true, area: true, predictedIou: true, stability: true, prompts: true },
    orderBy: [{ predictedIou: 'desc' }, { id: 'asc' }],
  });
  for (const { imageId, counts, area, predictedIou, stability, prompts } of rows) {
    const scores = { predictedIou: predictedIou ?? 0, stability };
    found.get(imageId)?.push({ counts, area, ...scores, ...askedBy(prompts) });
  }
  return found;
}

/** Proposals of an image that nobody has judged yet, whatever they come from; planted ones are among them (PP5). */
export async function live(db: Db, imageId: ImageId): Promise<Pixels[]> {
  const rows = await db.$queryRaw<PixelRow[]>`
    ${pixelsSql} WHERE m."imageId" = ${imageId}::uuid AND m."origin" = 'proposed' AND m."removedAt" IS NULL ORDER BY m."id"`;
  return rows.map(toPixels);
}

/** Scores of an image's live proposals of runs; null when there are none. */
export async function liveScores(
  db: Db,
  imageId: ImageId,
): Promise<{ predictedIou: number; stability: number | null }[] | null> {
  const rows = await db.$queryRaw<{ predictedIou: number | null; stability: number | null }[]>`
    SELECT h."predictedIou", h."stability" FROM "Mask" m JOIN "MaskRevision" h ON h."id" = m."headRevisionId"
    WHERE m."imageId" = ${imageId}::uuid AND m."runId" IS NOT NULL AND m."origin" = 'proposed' AND m."removedAt" IS NULL
      AND ${neverPlantedSql()}`;
  return rows.length === 0
    ? null
    : rows.map(({ predictedIou, stability }) => ({ predictedIou: predictedIou ?? 0, stability }));
}

/** How unsure the model is of an image (RN7). */
export async function setUncertainty(db: Db, imageId: ImageId, uncertainty: number | null): Promise<void> {
  await db.image.update({ where: { id: imageId }, data: { uncertainty }, select: { id: true } });
}

// ---- roll-back (RN5) --------------------------------------------------------------------------------------

/** Images of a run that are to be rolled back, by id. */
export async function toRollBack(db: Db, runId: RunId, limit: number): Promise<ImageId[]> {
  const rows = await db.runItem.findMany({
    where: { runId, state: 'done' },
    select: { imageId: true },
    orderBy: { imageId: 'asc' },
    take: limit,
  });
  return rows.map(({ imageId }) => imageId);
}

/** The run that superseded this one's proposals in an image; null when its own are the last. */
async function runAfter(db: Db, imageId: ImageId, runId: RunId): Promise<RunId | null> {
  const rows = await db.$queryRaw<{ runId: string }[]>`
    SELECT o."runId" FROM "RunItem" mine
    JOIN "RunItem" o ON o."imageId" = mine."imageId" AND o."runId" <> mine."runId" AND o."state" = 'done'
      AND o."updatedAt" > mine."updatedAt"
    JOIN "Run" r ON r."id" = o."runId" AND NOT r."dryRun" AND 'propose' = ANY (r."kinds")
    WHERE mine."runId" = ${runId}::uuid AND mine."imageId" = ${imageId}::uuid
    ORDER BY o."updatedAt" LIMIT 1`;
  return rows[0]?.runId ?? null;
}

/**
 * Takes a run's untouched proposals in an image away. What it had superseded is handed to the run after it, or, where
 * this was the last, returned for `bringBack`; planted ones stay away (PP7).
 */
export async function withdraw(
  db: Db,
  imageId: ImageId,
  runId: RunId,
): Promise<{ readonly removed: number; readonly superseded: Pixels[] }> {
  await lockRunMasks(db, imageId);
  const after = await runAfter(db, imageId, runId);
  const removed = await db.$executeRaw`
    UPDATE "Mask" m SET "removedAt" = COALESCE(m."removedAt", clock_timestamp()), "withdrawnByRunId" = ${runId}::uuid,
      "updatedAt" = clock_timestamp()
    WHERE m."imageId" = ${imageId}::uuid AND m."runId" = ${runId}::uuid AND ${untouchedSql}
      AND ${neverPlantedSql(true)}`;
  if (after !== null) {
    await db.$executeRaw`
      UPDATE "Mask" SET "withdrawnByRunId" = ${after}::uuid
      WHERE "imageId" = ${imageId}::uuid AND "withdrawnByRunId" = ${runId}::uuid AND "runId" <> ${runId}::uuid`;
    return { removed, superseded: [] };
  }
  const rows = await db.$queryRaw<PixelRow[]>`
    ${pixelsSql} WHERE m."imageId" = ${imageId}::uuid AND m."withdrawnByRunId" = ${runId}::uuid AND m."runId" <> ${runId}::uuid
      AND ${neverPlantedSql()}`;
  return { removed, superseded: rows.map(toPixels) };
}

/** Masks that runs had withdrawn are there again. */
export async function bringBack(db: Db, maskIds: readonly MaskId[]): Promise<void> {
  await db.mask.updateMany({
    where: { id: { in: [...maskIds] }, withdrawnByRunId: { not: null } },
    data: { removedAt: null, withdrawnByRunId: null },
  });
}

/** The image's item of a rolled-back run: nothing of it stands any more. */
export async function markRolledBack(db: Db, runId: RunId, imageId: ImageId): Promise<void> {
  await db.$executeRaw`
    UPDATE "RunItem" SET "state" = 'cancelled', "proposals" = NULL, "updatedAt" = clock_timestamp()
    WHERE "runId" = ${runId}::uuid AND "imageId" = ${imageId}::uuid AND "state" = 'done'`;
}
