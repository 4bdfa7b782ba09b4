import { type CloseUp, closeUpName } from '@maskloop/domain';
import { decodeEmbedding, type Embedding, type Size } from '@maskloop/sam-core';
import { DecoderError, type Part } from './protocol.ts';

/** The picture at hand, the next two, the one before, and two close-ups. */
const KEPT = 6;

/** An embedding and what it is of. */
export interface PlacedEmbedding {
  readonly embedding: Embedding;
  /** the part of the picture that was encoded; null: all of it */
  readonly closeUp: CloseUp | null;
  readonly picture: Size;
}

/**
 * Embeddings by picture and part, least recently used out. The bytes behind them carry a hash in their address and are
 * cached by the browser for good, so one that fell out comes back without the server.
 */
export class EmbeddingCache {
  readonly #loaded = new Map<string, Promise<PlacedEmbedding>>();
  readonly #read: (url: string) => Promise<Uint8Array>;

  constructor(read: (url: string) => Promise<Uint8Array>) {
    this.#read = read;
  }

  load({ url, picture, ...part }: Part & { url: string; picture: Size }): Promise<PlacedEmbedding> {
    const key = `${nameOf(part)} ${url}`;
    const found = this.#loaded.get(key);
    this.#loaded.delete(key);
    const { closeUp } = part;
    const loading =
      found ?? this.#read(url).then((bytes) => ({ embedding: decodeEmbedding(bytes), closeUp, picture }));
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
  get(part: Part): Promise<PlacedEmbedding> {
    const name = nameOf(part);
    for (const [key, embedding] of [...this.#loaded].reverse()) {
      if (key.startsWith(`${name} `)) return embedding;
    }
    throw new DecoderError('EMBEDDING_MISSING', `The embedding of picture ${name} is not loaded`);
  }
}

const nameOf = ({ imageId, closeUp }: Part): string =>
  closeUp === null ? imageId : `${imageId}/${closeUpName(closeUp)}`;
