import 'server-only';
import { closeUps, type DbClient, inTransaction } from '@maskloop/db';
import { type CloseUp, closeUpFault, DomainError } from '@maskloop/domain';
import { dispatch, requestJob } from '@maskloop/jobs';
import type { ObjectStore } from '@maskloop/storage';
import { demandActiveModel, demandImage } from './demand.ts';

interface RequestContext {
  readonly db: DbClient;
  readonly store: ObjectStore;
  readonly user: { readonly id: string };
  readonly projectId: string;
}

/**
 * Asks for the embedding of a part of a picture (CU1), because somebody looks closer. One whose bytes are gone is made
 * again (CU4).
 *
 * @returns where it is now; when it is queued, an event tells what became of it
 * @throws DomainError INVALID_INPUT for a close-up that reaches beyond the picture; INVALID_TRANSITION without a model
 */
export async function requestCloseUp(
  { db, store, user, projectId }: RequestContext,
  { imageId, closeUp }: { readonly imageId: string; readonly closeUp: CloseUp },
): Promise<{ state: 'ready' | 'queued' }> {
  const { image } = await demandImage(db, imageId);
  const fault = closeUpFault(closeUp, image);
  if (fault) throw new DomainError('INVALID_INPUT', fault, { closeUp });
  const model = await demandActiveModel(db, projectId);
  const { encoderSha256 } = model;
  const known = await closeUps.find(db, { imageSha256: image.sha256, encoderSha256, closeUp });
  if (known && (await store.head(known.storageKey)) !== null) return { state: 'ready' };
  const job = await inTransaction(db, (tx) =>
    requestJob(
      tx,
      'image.closeUp',
      { imageId, modelVersionId: model.id, closeUp },
      { projectId, imageId, requestedById: user.id },
    ),
  );
  await dispatch(job.id);
  return { state: 'queued' };
}
