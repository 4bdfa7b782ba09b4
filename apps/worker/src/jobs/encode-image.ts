import { embeddings, images, models } from '@maskloop/db';
import { DomainError, PREPROCESSING_VERSION } from '@maskloop/domain';
import type { Outcome, Payload } from '@maskloop/jobs';
import { ModelManifest } from '@maskloop/sam-core';
import { blobKeys } from '@maskloop/storage';
import type { JobContext } from '../context.ts';

/**
 * Picture → embedding: once for each contents and encoder (MD1). Repeating it changes nothing: the file's name says
 * what is in it, and the row is written last.
 */
export async function encodeImage(
  { imageId, modelVersionId }: Payload<'image.encode'>,
  context: JobContext,
): Promise<Outcome> {
  const { db, store, inference, projectId } = context;
  if (projectId !== null) {
    context.whenFailed(({ cancelled }) =>
      context.publish(projectId, { type: 'embedding', imageId, state: cancelled ? 'missing' : 'failed' }),
    );
  }
  const image = await images.forBlob(db, imageId);
  if (image === null) return { skipped: 'the image was deleted' };
  const model = await models.get(db, modelVersionId);
  if (model === null) {
    throw new DomainError('NOT_FOUND', `there is no model version ${modelVersionId}`, { modelVersionId });
  }
  const manifest = manifestOf(model);
  const key = { imageSha256: image.sha256, encoderSha256: model.encoderSha256 };
  const known = await embeddings.find(db, key);
  if (known !== null && (await store.head(known.storageKey)) !== null) {
    await announceReady(context, image.sha256);
    return { skipped: 'the embedding was there already' };
  }

  context.progress(0.1);
  const bytes = await store.getBytes(blobKeys.original(image.sha256));
  const encoded = await inference.encode(manifest, bytes);
  if (encoded.width !== image.width || encoded.height !== image.height) {
    throw new DomainError(
      'IMAGE_UNREADABLE',
      `the picture is recorded with ${image.width} x ${image.height} pixels, but unpacks to ${encoded.width} x ${encoded.height}`,
      { imageId, recorded: [image.width, image.height], found: [encoded.width, encoded.height] },
    );
  }
  context.signal.throwIfAborted();
  context.progress(0.9);
  const storageKey = blobKeys.embedding(image.sha256, model.encoderSha256, PREPROCESSING_VERSION);
  const stored = await store.put(storageKey, encoded.embedding, { contentType: 'application/octet-stream' });
  await embeddings.upsert(db, key, {
    storageKey,
    bytes: stored.bytes,
    shapes: encoded.shapes,
    stats: encoded.stats,
    encodeMs: encoded.encodeMs,
  });
  await announceReady(context, image.sha256);
  context.log.info(
    {
      image: image.name,
      model: model.name,
      readMs: round(encoded.readMs),
      encodeMs: round(encoded.encodeMs),
    },
    'encoded',
  );
  return undefined;
}

/** Copies of the picture in other projects have their embedding now, too. */
async function announceReady({ db, publish }: JobContext, imageSha256: string): Promise<void> {
  for (const { imageId, projectId } of await embeddings.imagesWith(db, imageSha256)) {
    await publish(projectId, { type: 'embedding', imageId, state: 'ready' });
  }
}

function manifestOf({ name, manifest }: { name: string; manifest: unknown }): ModelManifest {
  const parsed = ModelManifest.safeParse(manifest);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DomainError(
    'MODEL_CONTRACT_MISMATCH',
    `model version ${name}: manifest.${issue?.path.join('.')}: ${issue?.message}`,
    { name },
  );
}

const round = (ms: number): number => Math.round(ms);
