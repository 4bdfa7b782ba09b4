import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Db, models } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';
import { type ModelFile, ModelManifest } from '@maskloop/sam-core';
import { blobKeys, type ObjectStore } from '@maskloop/storage';

/**
 * Registers the model that comes with the program and puts its files into the object store, where workers and
 * browsers fetch them by hash.
 * @returns its id, or null when the program came without one
 */
export async function registerEmbeddedModel({
  db,
  store,
  modelsDir,
}: {
  db: Db;
  store: ObjectStore;
  modelsDir: string;
}): Promise<string | null> {
  const folder = path.join(modelsDir, 'embedded');
  const text = await readOptional(path.join(folder, 'manifest.json'));
  if (text === null) return null;
  const manifest = ModelManifest.parse(JSON.parse(text));
  const { encoder, decoder } = manifest;
  for (const file of [encoder.file, ...encoder.external, decoder.file, ...decoder.external]) {
    await putFile(store, folder, file);
  }
  const known = (await models.list(db)).find(
    (model) => model.encoderSha256 === encoder.file.sha256 && model.decoderSha256 === decoder.file.sha256,
  );
  if (known) return known.id;
  // a newer embedded model under the old name: a version of its own, so that projects keep what they work with
  const older = await models.byName(db, manifest.id);
  const { id } = await models.register(db, {
    name: older
      ? `${manifest.id}-${encoder.file.sha256.slice(0, 6)}${decoder.file.sha256.slice(0, 6)}`
      : manifest.id,
    family: manifest.family,
    manifest,
    encoderSha256: encoder.file.sha256,
    decoderSha256: decoder.file.sha256,
    state: 'active',
    parentId: older?.id ?? null,
    card: (await readOptional(path.join(folder, 'MODEL_CARD.md'))) ?? '',
    metrics: JSON.parse((await readOptional(path.join(folder, 'metrics.json'))) ?? '{}') as object,
  });
  return id;
}

async function putFile(store: ObjectStore, folder: string, file: ModelFile): Promise<void> {
  const key = blobKeys.model(file.sha256);
  if ((await store.head(key))?.bytes === file.bytes) return;
  const stored = await store.put(key, createReadStream(path.join(folder, file.path)), {
    contentType: 'application/octet-stream',
  });
  if (stored.sha256 === file.sha256) return;
  await store.remove(key);
  throw new DomainError(
    'MODEL_FILE_CORRUPT',
    `${path.join(folder, file.path)}: sha256 is ${stored.sha256}, but the manifest says ${file.sha256}`,
    { file: file.path, expected: file.sha256, actual: stored.sha256 },
  );
}

async function readOptional(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
