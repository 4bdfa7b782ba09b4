import 'server-only';
import { models } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';
import { ModelManifest } from '@maskloop/sam-core';
import { blobKeys } from '@maskloop/storage';
import { demandSession } from '../auth.ts';
import { failure, uuidOrNotFound } from '../route.ts';
import { sendBlob } from '../send-blob.ts';
import { services } from '../services.ts';

/**
 * Model files are for every signed-in person, as model versions are no project's own.
 * @param file a name in the manifest's external files; null: the decoder itself
 */
export async function sendModelFile(
  request: Request,
  modelVersionId: string,
  file: string | null,
): Promise<Response> {
  try {
    await demandSession();
    const { db, store } = services();
    const model = await models.get(db, uuidOrNotFound(modelVersionId, 'model version'));
    if (!model) throw new DomainError('NOT_FOUND', 'There is no such model version.');
    const { decoder } = ModelManifest.parse(model.manifest);
    const wanted = file === null ? decoder.file : decoder.external.find((each) => each.path === file);
    if (!wanted?.sha256) throw new DomainError('NOT_FOUND', 'There is no such file in this model version.');
    return await sendBlob(store, request, blobKeys.model(wanted.sha256), {
      type: 'application/octet-stream',
    });
  } catch (error) {
    return failure(error);
  }
}
