import { once } from 'node:events';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** Characters of a list that are written at once: a write for each line takes longer than making it. */
const TOGETHER = 65_536;

/** Lists that are too long for memory: one entry a line, one file a list. */
export class Spool {
  readonly #folder: string;
  readonly #open = new Map<string, { readonly stream: WriteStream; lines: string[]; length: number }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param entry without line ends, or a value to be written as JSON, which has none */
  async add(list: string, entry: string | object): Promise<void> {
    let open = this.#open.get(list);
    const first = open === undefined;
    if (open === undefined) {
      const stream = createWriteStream(this.#place(list));
      // met by the next lines written, or by close
      stream.on('error', () => {});
      open = { stream, lines: [], length: 0 };
      this.#open.set(list, open);
    }
    const text = typeof entry === 'string' ? entry : JSON.stringify(entry);
    open.lines.push(first ? text : `\n${text}`);
    open.length += text.length;
    if (open.length >= TOGETHER) await this.#write(list);
  }

  /** Writes what was put together. */
  async #write(list: string): Promise<WriteStream | undefined> {
    const open = this.#open.get(list);
    if (open === undefined) return undefined;
    const { stream, lines } = open;
    if (stream.errored) throw stream.errored;
    [open.lines, open.length] = [[], 0];
    if (lines.length > 0 && !stream.write(lines.join(''))) await once(stream, 'drain');
    return stream;
  }

  has(list: string): boolean {
    return this.#open.has(list);
  }

  /** Ends all lists. */
  async close(): Promise<void> {
    for (const list of this.#open.keys()) await this.#end(list);
  }

  /** The list as bytes. @param separator between entries; `end` comes after the last if there is one */
  read(list: string, separator: string, end = ''): Readable {
    return Readable.from(this.pieces(list, separator, end));
  }

  async *pieces(list: string, separator: string, end = ''): AsyncGenerator<Buffer> {
    if (!this.#open.has(list)) return;
    await this.#end(list);
    for await (const chunk of createReadStream(this.#place(list)) as AsyncIterable<Buffer>) {
      // every line end is between two entries
      yield separator === '\n'
        ? chunk
        : Buffer.from(chunk.toString('latin1').replaceAll('\n', separator), 'latin1');
    }
    if (end !== '') yield Buffer.from(end);
  }

  async #end(list: string): Promise<void> {
    const stream = await this.#write(list);
    if (stream === undefined || stream.writableEnded) return;
    stream.end();
    await finished(stream);
  }

  #place(list: string): string {
    return path.join(this.#folder, `${list}.lines`);
  }
}
