import { decodeEmbedding, type Embedding } from '@maskloop/sam-core';
import { DecoderError } from './protocol.ts';

/** The picture at hand, the next two, and the one before. */
const KEPT = 5;

/**
 * Embeddings by picture, least recently used out. The bytes behind them carry a hash in their address and are
 * cached by the browser for good, so a picture that fell out comes back without the server.
 */
export class EmbeddingCache {
  readonly #loaded = new Map<string, Promise<Embedding>>();
  readonly #read: (url: string) => Promise<Uint8Array>;

  constructor(read: (url: string) => Promise<Uint8Array>) {
    this.#read = read;
  }

  load(imageId: string, url: string): Promise<Embedding> {
    const key = `${imageId} ${url}`;
    const found = this.#loaded.get(key);
    this.#loaded.delete(key);
    const loading = found ?? this.#read(url).then(decodeEmbedding);
    this.#loaded.set(key, loading);
    // a failure is not kept: the embedding may be there the next time
    loading.catch(() => this.#loaded.delete(key));
    for (const oldest of this.#loaded.keys()) {
      if (this.#loaded.size <= KEPT) break;
      this.#loaded.delete(oldest);
    }
    return loading;
  }

  /** @throws DecoderError EMBEDDING_MISSING when it was never loaded or has fallen out */
  get(imageId: string): Promise<Embedding> {
    for (const [key, embedding] of [...this.#loaded].reverse()) {
      if (key.startsWith(`${imageId} `)) return embedding;
    }
    throw new DecoderError('EMBEDDING_MISSING', `The embedding of picture ${imageId} is not loaded`);
  }
}
