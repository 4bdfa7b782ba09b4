import { DomainError } from '@maskloop/domain';
import { type Entry, getFileNameLowLevel, validateFileName } from 'yauzl';

/** What a ZIP may do; a limit of bytes for each file holds besides. */
export const ZIP_LIMITS = {
  entries: 20_000,
  /** all entries unpacked, as a multiple of the limit for one file: overlapping entries can claim any size */
  totalTimesUpload: 20,
  /** unpacked : packed of one entry; flat BMP and TIFF pictures do pack well, hence only above a size */
  ratio: 200,
  ratioFromBytes: 20_000_000,
} as const;

/** The name of an entry of a ZIP opened with `decodeStrings: false`. */
export function entryName(entry: Entry): string {
  // fileName is bytes, because strings are not decoded
  return getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields ?? [], false);
}

/** Folders, and what macOS and Windows put into every ZIP. */
export function isNoise(name: string): boolean {
  const base = name.split('/').at(-1) ?? '';
  return (
    name.endsWith('/') ||
    name.startsWith('__MACOSX/') ||
    base.startsWith('._') ||
    /^(\.DS_Store|Thumbs\.db|desktop\.ini)$/.test(base)
  );
}

const S_IFMT = 0xf000;
const S_IFLNK = 0xa000;

/** @throws DomainError for an entry that must not be unpacked */
export function checkEntry(entry: Entry, name: string, maxBytes: number): void {
  const badName = validateFileName(name) ?? (name.includes('\0') ? 'the name holds a zero byte' : null);
  if (badName) {
    throw new DomainError('INVALID_INPUT', `name: ${JSON.stringify(name)} is refused: ${badName}`, {
      field: 'name',
      value: name,
    });
  }
  if (((entry.externalFileAttributes >>> 16) & S_IFMT) === S_IFLNK) {
    throw new DomainError('INVALID_INPUT', `${name}: a link, not a file`, { field: 'entry', value: 'link' });
  }
  if (entry.isEncrypted()) {
    throw new DomainError('IMAGE_UNREADABLE', `${name}: is encrypted; pack it without a password`, {
      field: 'entry',
      value: 'encrypted',
    });
  }
  if (/\.zip$/i.test(name)) throw nestedZip(name);
  if (entry.uncompressedSize > maxBytes) {
    throw new DomainError(
      'IMAGE_TOO_LARGE',
      `${name}: a file may have ${maxBytes} bytes, this one has ${entry.uncompressedSize} (MAX_UPLOAD_BYTES)`,
      { field: 'bytes', limit: maxBytes, value: entry.uncompressedSize },
    );
  }
  const ratio = entry.uncompressedSize / Math.max(1, entry.compressedSize);
  if (entry.uncompressedSize > ZIP_LIMITS.ratioFromBytes && ratio > ZIP_LIMITS.ratio) {
    throw new DomainError(
      'IMAGE_TOO_LARGE',
      `${name}: unpacks to ${Math.round(ratio)} times its size; ${ZIP_LIMITS.ratio} times is the limit`,
      { field: 'ratio', limit: ZIP_LIMITS.ratio, value: Math.round(ratio) },
    );
  }
}

export function nestedZip(name: string): DomainError {
  return new DomainError('INVALID_INPUT', `${name}: a ZIP inside a ZIP is not opened`, {
    field: 'entry',
    value: 'zip',
  });
}
