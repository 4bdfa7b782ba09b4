import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type Entry, open, type ZipFile } from 'yauzl';

/** Reads a finished archive as a stranger would: any file of it, whole or line by line. */
export class ArchiveReader {
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.#zip = zip;
    this.#entries = entries;
  }

  static async open(path: string): Promise<ArchiveReader> {
    const zip = await new Promise<ZipFile>((resolve, reject) => {
      open(path, { lazyEntries: true, autoClose: false }, (error, file) =>
        error ? reject(error) : resolve(file),
      );
    });
    const entries = new Map<string, Entry>();
    await new Promise<void>((resolve, reject) => {
      zip.on('entry', (entry: Entry) => {
        entries.set(entry.fileName, entry);
        zip.readEntry();
      });
      zip.on('end', resolve);
      zip.on('error', reject);
      zip.readEntry();
    });
    return new ArchiveReader(zip, entries);
  }

  has(path: string): boolean {
    return this.#entries.has(path);
  }

  /** @throws Error when there is no such file */
  stream(path: string): Promise<Readable> {
    const entry = this.#entries.get(path);
    if (entry === undefined) return Promise.reject(new Error(`the written archive has no ${path}`));
    return new Promise((resolve, reject) => {
      this.#zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
    });
  }

  /** @throws Error when there is no such file */
  async bytes(path: string): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of await this.stream(path)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }

  /** @throws Error when there is no such file */
  async *lines(path: string): AsyncGenerator<string> {
    yield* createInterface({ input: await this.stream(path), crlfDelay: Number.POSITIVE_INFINITY });
  }

  close(): void {
    this.#zip.close();
  }
}
