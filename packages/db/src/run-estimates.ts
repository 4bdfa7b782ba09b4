import type { ImageId, ModelVersionId, ProjectId, RunParameters, RunScope } from '@maskloop/domain';
import type { Db } from './client.ts';
import type { EncoderOf } from './embedding-state.ts';
import { embeddingStateSql } from './embedding-state.ts';
import { scopeSql } from './run-scope.ts';

/** What a scope holds, and the mean size of the encoder's embeddings so far (null: there are none). */
export async function scopeFigures(
  db: Db,
  projectId: ProjectId,
  scope: RunScope,
  encoder: EncoderOf,
): Promise<{ images: number; withEmbedding: number; embeddingBytes: number | null }> {
  const rows = await db.$queryRaw<{ images: number; withEmbedding: number; embeddingBytes: number | null }[]>`
    SELECT count(*)::int AS "images", (count(*) FILTER (WHERE s."state" = 'ready'))::int AS "withEmbedding",
      (SELECT avg(e."bytes")::float8 FROM (SELECT "bytes" FROM "Embedding" WHERE "encoderSha256" = ${encoder.encoderSha256}::char(64) LIMIT 100) e) AS "embeddingBytes"
    FROM (SELECT ${embeddingStateSql(encoder)} AS "state" FROM "Image" i WHERE ${scopeSql(projectId, scope)}) s`;
  return rows[0] ?? { images: 0, withEmbedding: 0, embeddingBytes: null };
}

/** An image that a run with this model finished. */
export interface MeasuredItem {
  readonly imageId: ImageId;
  readonly ms: number;
  readonly proposals: number | null;
  /** mean characters of run-length code per proposal; null where none are kept */
  readonly countsLength: number | null;
  readonly parameters: RunParameters;
  readonly propose: boolean;
}

/** The latest images that runs with this model finished, in any project. */
export async function measuredItems(
  db: Db,
  modelVersionId: ModelVersionId,
  limit = 100,
): Promise<MeasuredItem[]> {
  return db.$queryRaw<MeasuredItem[]>`
    SELECT i."imageId", i."ms", i."proposals", r."parameters", 'propose' = ANY (r."kinds") AS "propose",
      (SELECT avg(length(k."counts"))::float8 FROM "MaskRevision" k
       WHERE k."imageId" = i."imageId" AND k."runId" = i."runId") AS "countsLength"
    FROM "Run" r CROSS JOIN LATERAL (
      SELECT * FROM "RunItem" i WHERE i."runId" = r."id" AND i."state" = 'done' AND i."ms" IS NOT NULL
      ORDER BY i."updatedAt" DESC LIMIT ${limit}) i
    WHERE r."modelVersionId" = ${modelVersionId}::uuid
    ORDER BY i."updatedAt" DESC LIMIT ${limit}`;
}
