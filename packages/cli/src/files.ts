import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { IMAGE_ENDINGS } from '@maskloop/domain';
import { EXIT, Failure } from './failure.ts';

export interface FileToSend {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly isZip: boolean;
}

/** Pictures and ZIPs under the given files and folders, in order; files that are named are taken whatever they are. */
export async function collectFiles(paths: readonly string[]): Promise<FileToSend[]> {
  const files: FileToSend[] = [];
  for (const given of paths) {
    const found = await stat(given).catch(() => null);
    if (found === null) throw new Failure(`${given}: there is no such file or folder.`, EXIT.usage);
    if (!found.isDirectory()) {
      files.push(fileToSend(given, found.size));
      continue;
    }
    const entries = await readdir(given, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      const full = path.join(entry.parentPath, entry.name);
      if (entry.isFile() && isSendable(entry.name)) files.push(fileToSend(full, (await stat(full)).size));
    }
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function fileToSend(file: string, bytes: number): FileToSend {
  return { path: file, name: path.basename(file), bytes, isZip: isZip(file) };
}

const isZip = (name: string) => name.toLowerCase().endsWith('.zip');

function isSendable(name: string): boolean {
  const lower = name.toLowerCase();
  return !name.startsWith('.') && (isZip(lower) || IMAGE_ENDINGS.some((ending) => lower.endsWith(ending)));
}

/** SHA-256 of a file's bytes, hex. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Runs `work` on every item, at most `limit` at a time; the first failure stops the rest. */
export async function inParallel<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const hands = Array.from({ length: Math.min(limit, items.length) }, async () => {
    // one iterator for all hands: each item is taken once
    for (const item of rest) await work(item);
  });
  await Promise.all(hands);
}
