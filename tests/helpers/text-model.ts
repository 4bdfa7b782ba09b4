import { type DbClient, textModels } from '@maskloop/db';
import { textModelFiles } from '@maskloop/sam-core';
import { blobKeys, type ObjectStore } from '@maskloop/storage';
import { textFixture } from '../fixtures/models/text-model.ts';

/** Registers the generated text model, its files in the object store. @returns its id */
export async function addTextModel({ db, store }: { db: DbClient; store: ObjectStore }): Promise<string> {
  const { manifest, files } = textFixture();
  for (const file of textModelFiles(manifest)) {
    const bytes = files[file.path];
    if (bytes) await store.put(blobKeys.model(file.sha256), bytes);
  }
  const { id } = await textModels.register(db, { name: manifest.id, manifest });
  return id;
}
