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

/** DOS times have no zone: the same clock reading everywhere, and nothing of when the file was made. */
const EPOCH = new Date(1980, 0, 1);

/** Writes a ZIP whose bytes depend on the entries only: order as given, fixed times and modes. */
export async function writeArchive(
  path: string,
  entries: Iterable<ArchiveEntry>,
  signal: AbortSignal,
): Promise<void> {
  const zip = new ZipFile();
  const out = createWriteStream(path, { signal });
  const done = finished(out);
  // yazl reports failures of entries here, and leaves its output open
  zip.on('error', (error: Error) => out.destroy(error));
  for (const entry of entries) {
    zip.addReadStreamLazy(
      entry.path,
      { mtime: EPOCH, mode: 0o100644, compress: entry.compress, forceDosTimestamp: true },
      (give) => {
        entry.open().then(
          (source) => {
            const { through, result } = digest();
            source.once('error', (error) => through.destroy(error));
            through.once('end', () => {
              try {
                entry.written?.(result());
              } catch (error) {
                out.destroy(error as Error);
              }
            });
            give(null, source.pipe(through));
          },
          (error: Error) => out.destroy(error),
        );
      },
    );
  }
  zip.end();
  zip.outputStream.pipe(out);
  await done;
}

/** A stream of a text made when it is asked for. */
export const textStream = (make: () => string): Readable => Readable.from([Buffer.from(make())]);
