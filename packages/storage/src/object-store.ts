import { createHash, type Hash } from 'node:crypto';
import { type Readable, Transform } from 'node:stream';

/** What can be stored: bytes at hand, or a stream of them. */
export type Body = Uint8Array | Readable | AsyncIterable<Uint8Array>;

export interface PutResult {
  readonly bytes: number;
  /** of what was stored, hex */
  readonly sha256: string;
}

export interface ObjectHead {
  readonly bytes: number;
  readonly modifiedAt: Date;
}

/** First and last byte, both included; `end` left out: to the end. */
export interface Range {
  readonly start: number;
  readonly end?: number;
}

/** Where blobs lie. One contract, tested against every implementation. */
export interface ObjectStore {
  /**
   * Stores an object whole or not at all: readers see the old one until the new one is complete, and a failure in
   * between leaves nothing behind.
   * @throws DomainError STORAGE_FULL
   */
  put(key: string, body: Body, options?: { readonly contentType?: string }): Promise<PutResult>;
  /** @throws DomainError NOT_FOUND */
  get(key: string, range?: Range): Promise<Readable>;
  /** For small objects. @throws DomainError NOT_FOUND */
  getBytes(key: string): Promise<Uint8Array>;
  /** null: there is no such object */
  head(key: string): Promise<ObjectHead | null>;
  /** An address that works without a session for a while; null when the store has none: stream it yourself. */
  signedUrl(
    key: string,
    options: { readonly expiresInSeconds: number; readonly fileName?: string },
  ): Promise<string | null>;
  /** Nothing happens when there is no such object. */
  remove(key: string): Promise<void>;
  /** Objects whose keys begin with the prefix, sorted by key. */
  list(prefix: string): AsyncIterable<{ readonly key: string; readonly bytes: number }>;
  /** Whether the store can be written; makes folder or bucket when missing. For start and health checks. */
  check(): Promise<void>;
  /** for people: the folder, or endpoint and bucket */
  readonly description: string;
}

const SEGMENT = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Keys come from `blobKeys`; whatever else arrives must not become a path. */
export function assertKey(key: string): void {
  const segments = key.split('/');
  if (key.length === 0 || key.length > 512 || !segments.every((segment) => SEGMENT.test(segment))) {
    throw new Error(`not an object key: ${JSON.stringify(key.slice(0, 100))}`);
  }
}

/** A stream that passes bytes on and knows their hash and number afterwards. */
export class HashingStream extends Transform {
  readonly #hash: Hash = createHash('sha256');
  #bytes = 0;

  override _transform(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
    this.push(chunk);
    done();
  }

  /** Once, after the end. */
  result(): PutResult {
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}

export function resultOf(bytes: Uint8Array): PutResult {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
