import { once } from 'node:events';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** Lists that are too long for memory: one entry a line, one file a list. */
export class Spool {
  readonly #folder: string;
  readonly #open = new Map<string, WriteStream>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param entry without line ends, or a value to be written as JSON, which has none */
  async add(list: string, entry: string | object): Promise<void> {
    let stream = this.#open.get(list);
    const first = stream === undefined;
    if (stream === undefined) {
      stream = createWriteStream(this.#place(list));
      // met by the next line written, or by close
      stream.on('error', () => {});
      this.#open.set(list, stream);
    }
    if (stream.errored) throw stream.errored;
    const text = typeof entry === 'string' ? entry : JSON.stringify(entry);
    if (!stream.write(first ? text : `\n${text}`)) await once(stream, 'drain');
  }

  has(list: string): boolean {
    return this.#open.has(list);
  }

  /** Ends all lists. */
  async close(): Promise<void> {
    for (const stream of this.#open.values()) {
      if (stream.writableEnded) continue;
      stream.end();
      await finished(stream);
    }
  }

  /** The list as bytes. @param separator between entries; `end` comes after the last if there is one */
  read(list: string, separator: string, end = ''): Readable {
    return Readable.from(this.pieces(list, separator, end));
  }

  async *pieces(list: string, separator: string, end = ''): AsyncGenerator<Buffer> {
    const stream = this.#open.get(list);
    if (!stream) return;
    if (!stream.writableEnded) {
      stream.end();
      await finished(stream);
    }
    for await (const chunk of createReadStream(this.#place(list)) as AsyncIterable<Buffer>) {
      // every line end is between two entries
      yield separator === '\n'
        ? chunk
        : Buffer.from(chunk.toString('latin1').replaceAll('\n', separator), 'latin1');
    }
    if (end !== '') yield Buffer.from(end);
  }

  #place(list: string): string {
    return path.join(this.#folder, `${list}.lines`);
  }
}
