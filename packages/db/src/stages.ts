import {
  DomainError,
  GATE_WINDOW,
  type GateFigures,
  isHumanCorrected,
  isHumanVerified,
  ORIGINS,
  type ProjectId,
  type Stage,
  type StageMove,
  type UserId,
} from '@maskloop/domain';
import { type Db, inTransaction } from './client.ts';
import { countedImageSql } from './counted-images.ts';
import { countedMaskSql, neverPlantedSql } from './planted.ts';
import { toDomain, toRow } from './to-domain.ts';

/** One move of a project to another stage. */
export interface StageChange {
  readonly id: string;
  readonly from: Stage;
  readonly to: Stage;
  readonly reason: string;
  readonly at: Date;
  readonly user: { readonly id: UserId; readonly name: string };
}

/** Newest first. */
export async function history(db: Db, projectId: ProjectId, limit: number): Promise<StageChange[]> {
  const rows = await db.stageChange.findMany({
    where: { projectId },
    select: {
      id: true,
      from: true,
      to: true,
      reason: true,
      at: true,
      user: { select: { id: true, name: true } },
    },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: limit,
  });
  return rows.map((row) => ({ ...row, from: toDomain(row.from), to: toDomain(row.to) }));
}

/**
 * ST5: moves the project and keeps the move, in one transaction.
 * @throws DomainError INVALID_TRANSITION when the project is not in `from` any more
 */
export async function move(
  db: Db,
  { projectId, userId, from, to, reason }: StageMove & { projectId: ProjectId; userId: UserId },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    // the condition is in the write: of two moves at once the second finds another stage
    const { count } = await tx.project.updateMany({
      where: { id: projectId, stage: toRow(from) },
      data: { stage: toRow(to) },
    });
    if (count === 0) {
      throw new DomainError('INVALID_TRANSITION', `from: the project is not in "${from}" any more.`, {
        from,
      });
    }
    await tx.stageChange.create({
      data: { projectId, userId, from: toRow(from), to: toRow(to), reason },
      select: { id: true },
    });
  });
}

/**
 * What the gates look at (ST4). The newest masks are picked by the columns that `Mask` carries of its head, so that
 * one pass over the project's masks is enough and histories are read of at most `GATE_WINDOW` of them.
 * @param veiled for who may be tested (PP5)
 */
export async function gateFigures(db: Db, projectId: ProjectId, veiled = false): Promise<GateFigures> {
  const corrected = ORIGINS.filter(isHumanCorrected);
  const verified = ORIGINS.filter(isHumanVerified);
  const rows = await db.$queryRaw<GateFigures[]>`
    WITH masks AS MATERIALIZED (
      SELECT m."id", m."origin", m."removedAt", m."headRevisionId", GREATEST(m."headAt", m."removedAt") AS "at",
             m."removedAt" IS NULL AND m."origin" = ANY (${verified}::"Origin"[]) AS "verified",
             m."removedAt" IS NULL AND m."origin" = ANY (${corrected}::"Origin"[]) AS "corrected",
             ${neverPlantedSql(veiled)} AS "fair"
      FROM "Mask" m JOIN "Image" i ON i."id" = m."imageId"
      WHERE i."projectId" = ${projectId}::uuid AND ${countedImageSql} AND m."headAt" IS NOT NULL
        AND ${countedMaskSql(veiled)}
        -- a run that supersedes its own proposals removes them without a person: that judges nothing
        AND (m."removedAt" IS NULL AND m."origin" = ANY (${verified}::"Origin"[])
          OR m."removedById" IS NOT NULL AND m."origin" IN ('proposed', 'accepted', 'corrected'))),
    since AS (
      SELECT COALESCE(max(c."at"), '-infinity') AS "at" FROM "StageChange" c WHERE c."projectId" = ${projectId}::uuid),
    effort AS (
      SELECT (SELECT sum(r."activeMs") FROM "MaskRevision" r WHERE r."maskId" = newest."id" AND r."authorId" IS NOT NULL) AS "ms"
      FROM (SELECT "id" FROM masks WHERE "corrected" AND "at" >= (SELECT "at" FROM since)
            ORDER BY "at" DESC LIMIT ${GATE_WINDOW}) newest),
    judged AS (
      SELECT newest."origin", newest."removedAt",
             (SELECT r."iouWithProposal" FROM "MaskRevision" r WHERE r."id" = newest."headRevisionId") AS "iou"
      FROM (SELECT * FROM masks
            WHERE "fair" AND ("removedAt" IS NOT NULL OR "origin" IN ('accepted', 'corrected')) AND "at" >= (SELECT "at" FROM since)
            ORDER BY "at" DESC LIMIT ${GATE_WINDOW}) newest
      -- imported masks are accepted and corrected too; how they began tells them apart
      WHERE (SELECT p."edit" FROM "MaskRevision" p WHERE p."maskId" = newest."id" AND p."seq" = 1) = 'propose')
    SELECT
      (SELECT count(*)::int FROM masks WHERE "verified") AS "verifiedMasks",
      (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY "ms") / 1000 FROM effort WHERE "ms" > 0) AS "secondsPerMask",
      (SELECT (count(*) FILTER (WHERE "removedAt" IS NULL AND "origin" = 'accepted'))::float8 / NULLIF(count(*), 0)
       FROM judged) AS "acceptedShare",
      (SELECT avg("iou")::float8 FROM judged WHERE "removedAt" IS NULL AND "origin" = 'corrected') AS "correctionIou"`;
  return rows[0] ?? { verifiedMasks: 0, secondsPerMask: null, acceptedShare: null, correctionIou: null };
}
