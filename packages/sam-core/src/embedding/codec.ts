import { z } from 'zod';
import type { Embedding } from '../engine.ts';
import { SamCoreError } from '../errors.ts';
import { EMBEDDING_ROLES } from '../manifest.ts';
import { decodeTensorFile, encodeTensorFile } from './safetensors.ts';

/** Format name and version in the header; a reader refuses others. */
const FORMAT = 'maskloop-embedding-1';

/** The header holds text only. */
const Metadata = z.object({
  format: z.literal(FORMAT),
  encoder: z.string().min(1).max(200),
  preprocessing: z.string().min(1).max(500),
  width: z.coerce.number().int().positive(),
  height: z.coerce.number().int().positive(),
  side: z.coerce.number().int().positive(),
  fit: z.enum(['pad', 'stretch']),
});

/**
 * Embedding → bytes to store and serve: a safetensors file with one float16 tensor for each role, and in the header who
 * made it, of what size of image, with what preprocessing.
 *
 * @throws SamCoreError EMBEDDING_INVALID when a value exceeds float16
 */
export function encodeEmbedding(embedding: Embedding): Uint8Array<ArrayBuffer> {
  const { encoder, preprocessing, image, side, fit, tensors } = embedding;
  const metadata = {
    format: FORMAT,
    encoder,
    preprocessing,
    width: String(image.width),
    height: String(image.height),
    side: String(side),
    fit,
  };
  return encodeTensorFile({
    metadata,
    tensors: tensors as Record<string, NonNullable<typeof tensors.embedding>>,
  });
}

/**
 * Reads {@link encodeEmbedding}'s bytes. Whether the embedding belongs to a model is checked where both meet, in
 * `decoderFeeds`.
 *
 * @throws SamCoreError EMBEDDING_INVALID
 */
export function decodeEmbedding(bytes: Uint8Array): Embedding {
  const file = decodeTensorFile(bytes);
  const metadata = Metadata.safeParse(file.metadata);
  if (!metadata.success) {
    const fields = metadata.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new SamCoreError('EMBEDDING_INVALID', `embedding header: ${fields.join('; ')}`, { fields });
  }
  const { encoder, preprocessing, width, height, side, fit } = metadata.data;
  const tensors = Object.fromEntries(
    EMBEDDING_ROLES.flatMap((role) => {
      const tensor = file.tensors[role];
      return tensor === undefined ? [] : [[role, tensor] as const];
    }),
  );
  if (tensors.embedding === undefined) {
    throw new SamCoreError('EMBEDDING_INVALID', 'the file holds no tensor named embedding', {
      tensors: Object.keys(file.tensors),
    });
  }
  return { encoder, preprocessing, image: { width, height }, side, fit, tensors };
}
