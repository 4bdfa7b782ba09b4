import { embeddings, type images, models } from '@maskloop/db';
import { DomainError, type ModelVersionId, PREPROCESSING_VERSION } from '@maskloop/domain';
import { ModelManifest } from '@maskloop/sam-core';
import { blobKeys } from '@maskloop/storage';
import type { JobContext } from './context.ts';

export type PictureRow = NonNullable<Awaited<ReturnType<typeof images.forBlob>>>;

/** A model version as a worker needs it. */
export interface Model {
  readonly id: ModelVersionId;
  readonly name: string;
  readonly encoderSha256: string;
  readonly manifest: ModelManifest;
}

/** @throws DomainError NOT_FOUND, MODEL_CONTRACT_MISMATCH for a manifest that cannot be read */
export async function loadModel({ db }: Pick<JobContext, 'db'>, modelVersionId: string): Promise<Model> {
  const model = await models.get(db, modelVersionId);
  if (model === null) {
    throw new DomainError('NOT_FOUND', `there is no model version ${modelVersionId}`, { modelVersionId });
  }
  const { id, name, encoderSha256 } = model;
  return { id, name, encoderSha256, manifest: manifestOf(model) };
}

/**
 * Makes sure that a picture has its embedding: once for each contents and encoder (MD1). Repeating it changes nothing:
 * the file's name says what is in it, and the row is written last.
 *
 * @returns where it lies, and whether it was made now
 * @throws DomainError of reading the picture and of running the encoder
 */
export async function ensureEmbedding(
  context: JobContext,
  image: PictureRow,
  model: Model,
): Promise<{ storageKey: string; made: boolean }> {
  const { db, store, inference } = context;
  const key = { imageSha256: image.sha256, encoderSha256: model.encoderSha256 };
  const known = await embeddings.find(db, key);
  if (known !== null && (await store.head(known.storageKey)) !== null) {
    await announceReady(context, image.sha256);
    return { storageKey: known.storageKey, made: false };
  }
  const bytes = await store.getBytes(blobKeys.original(image.sha256));
  const encoded = await inference.encode(model.manifest, bytes);
  if (encoded.width !== image.width || encoded.height !== image.height) {
    throw new DomainError(
      'IMAGE_UNREADABLE',
      `the picture is recorded with ${image.width} x ${image.height} pixels, but unpacks to ${encoded.width} x ${encoded.height}`,
      {
        imageId: image.id,
        recorded: [image.width, image.height],
        found: [encoded.width, encoded.height],
      },
    );
  }
  context.signal.throwIfAborted();
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
      readMs: Math.round(encoded.readMs),
      encodeMs: Math.round(encoded.encodeMs),
    },
    'encoded',
  );
  return { storageKey, made: true };
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
