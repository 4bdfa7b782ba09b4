import { open, readFile, stat } from 'node:fs/promises';
import { DomainError, isDomainError } from '@maskloop/domain';
import { checkEntry, entryName, isNoise, ZIP_LIMITS } from '@maskloop/ingest';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import type { SourceFiles } from '../formats/read/neutral.ts';

export interface OpenSource extends SourceFiles {
  /** entries that may not be unpacked, with the reason */
  readonly refused: readonly { readonly where: string; readonly message: string }[];
  /** 0..1: share of the files' bytes handed out so far */
  readonly consumed: number;
  close(): void;
}

/** Label files are small: a YOLO set has one for each picture. */
const MOST_ENTRIES = 200_000;
/** The file asked for last is kept: telling the format and reading it ask for the same one. */
const KEPT_BYTES = 64_000_000;

/**
 * Opens an upload: a ZIP by its first bytes, else a single file. Nothing is unpacked to disk; a file is unpacked when
 * it is asked for, within the limits that uploads of pictures have.
 *
 * @param name what the person calls the file
 * @throws DomainError INVALID_INPUT when it cannot be used at all
 */
export async function openSource(
  path: string,
  { name, maxBytes }: { name: string; maxBytes: number },
): Promise<OpenSource> {
  if (!(await isZip(path))) {
    const bytes = (await stat(path)).size;
    let read = 0;
    return {
      names: [name],
      refused: [],
      get consumed() {
        return read;
      },
      async bytes() {
        if (bytes > maxBytes) throw tooLarge(name, maxBytes, bytes);
        read = 1;
        return readFile(path);
      },
      close() {},
    };
  }
  let zip: ZipFile;
  try {
    // names are checked entry by entry below: yauzl would give up the whole ZIP for one bad name
    zip = await openPromise(path, { decodeStrings: false, autoClose: false });
  } catch (error) {
    throw unusable(name, `cannot be read as a ZIP: ${(error as Error).message}`);
  }
  try {
    return await indexed(zip, { name, maxBytes });
  } catch (error) {
    zip.close();
    throw isDomainError(error) ? error : unusable(name, `is damaged: ${(error as Error).message}`);
  }
}

async function indexed(
  zip: ZipFile,
  { name: zipName, maxBytes }: { name: string; maxBytes: number },
): Promise<OpenSource> {
  if (zip.entryCount > MOST_ENTRIES) {
    throw unusable(zipName, `may have ${MOST_ENTRIES} files, it has ${zip.entryCount}`);
  }
  const entries = new Map<string, Entry>();
  const refused: { where: string; message: string }[] = [];
  let total = 0;
  for await (const entry of zip.eachEntry()) {
    const name = entryName(entry);
    if (isNoise(name)) continue;
    try {
      checkEntry(entry, name, maxBytes);
      entries.set(name, entry);
      total += entry.uncompressedSize;
    } catch (error) {
      if (!isDomainError(error)) throw error;
      refused.push({ where: name, message: error.message });
    }
  }
  let budget = maxBytes * ZIP_LIMITS.totalTimesUpload;
  let kept: { name: string; bytes: Uint8Array } | null = null;
  const seen = new Set<string>();
  let consumed = 0;
  return {
    names: [...entries.keys()].sort(),
    refused,
    get consumed() {
      return total === 0 ? 1 : consumed / total;
    },
    async bytes(name) {
      if (kept?.name === name) return kept.bytes;
      const entry = entries.get(name);
      if (!entry) throw new Error(`the upload has no file ${name}`);
      const parts: Buffer[] = [];
      let size = 0;
      for await (const part of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
        size += part.length;
        budget -= part.length;
        // what the directory states may be a lie
        if (size > maxBytes) throw tooLarge(name, maxBytes, size);
        if (budget < 0) throw unusable(zipName, 'unpacks to more than is taken in at once');
        parts.push(part);
      }
      if (!seen.has(name)) consumed += entry.uncompressedSize;
      seen.add(name);
      const bytes = Buffer.concat(parts);
      kept = bytes.length <= KEPT_BYTES ? { name, bytes } : null;
      return bytes;
    },
    close: () => zip.close(),
  };
}

async function isZip(path: string): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && [0x504b0304, 0x504b0506].includes(buffer.readUInt32BE(0));
  } finally {
    await handle.close();
  }
}

const unusable = (name: string, why: string): DomainError =>
  new DomainError('INVALID_INPUT', `${name} ${why}`, { field: 'file' });

const tooLarge = (name: string, limit: number, value: number): DomainError =>
  new DomainError('INVALID_INPUT', `${name}: a file may have ${limit} bytes, this one has ${value}`, {
    field: 'bytes',
    limit,
    value,
  });
