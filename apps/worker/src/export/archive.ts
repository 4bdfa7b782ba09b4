import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { type Digest, digest } from '../digest.ts';

/** A file of the archive: opened when its turn comes, so that only one is read at a time. */
export interface ArchiveEntry {
  readonly path: string;
  /** false for what is compressed already, such as pictures */
  readonly compress: boolean;
  open(): Promise<Readable>;
  /** told what was written, once it has been */
  written?(digest: Digest): void;
}

/** Writes a ZIP whose bytes depend on the entries only: order as given, fixed times and modes. */
export async function writeArchive(
  path: string,
  entries: Iterable<ArchiveEntry>,
  signal: AbortSignal,
): Promise<void> {
  // DOS times have no zone: the same clock reading everywhere, and nothing of when the file was made
  const mtime = new Date(2000, 0, 1);
  const zip = new ZipFile();
  const out = createWriteStream(path, { signal });
  const done = finished(out);
  // whatever fails ends the output, and `done` tells of it; yazl would wait for ever
  const fail = (error: Error): void => void out.destroy(error);
  let reading: Readable | null = null;
  zip.on('error', fail);
  for (const entry of entries) {
    zip.addReadStreamLazy(
      entry.path,
      { mtime, mode: 0o100644, compress: entry.compress, forceDosTimestamp: true },
      (give) => {
        entry.open().then((source) => {
          reading = source.once('error', fail);
          const { through, result } = digest();
          through.once('error', fail).once('end', () => {
            try {
              entry.written?.(result());
            } catch (error) {
              fail(error as Error);
            }
          });
          give(null, source.pipe(through));
        }, fail);
      },
    );
  }
  zip.end();
  zip.outputStream.pipe(out);
  try {
    await done;
  } finally {
    (reading as Readable | null)?.destroy();
  }
}

/** A stream of a text made when it is asked for. */
export const textStream = (make: () => string): Readable => Readable.from([Buffer.from(make())]);
