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

/** Pages of those that go, and removing their rows; what was made again since it was looked up stays. */
export const going = (db: Db, which: Going) => ({
  some: (limit: number): Promise<{ storageKey: string }[]> =>
    db.closeUp.findMany({ where: among(which), select: { storageKey: true }, take: limit }),
  async removeRows(rows: readonly { readonly storageKey: string }[]): Promise<void> {
    const storageKey = { in: rows.map((row) => row.storageKey) };
    await db.closeUp.deleteMany({ where: { ...among(which), storageKey } });
  },
});

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
