import { ENCODE_JOB, PREPROCESSING_VERSION } from '@maskloop/domain';
import { Prisma } from './generated/client.ts';

/** What an embedding state is asked for: the model version, and the encoder file that makes its embeddings. */
export interface EncoderOf {
  readonly modelVersionId: string;
  readonly encoderSha256: string;
}

/**
 * SQL text of the embedding state of the "Image" row `i`: `ready` when the embedding exists, else by the newest
 * encode job, else `missing`. Without a model every image's embedding is missing.
 */
export function embeddingStateSql(encoder: EncoderOf | null): Prisma.Sql {
  if (!encoder) return Prisma.sql`'missing'`;
  return Prisma.sql`CASE
    WHEN EXISTS (SELECT 1 FROM "Embedding" e WHERE e."imageSha256" = i."sha256"
                 AND e."encoderSha256" = ${encoder.encoderSha256}::char(64) AND e."preprocessing" = ${PREPROCESSING_VERSION})
      THEN 'ready'
    ELSE COALESCE((
      SELECT CASE WHEN j."state" IN ('pending', 'running') THEN 'queued' WHEN j."state" = 'failed' THEN 'failed' ELSE 'missing' END
      FROM "Job" j
      WHERE j."name" = ${ENCODE_JOB} AND j."key" = i."id"::text || '_' || ${encoder.modelVersionId}::text
      ORDER BY j."createdAt" DESC LIMIT 1), 'missing')
    END`;
}
