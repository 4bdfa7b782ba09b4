import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DomainError, isDomainError } from '@maskloop/domain';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { type IngestResult, type IngestTarget, ingestFile } from './ingest-file.ts';
import { checkEntry, entryName, isNoise, nestedZip, ZIP_LIMITS } from './zip-entries.ts';

export interface IngestZipRequest extends IngestTarget {
  /** the ZIP on this machine; entries are unpacked beside it, one at a time */
  readonly path: string;
  readonly name: string;
}

/**
 * Takes in a ZIP's pictures one by one and says of each what became of it. Folders and what operating systems leave
 * in ZIPs are passed over. Ends with the first thing that makes the ZIP as a whole unusable.
 */
export async function* ingestZip(request: IngestZipRequest): AsyncGenerator<IngestResult> {
  const { path: file, name: zipName, ...target } = request;
  let zip: ZipFile;
  try {
    // names are checked entry by entry below: yauzl would give up the whole ZIP for one bad name
    zip = await openPromise(file, { decodeStrings: false, autoClose: false });
  } catch (error) {
    yield refusedZip(zipName, `cannot be read as a ZIP: ${(error as Error).message}`);
    return;
  }
  const folder = await mkdtemp(`${file}-entries-`);
  try {
    if (zip.entryCount > ZIP_LIMITS.entries) {
      yield refusedZip(
        zipName,
        `a ZIP may have ${ZIP_LIMITS.entries} entries, this one has ${zip.entryCount}`,
      );
      return;
    }
    const budget = { left: target.env.MAX_UPLOAD_BYTES * ZIP_LIMITS.totalTimesUpload };
    let number = 0;
    for await (const entry of zip.eachEntry()) {
      const name = entryName(entry);
      if (isNoise(name)) continue;
      const unpacked = path.join(folder, String(number++));
      try {
        checkEntry(entry, name, target.env.MAX_UPLOAD_BYTES);
        await unpack(zip, entry, { name, unpacked, budget });
        yield await ingestFile({ ...target, path: unpacked, name });
      } catch (error) {
        if (!isDomainError(error)) throw error;
        yield { name, status: 'refused', code: error.code, message: error.message };
        if (error.details.endsZip === true) return;
      } finally {
        await rm(unpacked, { force: true });
      }
    }
  } catch (error) {
    // a directory of entries that is damaged further on
    yield refusedZip(zipName, `is damaged: ${(error as Error).message}`);
  } finally {
    zip.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function refusedZip(name: string, why: string): IngestResult {
  return { name, status: 'refused', code: 'INVALID_INPUT', message: `${name} ${why}` };
}

async function unpack(
  zip: ZipFile,
  entry: Entry,
  { name, unpacked, budget }: { name: string; unpacked: string; budget: { left: number } },
): Promise<void> {
  let first = true;
  const watch = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      // what a name hides, the bytes show
      const isZip = first && chunk.length >= 4 && Buffer.from(chunk).readUInt32BE(0) === 0x504b0304;
      first = false;
      budget.left -= chunk.length;
      if (isZip) done(nestedZip(name));
      else if (budget.left < 0) {
        done(
          new DomainError('IMAGE_TOO_LARGE', `${name}: the ZIP unpacks to more than is taken in at once`, {
            field: 'zip',
            endsZip: true,
          }),
        );
      } else done(null, chunk);
    },
  });
  try {
    const source = await zip.openReadStreamPromise(entry);
    await pipeline(source, watch, createWriteStream(unpacked));
  } catch (error) {
    if (isDomainError(error)) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new DomainError('STORAGE_FULL', 'no space is left to unpack the ZIP', { endsZip: true });
    }
    throw new DomainError('IMAGE_UNREADABLE', `${name}: cannot be unpacked: ${(error as Error).message}`, {
      field: 'entry',
    });
  }
}
