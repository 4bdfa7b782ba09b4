import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type Db, embeddings, images, inTransaction, models } from '@maskloop/db';
import {
  DomainError,
  type ErrorCode,
  type ImageId,
  isDomainError,
  JOB_PRIORITIES,
  LIMITS,
  type ProjectId,
  type UserId,
} from '@maskloop/domain';
import { dispatch, publish, requestJob } from '@maskloop/jobs';
import { blobKeys, type ObjectStore } from '@maskloop/storage';
import { bmpToPng } from './bmp.ts';
import { makeDerivatives } from './derivatives.ts';
import { type ImageInfo, inspectImage, type Limits, unreadable } from './inspect.ts';

/** Where a picture goes and by whom. */
export interface IngestTarget {
  readonly db: Db;
  readonly store: ObjectStore;
  readonly env: { readonly MAX_UPLOAD_BYTES: number; readonly MAX_IMAGE_PIXELS: number };
  readonly projectId: ProjectId;
  readonly userId: UserId | null;
  /** left out: the process's one dispatcher */
  readonly dispatch?: (jobIds: readonly string[]) => Promise<unknown>;
}

export interface IngestRequest extends IngestTarget {
  /** the file on this machine */
  readonly path: string;
  /** what the person calls it */
  readonly name: string;
  /** images with one key never land in different splits */
  readonly groupKey?: string | null;
}

/** What became of one file. A file that cannot be taken is an outcome, not a failure: its neighbours are taken. */
export type IngestResult =
  | { readonly name: string; readonly status: 'added' | 'duplicate'; readonly imageId: ImageId }
  | { readonly name: string; readonly status: 'refused'; readonly code: ErrorCode; readonly message: string };

/**
 * Bytes on disk → image row, blobs and encode job. The picture is read from the file as a stream; besides what the
 * decoder itself needs, only the finished copies are in memory.
 */
export async function ingestFile(request: IngestRequest): Promise<IngestResult> {
  const { name } = request;
  try {
    return { name, ...(await ingest(request)) };
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return { name, status: 'refused', code: error.code, message: error.message };
  }
}

async function ingest(request: IngestRequest): Promise<{ status: 'added' | 'duplicate'; imageId: ImageId }> {
  const { db, projectId, name, env } = request;
  if (name.trim() === '' || name.length > LIMITS.fileNameLength) {
    throw new DomainError(
      'INVALID_INPUT',
      `name: must have 1 to ${LIMITS.fileNameLength} characters, but has ${name.length}`,
      { field: 'name', limit: LIMITS.fileNameLength, value: name.length },
    );
  }
  const limits = { maxBytes: env.MAX_UPLOAD_BYTES, maxPixels: env.MAX_IMAGE_PIXELS };
  const { file, info, remove } = await readable(request, limits);
  try {
    const sha256 = await hashOf(file);
    const known = await images.findBySha(db, projectId, sha256);
    if (known) return { status: 'duplicate', imageId: known.id };
    // blobs first: they are named by contents, so ones without a row are harmless and found again by the next try
    await storeBlobs(request, { file, sha256, info });
    return await insert(request, sha256, info);
  } finally {
    await remove();
  }
}

/** The file to keep: the one that came, or for BMP a PNG of the same pixels beside it. */
async function readable({ path: file, name }: IngestRequest, limits: Limits) {
  const info = await inspectImage(file, name, limits);
  if (info.format !== 'bmp') return { file, info, remove: async () => {} };
  const png = `${file}.png`;
  try {
    await bmpToPng(file, png);
    return {
      file: png,
      info: await inspectImage(png, 'converted.png', { ...limits, maxBytes: Number.MAX_SAFE_INTEGER }),
      remove: () => rm(png, { force: true }),
    };
  } catch (error) {
    await rm(png, { force: true });
    throw unreadable(name, error);
  }
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

async function storeBlobs(
  { store, name }: IngestRequest,
  { file, sha256, info }: { file: string; sha256: string; info: ImageInfo },
): Promise<void> {
  const { display, thumbnail } = await makeDerivatives(file, name, info);
  await store.put(blobKeys.display(sha256), display, { contentType: 'image/jpeg' });
  await store.put(blobKeys.thumbnail(sha256), thumbnail, { contentType: 'image/webp' });
  const stored = await store.put(blobKeys.original(sha256), createReadStream(file), {
    contentType: info.format === 'heif' ? 'image/avif' : `image/${info.format}`,
  });
  if (stored.sha256 !== sha256) throw new Error(`${file} changed while it was taken in`);
}

async function insert(
  request: IngestRequest,
  sha256: string,
  info: ImageInfo,
): Promise<{ status: 'added' | 'duplicate'; imageId: ImageId }> {
  const { db, projectId, name, userId, groupKey } = request;
  const { imageId, added, jobId } = await inTransaction(db, async (tx) => {
    const { id, added } = await images.insert(tx, {
      projectId,
      sha256,
      name,
      width: info.width,
      height: info.height,
      orientation: info.orientation,
      format: info.format,
      bitDepth: info.bitDepth,
      bytes: info.bytes,
      uploadedById: userId,
      groupKey: groupKey ?? null,
    });
    // somebody else sent the same picture meanwhile
    if (!added) return { imageId: id, added, jobId: null };
    const jobId = await requestEncoding(tx, request, { imageId: id, sha256 });
    await publish(tx, projectId, { type: 'image.added', imageId: id });
    return { imageId: id, added, jobId };
  });
  if (jobId) await (request.dispatch ?? dispatch)([jobId]);
  return { status: added ? 'added' : 'duplicate', imageId };
}

/** Asks for the embedding under the project's model, unless a copy of the picture has it already (MD1). */
async function requestEncoding(
  tx: Db,
  { projectId, userId }: IngestRequest,
  { imageId, sha256 }: { imageId: ImageId; sha256: string },
): Promise<string | null> {
  const model = await models.activeOf(tx, projectId);
  if (!model) return null;
  if (await embeddings.find(tx, { imageSha256: sha256, encoderSha256: model.encoderSha256 })) return null;
  const { id } = await requestJob(
    tx,
    'image.encode',
    { imageId, modelVersionId: model.id },
    { projectId, imageId, requestedById: userId, priority: JOB_PRIORITIES.normal },
  );
  return id;
}
