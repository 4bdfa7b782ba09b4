import { expect, test } from 'vitest';
import { BLOB_PREFIXES, blobKeys } from './keys.ts';
import { assertKey } from './object-store.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);

test('every key is one a store takes, and lies under its prefix', () => {
  const keys = [
    [BLOB_PREFIXES.images, blobKeys.original(A)],
    [BLOB_PREFIXES.images, blobKeys.display(A)],
    [BLOB_PREFIXES.images, blobKeys.thumbnail(A)],
    [BLOB_PREFIXES.embeddings, blobKeys.embedding(A, B, 'pillow-bilinear-1')],
    [BLOB_PREFIXES.closeUps, blobKeys.closeUp(A, B, 'pillow-bilinear-1', '0-16-64-80')],
    [BLOB_PREFIXES.models, blobKeys.model(A)],
    [BLOB_PREFIXES.exports, blobKeys.export('11111111-1111-7111-8111-111111111111')],
    [BLOB_PREFIXES.temporary, blobKeys.temporary('x-1')],
  ] as const;
  for (const [prefix, key] of keys) {
    assertKey(key);
    expect(key.startsWith(prefix)).toBe(true);
  }
  expect(blobKeys.embedding(A, B, 'v1')).toBe(`embeddings/${A}/${B}-v1.safetensors`);
});

test.each(['', 'A'.repeat(64), '../x', `${A}/`, A.slice(1)])('%j is no hash to make a key of', (value) => {
  expect(() => blobKeys.original(value)).toThrow(/SHA-256/);
  expect(() => blobKeys.model(value)).toThrow(/SHA-256/);
});

test('ids with path characters make no key', () => {
  for (const id of ['../x', 'a/b', '.hidden', '']) expect(() => blobKeys.export(id)).toThrow(/object key/);
});
