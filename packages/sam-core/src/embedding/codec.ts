import type { Embedding } from '../engine.ts';

const notYet = (): never => {
  throw new Error('not yet');
};

/** Embedding → safetensors bytes, tensors as float16, metadata in the header. */
export const encodeEmbedding = (_embedding: Embedding): Uint8Array<ArrayBuffer> => notYet();

/** safetensors bytes → Embedding. Throws SamCoreError EMBEDDING_INVALID. */
export const decodeEmbedding = (_bytes: Uint8Array): Embedding => notYet();
