import { createWriteStream, type WriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { type Digest, digest } from '../digest.ts';

/** What goes into an archive as a file. */
export type Content = string | Uint8Array | Readable;

/** Writes a ZIP whose bytes depend on its files only: order as given, fixed times and modes; one file in work at a time. */
export class ArchiveWriter {
  readonly #zip = new ZipFile();
  readonly #out: WriteStream;
  readonly #done: Promise<void>;

  constructor(path: string, signal: AbortSignal) {
    this.#out = createWriteStream(path, { signal });
    this.#done = finished(this.#out);
    // whoever adds or closes hears of it
    this.#done.catch(() => {});
    // whatever fails ends the output, and `done` tells of it; yazl would wait for ever
    this.#zip.on('error', (error: Error) => void this.#out.destroy(error));
    this.#zip.outputStream.pipe(this.#out);
  }

  /**
   * @param compress false for what is compressed already, such as pictures
   * @returns what was written, once it has been
   */
  async add(path: string, content: Content, { compress = true } = {}): Promise<Digest> {
    const source = content instanceof Readable ? content : Readable.from([Buffer.from(content)]);
    const { through, result } = digest();
    const written = new Promise<Digest>((resolve, reject) => {
      source.once('error', reject);
      through.once('error', reject).once('end', () => resolve(result()));
    });
    // DOS times have no zone: the same clock reading everywhere, and nothing of when the file was made
    const mtime = new Date(2000, 0, 1);
    this.#zip.addReadStreamLazy(path, { mtime, mode: 0o100644, compress, forceDosTimestamp: true }, (give) =>
      give(null, source.pipe(through)),
    );
    const broken = this.#done.then((): never => {
      throw new Error('the archive was closed');
    });
    try {
      return await Promise.race([written, broken]);
    } catch (error) {
      source.destroy();
      this.#out.destroy(error as Error);
      throw error;
    } finally {
      broken.catch(() => {});
    }
  }

  /** Nothing can be added any more. */
  async close(): Promise<void> {
    this.#zip.end();
    await this.#done;
  }

  /** Gives up: what is there of the file is worth nothing. */
  destroy(): void {
    this.#out.destroy();
  }
}
