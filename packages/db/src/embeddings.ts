import {
  type EmbeddingState,
  type EmbeddingStats,
  type ImageId,
  PREPROCESSING_VERSION,
  type ProjectId,
} from '@maskloop/domain';
import type { Db } from './client.ts';
import { countedImageSql } from './counted-images.ts';
import { type EncoderOf, embeddingStateSql } from './embedding-state.ts';
import type { Prisma } from './generated/client.ts';
import { NO_EMBEDDINGS } from './to-domain.ts';

export type { EncoderOf } from './embedding-state.ts';

/** MD1: contents, not rows, name an embedding: copies of a picture and models with one encoder share it. */
export interface EmbeddingKey {
  readonly imageSha256: string;
  readonly encoderSha256: string;
  readonly preprocessing?: string;
}

export interface StoredEmbedding {
  readonly storageKey: string;
  readonly bytes: number;
  /** tensor name → shape */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly stats: EmbeddingStats;
  readonly encodeMs: number;
  readonly createdAt: Date;
}

export async function find(db: Db, key: EmbeddingKey): Promise<StoredEmbedding | null> {
  const row = await db.embedding.findUnique({
    where: { imageSha256_encoderSha256_preprocessing: full(key) },
    select: { storageKey: true, bytes: true, shapes: true, stats: true, encodeMs: true, createdAt: true },
  });
  // both columns are written by `upsert` alone
  return (
    row && {
      ...row,
      shapes: row.shapes as StoredEmbedding['shapes'],
      stats: row.stats as unknown as EmbeddingStats,
    }
  );
}

/** Safe to repeat: a job that ran twice leaves one row. */
export async function upsert(
  db: Db,
  key: EmbeddingKey,
  data: Omit<StoredEmbedding, 'createdAt'>,
): Promise<void> {
  const values = {
    storageKey: data.storageKey,
    bytes: data.bytes,
    shapes: data.shapes as Prisma.InputJsonObject,
    stats: { ...data.stats } satisfies Prisma.InputJsonObject,
    encodeMs: data.encodeMs,
  };
  const where = full(key);
  await db.embedding.upsert({
    where: { imageSha256_encoderSha256_preprocessing: where },
    create: { ...where, ...values },
    update: values,
    select: { imageSha256: true },
  });
}

/** For a blob that turned out to be missing or damaged: the next request encodes again. */
export async function remove(db: Db, key: EmbeddingKey): Promise<void> {
  await db.embedding.deleteMany({ where: full(key) });
}

/** How many of a project's live images are in each state under an encoder. */
export async function coverage(
  db: Db,
  projectId: ProjectId,
  encoder: EncoderOf | null,
): Promise<Record<EmbeddingState, number>> {
  const rows = await db.$queryRaw<{ state: EmbeddingState; count: number }[]>`
    SELECT s."state", count(*)::int AS "count"
    FROM (SELECT ${embeddingStateSql(encoder)} AS "state" FROM "Image" i
          WHERE i."projectId" = ${projectId}::uuid AND ${countedImageSql}) s
    GROUP BY s."state"`;
  return { ...NO_EMBEDDINGS, ...Object.fromEntries(rows.map(({ state, count }) => [state, count])) };
}

/** Live images everywhere with these bytes: whose pages want to hear that an embedding is there. */
export async function imagesWith(
  db: Db,
  imageSha256: string,
): Promise<{ imageId: ImageId; projectId: ProjectId }[]> {
  const rows = await db.image.findMany({
    where: { sha256: imageSha256, deletedAt: null },
    select: { id: true, projectId: true },
  });
  return rows.map(({ id, projectId }) => ({ imageId: id, projectId }));
}

function full({ imageSha256, encoderSha256, preprocessing = PREPROCESSING_VERSION }: EmbeddingKey) {
  return { imageSha256, encoderSha256, preprocessing };
}
