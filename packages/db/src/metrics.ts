import { isHumanCorrected, ORIGINS, type Origin, type ProjectId } from '@maskloop/domain';
import type { Db } from './client.ts';

/** Live masks of a project's live images by the origin of their heads. */
export async function masksByOrigin(
  db: Db,
  projectId: ProjectId,
): Promise<{ total: number; byOrigin: Record<Origin, number> }> {
  const rows = await db.$queryRaw<{ origin: Origin; count: number }[]>`
    SELECT m."origin"::text AS "origin", count(*)::int AS "count"
    FROM "Mask" m JOIN "Image" i ON i."id" = m."imageId"
    WHERE i."projectId" = ${projectId}::uuid AND i."deletedAt" IS NULL AND m."removedAt" IS NULL
    GROUP BY 1`;
  const byOrigin = Object.fromEntries(ORIGINS.map((origin) => [origin, 0])) as Record<Origin, number>;
  for (const { origin, count } of rows) byOrigin[origin] = count;
  return { total: rows.reduce((sum, row) => sum + row.count, 0), byOrigin };
}

/** The engine's own figures; null where there is nothing to measure yet. */
export interface LabellingFigures {
  /** active seconds a person spent on a mask over all its revisions, median over masks with human-corrected heads */
  readonly medianSecondsPerMask: number | null;
  /**
   * prompts a person gave for a mask, mean over the same masks where a model was used. The largest trail among its
   * revisions counts: prompting again continues the earlier trail, and accepting copies it
   */
  readonly clicksPerMask: number | null;
  /** proposals accepted as they are, out of those judged: accepted, corrected or removed */
  readonly acceptedShare: number | null;
  /** mean IoU of proposals with what people made of them; an accepted proposal counts as 1 */
  readonly meanProposalIou: number | null;
}

export async function figures(db: Db, projectId: ProjectId): Promise<LabellingFigures> {
  const corrected = ORIGINS.filter(isHumanCorrected);
  const rows = await db.$queryRaw<LabellingFigures[]>`
    WITH live AS (
      SELECT m."id", m."origin", m."removedAt", m."removedById", m."headRevisionId"
      FROM "Mask" m JOIN "Image" i ON i."id" = m."imageId"
      WHERE i."projectId" = ${projectId}::uuid AND i."deletedAt" IS NULL),
    effort AS (
      SELECT m."id", sum(r."activeMs") AS "ms", max(r."promptCount") AS "prompts"
      FROM live m JOIN "MaskRevision" r ON r."maskId" = m."id"
      WHERE m."removedAt" IS NULL AND m."origin" = ANY (${corrected}::"Origin"[]) AND r."authorId" IS NOT NULL
      GROUP BY m."id"),
    judged AS (
      SELECT m."origin", m."removedAt", r."iouWithProposal"
      FROM live m JOIN "MaskRevision" r ON r."id" = m."headRevisionId"
      WHERE EXISTS (SELECT 1 FROM "MaskRevision" p WHERE p."maskId" = m."id" AND p."edit" = 'propose')
        -- taken away by a person, not by a run
        AND (m."removedById" IS NOT NULL OR (m."removedAt" IS NULL AND m."origin" <> 'proposed')))
    SELECT
      (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY "ms") / 1000 FROM effort WHERE "ms" > 0) AS "medianSecondsPerMask",
      (SELECT avg("prompts")::float8 FROM effort WHERE "prompts" > 0) AS "clicksPerMask",
      (SELECT (count(*) FILTER (WHERE "removedAt" IS NULL AND "origin" = 'accepted'))::float8 / NULLIF(count(*), 0) FROM judged) AS "acceptedShare",
      (SELECT avg(CASE WHEN "origin" = 'accepted' THEN 1 ELSE "iouWithProposal" END)::float8 FROM judged WHERE "removedAt" IS NULL) AS "meanProposalIou"`;
  return (
    rows[0] ?? {
      medianSecondsPerMask: null,
      clicksPerMask: null,
      acceptedShare: null,
      meanProposalIou: null,
    }
  );
}
