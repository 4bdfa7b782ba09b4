import { ENCODE_JOB, PREPROCESSING_VERSION, PURGE_EMBEDDINGS_JOB } from '@maskloop/domain';
import type { Db } from './client.ts';

/** What of one encoder lies in the object store, and what is missing. */
export interface EncoderLedger {
  readonly encoderSha256: string;
  /** model versions with this encoder, newest first; none: they were removed */
  readonly models: readonly { readonly id: string; readonly name: string }[];
  /** live projects that work with it; 0: its embeddings are stale */
  readonly projects: number;
  /** pictures of those projects, copies counted once, and how many of them have an embedding */
  readonly wanted: number;
  readonly covered: number;
  /** unfinished encode jobs */
  readonly backlog: number;
  readonly embeddings: number;
  readonly closeUps: number;
  /** of its embeddings and of its close-ups */
  readonly bytes: number;
  /** they are being purged */
  readonly purging: boolean;
}

/** Encoders in use first, then by what they occupy. One query whatever the number of embeddings. */
export async function ledger(db: Db): Promise<EncoderLedger[]> {
  const rows = await db.$queryRaw<
    (Omit<EncoderLedger, 'bytes' | 'models'> & { bytes: bigint; models: EncoderLedger['models'] | null })[]
  >`
    WITH stored AS (
      SELECT "sha", (count(*) FILTER (WHERE "whole"))::int AS "embeddings",
             (count(*) FILTER (WHERE NOT "whole"))::int AS "closeUps", sum("bytes")::bigint AS "bytes"
      FROM (SELECT "encoderSha256" AS "sha", "bytes", true AS "whole" FROM "Embedding"
            UNION ALL SELECT "encoderSha256", "bytes", false FROM "CloseUp") each GROUP BY 1),
    used AS (
      SELECT m."encoderSha256" AS "sha", count(DISTINCT p."id")::int AS "projects",
             count(DISTINCT i."sha256")::int AS "wanted",
             (count(DISTINCT i."sha256") FILTER (WHERE e."imageSha256" IS NOT NULL))::int AS "covered"
      FROM "Project" p
      JOIN "ModelVersion" m ON m."id" = p."activeModelVersionId"
      LEFT JOIN "Image" i ON i."projectId" = p."id" AND i."deletedAt" IS NULL
      LEFT JOIN "Embedding" e ON e."imageSha256" = i."sha256" AND e."encoderSha256" = m."encoderSha256"
        AND e."preprocessing" = ${PREPROCESSING_VERSION}
      WHERE p."archivedAt" IS NULL GROUP BY 1),
    backlog AS (
      SELECT m."encoderSha256" AS "sha", count(*)::int AS "backlog"
      FROM "Job" j JOIN "ModelVersion" m ON m."id"::text = j."payload"->>'modelVersionId'
      WHERE j."name" = ${ENCODE_JOB} AND j."state" IN ('pending', 'running') GROUP BY 1)
    SELECT a."sha" AS "encoderSha256",
           (SELECT jsonb_agg(jsonb_build_object('id', m."id", 'name', m."name") ORDER BY m."createdAt" DESC, m."id" DESC)
            FROM "ModelVersion" m WHERE m."encoderSha256" = a."sha") AS "models",
           COALESCE(u."projects", 0) AS "projects", COALESCE(u."wanted", 0) AS "wanted", COALESCE(u."covered", 0) AS "covered",
           COALESCE(b."backlog", 0) AS "backlog", COALESCE(s."embeddings", 0) AS "embeddings",
           COALESCE(s."closeUps", 0) AS "closeUps", COALESCE(s."bytes", 0) AS "bytes",
           EXISTS (SELECT 1 FROM "Job" j WHERE j."name" = ${PURGE_EMBEDDINGS_JOB} AND j."key" = a."sha"
                   AND j."state" IN ('pending', 'running')) AS "purging"
    FROM (SELECT "encoderSha256" AS "sha" FROM "ModelVersion" UNION SELECT "sha" FROM stored) a
    LEFT JOIN stored s ON s."sha" = a."sha" LEFT JOIN used u ON u."sha" = a."sha" LEFT JOIN backlog b ON b."sha" = a."sha"
    ORDER BY COALESCE(u."projects", 0) > 0 DESC, COALESCE(s."bytes", 0) DESC, a."sha"`;
  return rows.map(({ bytes, models, ...row }) => ({ ...row, models: models ?? [], bytes: Number(bytes) }));
}

/** Whether a live project works with an encoder: its embeddings are not stale then (MD4). */
export async function isUsed(db: Db, encoderSha256: string): Promise<boolean> {
  const project = await db.project.findFirst({
    where: { archivedAt: null, activeModelVersion: { encoderSha256 } },
    select: { id: true },
  });
  return project !== null;
}

export interface EmbeddingToPurge {
  readonly imageSha256: string;
  readonly preprocessing: string;
  readonly storageKey: string;
}

/** Some embeddings of an encoder, of whatever preprocessing. */
export async function someOf(db: Db, encoderSha256: string, limit: number): Promise<EmbeddingToPurge[]> {
  return db.embedding.findMany({
    where: { encoderSha256 },
    select: { imageSha256: true, preprocessing: true, storageKey: true },
    orderBy: [{ imageSha256: 'asc' }, { preprocessing: 'asc' }],
    take: limit,
  });
}

export async function countOf(db: Db, encoderSha256: string): Promise<number> {
  return db.embedding.count({ where: { encoderSha256 } });
}

export async function removeRows(
  db: Db,
  encoderSha256: string,
  purged: readonly EmbeddingToPurge[],
): Promise<void> {
  await db.embedding.deleteMany({
    where: { encoderSha256, storageKey: { in: purged.map(({ storageKey }) => storageKey) } },
  });
}
