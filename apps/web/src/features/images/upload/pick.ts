import { IMAGE_ENDINGS } from '@maskloop/domain';

/** A file with the folders it was dropped in. */
export interface PickedFile {
  readonly file: File;
  readonly path: string;
}

/** What the server decodes, and archives of it. The server looks at the bytes; this only spares the sending. */
const ENDINGS: readonly string[] = [...IMAGE_ENDINGS, '.zip'];

/** For the `accept` of a file input. */
export const ACCEPTED_FILES = ENDINGS.join(',');

export function looksUploadable(path: string): boolean {
  const name = path.toLowerCase();
  return ENDINGS.some((ending) => name.endsWith(ending));
}

/** What systems leave in folders and nobody means to upload. */
export function isClutter(path: string): boolean {
  return path
    .split('/')
    .some((part) => part.startsWith('.') || /^(__MACOSX|Thumbs\.db|desktop\.ini)$/i.test(part));
}

/**
 * All files of a drop, folders walked through. Must be called while the drop event is handled: the browser
 * empties the list afterwards.
 */
export function filesOfDrop(items: Iterable<DataTransferItem>): Promise<PickedFile[]> {
  const sources: (FileSystemEntry | File)[] = [];
  for (const item of items) {
    if (item.kind !== 'file') continue;
    const source = item.webkitGetAsEntry() ?? item.getAsFile();
    if (source) sources.push(source);
  }
  return collect(sources);
}

/** Files chosen in a dialog; those of a chosen folder carry their path. */
export function filesOfInput(files: Iterable<File>): PickedFile[] {
  return [...files]
    .map((file) => ({ file, path: file.webkitRelativePath || file.name }))
    .filter(({ path }) => !isClutter(path));
}

async function collect(sources: readonly (FileSystemEntry | File)[]): Promise<PickedFile[]> {
  const found: PickedFile[] = [];
  for (const source of sources) {
    if (source instanceof File) found.push({ file: source, path: source.name });
    else await walk(source, found);
  }
  return found.filter(({ path }) => !isClutter(path));
}

async function walk(entry: FileSystemEntry, found: PickedFile[]): Promise<void> {
  if (isFileEntry(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.push({ file, path: entry.fullPath.replace(/^\//, '') });
  } else if (isDirectoryEntry(entry)) {
    const reader = entry.createReader();
    // Chromium hands out at most 100 entries a call; an empty answer is the end
    for (;;) {
      const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      );
      if (batch.length === 0) break;
      for (const child of batch) await walk(child, found);
    }
  }
}

function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectoryEntry(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
