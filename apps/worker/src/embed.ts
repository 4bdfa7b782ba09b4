import { closeUps, embeddings, type images, models } from '@maskloop/db';
import {
  type CloseUp,
  closeUpName,
  DomainError,
  type ImageId,
  type ModelVersionId,
  PREPROCESSING_VERSION,
  type ProjectEvent,
} from '@maskloop/domain';
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
): Promise<Ensured> {
  const { db } = context;
  const key = { imageSha256: image.sha256, encoderSha256: model.encoderSha256 };
  return ensure(context, image, model, {
    closeUp: null,
    known: await embeddings.find(db, key),
    storageKey: blobKeys.embedding(image.sha256, model.encoderSha256, PREPROCESSING_VERSION),
    record: (row) => embeddings.upsert(db, key, row),
    news: (imageId) => ({ type: 'embedding', imageId, state: 'ready' }),
  });
}

/** {@link ensureEmbedding} for a part of a picture (CU2). @throws DomainError INVALID_INPUT, too: it is no part of it */
export async function ensureCloseUp(
  context: JobContext,
  image: PictureRow,
  model: Model,
  closeUp: CloseUp,
): Promise<Ensured> {
  const { db } = context;
  const key = { imageSha256: image.sha256, encoderSha256: model.encoderSha256, closeUp };
  const name = closeUpName(closeUp);
  return ensure(context, image, model, {
    closeUp,
    known: await closeUps.find(db, key),
    storageKey: blobKeys.closeUp(image.sha256, model.encoderSha256, PREPROCESSING_VERSION, name),
    record: (row) => closeUps.upsert(db, key, row),
    news: (imageId) => ({ type: 'closeUp', imageId, closeUp, state: 'ready' }),
  });
}

export interface Ensured {
  readonly storageKey: string;
  readonly made: boolean;
}

/** What tells a picture's embedding from that of a part of it. */
interface Kind {
  readonly closeUp: CloseUp | null;
  readonly known: { readonly storageKey: string } | null;
  readonly storageKey: string;
  record(row: Omit<embeddings.StoredEmbedding, 'createdAt'>): Promise<void>;
  news(imageId: ImageId): ProjectEvent;
}

async function ensure(
  context: JobContext,
  image: PictureRow,
  model: Model,
  { closeUp, known, storageKey, record, news }: Kind,
): Promise<Ensured> {
  const { db, store, inference, publish } = context;
  /** Copies of the picture in other projects have it now, too. */
  const announce = async () => {
    for (const { imageId, projectId } of await embeddings.imagesWith(db, image.sha256)) {
      await publish(projectId, news(imageId));
    }
  };
  if (known !== null && (await store.head(known.storageKey)) !== null) {
    await announce();
    return { storageKey: known.storageKey, made: false };
  }
  const bytes = await store.getBytes(blobKeys.original(image.sha256));
  const { embedding, picture, shapes, stats, readMs, encodeMs } = await inference.encode(
    model.manifest,
    bytes,
    closeUp,
  );
  if (picture.width !== image.width || picture.height !== image.height) {
    throw new DomainError(
      'IMAGE_UNREADABLE',
      `the picture is recorded with ${image.width} x ${image.height} pixels, but unpacks to ${picture.width} x ${picture.height}`,
      {
        imageId: image.id,
        recorded: [image.width, image.height],
        found: [picture.width, picture.height],
      },
    );
  }
  context.signal.throwIfAborted();
  const stored = await store.put(storageKey, embedding, { contentType: 'application/octet-stream' });
  await record({ storageKey, bytes: stored.bytes, shapes, stats, encodeMs });
  await announce();
  context.log.info(
    {
      image: image.name,
      model: model.name,
      ...(closeUp ? { closeUp: closeUpName(closeUp) } : {}),
      readMs: Math.round(readMs),
      encodeMs: Math.round(encodeMs),
    },
    'encoded',
  );
  return { storageKey, made: true };
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
