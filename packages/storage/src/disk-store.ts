import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { DomainError } from '@maskloop/domain';
import { assertKey, type Body, type ObjectStore, type PutResult, resultOf } from './object-store.ts';

/** No key begins with a dot, so nothing in here is ever listed or read. */
const UNFINISHED = '.unfinished';
const UNFINISHED_MAX_AGE_MS = 24 * 3_600_000;

/** A folder: for a single machine and for tests. */
export class DiskStore implements ObjectStore {
  readonly #root: string;

  /** @param root made when missing */
  constructor(root: string) {
    this.#root = path.resolve(root);
  }

  get description(): string {
    return this.#root;
  }

  async put(key: string, body: Body): Promise<PutResult> {
    const target = this.#pathOf(key);
    const unfinished = path.join(this.#root, UNFINISHED, randomBytes(12).toString('hex'));
    try {
      await mkdir(path.dirname(unfinished), { recursive: true });
      const result = await write(unfinished, body);
      await mkdir(path.dirname(target), { recursive: true });
      await rename(unfinished, target);
      await syncFolder(path.dirname(target));
      return result;
    } catch (error) {
      await rm(unfinished, { force: true });
      throw spaceError(error, this.#root) ?? error;
    }
  }

  async get(key: string, range?: { start: number; end?: number }): Promise<Readable> {
    const file = this.#pathOf(key);
    // opened before it is handed out: a missing object fails here, not in the middle of an answer
    const handle = await open(file, 'r').catch((error: unknown) => {
      throw isMissing(error) ? missing(key) : error;
    });
    return createReadStream(file, { fd: handle, ...range });
  }

  async getBytes(key: string): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of await this.get(key)) chunks.push(chunk as Uint8Array);
    return Buffer.concat(chunks);
  }

  async head(key: string) {
    try {
      const { size, mtime } = await stat(this.#pathOf(key));
      return { bytes: size, modifiedAt: mtime };
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async signedUrl(): Promise<null> {
    return null;
  }

  async remove(key: string): Promise<void> {
    const file = this.#pathOf(key);
    try {
      await unlink(file);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  async *list(prefix: string) {
    // whole folders of the prefix are entered directly, the rest is compared
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    if (folder !== '') assertKey(folder.slice(0, -1));
    for await (const key of this.#walk(folder)) {
      if (!key.startsWith(prefix)) continue;
      const head = await this.head(key);
      if (head) yield { key, bytes: head.bytes };
    }
  }

  async *#walk(folder: string): AsyncGenerator<string> {
    let entries: Dirent[];
    try {
      entries = await readdir(path.join(this.#root, folder), { withFileTypes: true });
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    // as S3 sorts: by whole keys, where a folder's "/" takes part
    const named = entries
      .filter((entry) => !entry.name.startsWith('.'))
      .map((entry) => ({ entry, key: `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}` }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    for (const { entry, key } of named) {
      if (entry.isDirectory()) yield* this.#walk(key);
      else if (entry.isFile()) yield key;
    }
  }

  async check(): Promise<void> {
    const folder = path.join(this.#root, UNFINISHED);
    await mkdir(folder, { recursive: true });
    // what a killed process left
    for (const name of await readdir(folder)) {
      const file = path.join(folder, name);
      const found = await stat(file).catch(() => null);
      if (found && Date.now() - found.mtimeMs > UNFINISHED_MAX_AGE_MS) await rm(file, { force: true });
    }
    const probe = path.join(folder, `check-${randomBytes(6).toString('hex')}`);
    try {
      await write(probe, Buffer.from('ok'));
    } catch (error) {
      throw spaceError(error, this.#root) ?? error;
    } finally {
      await rm(probe, { force: true });
    }
  }

  #pathOf(key: string): string {
    assertKey(key);
    return path.join(this.#root, ...key.split('/'));
  }
}

/** Data reaches the disk before the file gets its name: after a power cut an object is whole or not there. */
async function write(file: string, body: Body): Promise<PutResult> {
  const handle = await open(file, 'wx');
  try {
    let result: PutResult;
    if (body instanceof Uint8Array) {
      await handle.writeFile(body);
      result = resultOf(body);
    } else {
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        hash.update(chunk);
        bytes += chunk.length;
        await handle.writeFile(chunk); // goes on where the last one ended
      }
      result = { bytes, sha256: hash.digest('hex') };
    }
    await handle.sync();
    return result;
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders; its rename is durable enough
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** ENOTDIR: a part of the path is a file, so there is nothing below it. */
function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function missing(key: string): DomainError {
  return new DomainError('NOT_FOUND', `There is no object ${key}`, { key });
}

function spaceError(error: unknown, root: string): DomainError | null {
  const code = codeOf(error);
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return null;
  return new DomainError('STORAGE_FULL', `STORAGE_DIR: no space is left in ${root}`, { root, cause: code });
}
