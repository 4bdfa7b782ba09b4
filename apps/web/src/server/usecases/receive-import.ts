import 'server-only';
import { pipeline, Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { imports, inTransaction, newId } from '@maskloop/db';
import { DomainError, LIMITS } from '@maskloop/domain';
import { dispatch, requestJob } from '@maskloop/jobs';
import { blobKeys } from '@maskloop/storage';
import { atMost, baseName } from '../incoming.ts';
import type { RouteContext } from '../route.ts';

/**
 * Takes a file of labels in: streams it to the object store and orders a look through it. Nothing is read here.
 * @returns the import's id; its state comes by events
 * @throws DomainError INVALID_INPUT without a body or with an empty one, IMAGE_TOO_LARGE past MAX_UPLOAD_BYTES
 */
export async function receiveImport(
  { db, env, projectId, store, user }: RouteContext,
  { name, body }: { name: string; body: ReadableStream<Uint8Array> | null },
): Promise<{ id: string }> {
  const shortName = baseName(name).slice(0, LIMITS.fileNameLength) || 'upload';
  if (!body) throw new DomainError('INVALID_INPUT', 'body: the file is missing.');
  const id = newId();
  const key = blobKeys.import(id);
  const limited = atMost(env.MAX_UPLOAD_BYTES, shortName);
  // whatever ends one stream early ends the other with the same error, which `put` then meets
  pipeline(Readable.fromWeb(body as WebStream<Uint8Array>), limited, () => {});
  const { bytes, sha256 } = await store.put(key, limited);
  try {
    if (bytes === 0) throw new DomainError('INVALID_INPUT', 'body: the file is empty.');
    const jobId = await inTransaction(db, async (tx) => {
      await imports.create(tx, { id, projectId, name: shortName, bytes, sha256, createdById: user.id });
      const job = await requestJob(
        tx,
        'import.check',
        { importId: id },
        { projectId, requestedById: user.id },
      );
      await imports.setJob(tx, id, job.id);
      return job.id;
    });
    await dispatch(jobId);
    return { id };
  } catch (error) {
    await store.remove(key);
    throw error;
  }
}
