import { type CloseUp, PREPROCESSING_VERSION } from '@maskloop/domain';
import type { Db } from './client.ts';
import type { EmbeddingKey } from './embeddings.ts';

/** CU2: as an embedding's, and the part of the picture. */
export interface CloseUpKey extends EmbeddingKey {
  readonly closeUp: CloseUp;
}

export interface StoredCloseUp {
  readonly storageKey: string;
  readonly bytes: number;
  readonly encodeMs: number;
  readonly createdAt: Date;
}

export async function find(db: Db, key: CloseUpKey): Promise<StoredCloseUp | null> {
  return db.closeUp.findUnique({
    where: identity(key),
    select: { storageKey: true, bytes: true, encodeMs: true, createdAt: true },
  });
}

/** Safe to repeat. One that is made again is young again (CU4). */
export async function upsert(
  db: Db,
  key: CloseUpKey,
  { storageKey, bytes, encodeMs }: Omit<StoredCloseUp, 'createdAt'>,
): Promise<void> {
  const values = { storageKey, bytes, encodeMs, createdAt: new Date() };
  await db.closeUp.upsert({
    where: identity(key),
    create: { ...full(key), ...values },
    update: values,
    select: { imageSha256: true },
  });
}

/** Which close-ups go: those of an encoder (MD4), or those that were made before (CU4). */
export type Going = { readonly encoderSha256: string } | { readonly madeBefore: Date };

export async function count(db: Db, going: Going): Promise<number> {
  return db.closeUp.count({ where: among(going) });
}

/** Some of those that go. */
export async function some(db: Db, going: Going, limit: number): Promise<{ storageKey: string }[]> {
  return db.closeUp.findMany({ where: among(going), select: { storageKey: true }, take: limit });
}

/** Their rows; what was made again since it was looked up stays. */
export async function removeRows(
  db: Db,
  going: Going,
  gone: readonly { readonly storageKey: string }[],
): Promise<void> {
  const storageKey = { in: gone.map((each) => each.storageKey) };
  await db.closeUp.deleteMany({ where: { ...among(going), storageKey } });
}

function among(going: Going) {
  return 'madeBefore' in going
    ? { createdAt: { lt: going.madeBefore } }
    : { encoderSha256: going.encoderSha256 };
}

const identity = (key: CloseUpKey) => ({
  imageSha256_encoderSha256_preprocessing_x0_y0_x1_y1: full(key),
});

function full({
  imageSha256,
  encoderSha256,
  preprocessing = PREPROCESSING_VERSION,
  closeUp: { x0, y0, x1, y1 },
}: CloseUpKey) {
  return { imageSha256, encoderSha256, preprocessing, x0, y0, x1, y1 };
}
