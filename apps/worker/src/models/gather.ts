import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { DomainError } from '@maskloop/domain';
import type { ModelFile } from '@maskloop/sam-core';
import { digest } from '../digest.ts';
import { assertIntact } from '../inference/model-files.ts';
import type { TemplateFile } from './template.ts';

/** A file wanted: with its hash where that is known. */
export type Wanted = TemplateFile | (ModelFile & { readonly url?: null });

export interface Gather {
  readonly modelId: string;
  readonly files: readonly Wanted[];
  /** folders to look in, the first that has the file wins */
  readonly folders: readonly string[];
  /** gathered files are written here under their own paths */
  readonly into: string;
  /** how to make files that nobody publishes */
  readonly note: string;
  readonly say: (line: string) => void;
}

/**
 * Brings a model's files together: from folders, else from where they are published.
 * @returns path → what the file is, for every file
 * @throws DomainError MODEL_FILE_MISSING naming every file and what to do; MODEL_FILE_CORRUPT
 */
export async function gather(order: Gather): Promise<Map<string, ModelFile>> {
  const found = new Map<string, ModelFile>();
  const places = await Promise.all(order.files.map((file) => placeOf(file.path, order.folders)));
  const unobtainable = order.files.filter((file, i) => places[i] === null && !file.url);
  if (unobtainable.length > 0) throw missing(order, 'are not published as they are needed');
  for (const [i, file] of order.files.entries()) {
    const place = places[i];
    const target = path.join(order.into, file.path);
    await mkdir(path.dirname(target), { recursive: true });
    const source = place ? createReadStream(place) : await download(file, order);
    const seen = digest();
    await pipeline(source, seen.through, createWriteStream(target)).catch((error: Error) => {
      if (place) throw error;
      throw missing(order, `could not be downloaded (${file.url}: ${error.message})`);
    });
    const { sha256, bytes } = seen.result();
    const { sha256: known, bytes: length } = file;
    if (known !== null)
      assertIntact({ path: file.path, sha256: known, bytes: length ?? bytes }, { sha256, bytes });
    found.set(file.path, { path: file.path, sha256, bytes });
    order.say(
      `${file.path}: ${bytes} bytes, SHA-256 ${sha256}${known === null ? ' (recorded)' : ' (as expected)'}`,
    );
  }
  return found;
}

/** Under its path, or by its bare name: a folder of downloads is flat. */
async function placeOf(name: string, folders: readonly string[]): Promise<string | null> {
  for (const folder of folders) {
    for (const candidate of [path.join(folder, name), path.join(folder, path.basename(name))]) {
      const found = await stat(candidate).catch(() => null);
      if (found?.isFile()) return candidate;
    }
  }
  return null;
}

async function download({ url, path: name }: Wanted, order: Gather): Promise<Readable> {
  if (!url) throw new Error('a file without an address was let through');
  order.say(`downloading ${name} from ${url}`);
  let response: Response;
  try {
    response = await fetch(url, { redirect: 'follow' });
  } catch (error) {
    const cause = (error as Error).cause;
    const reason = cause instanceof Error ? cause.message : (error as Error).message;
    throw missing(order, `could not be downloaded (${url}: ${reason})`);
  }
  if (!response.ok || response.body === null) {
    throw missing(order, `could not be downloaded (${url}: HTTP ${response.status})`);
  }
  return Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
}

function missing({ modelId, files, note }: Gather, why: string): DomainError {
  const list = files.map((file) => `  ${file.path}${file.url ? `  from ${file.url}` : ''}`);
  return new DomainError(
    'MODEL_FILE_MISSING',
    `the files of ${modelId} ${why}. Put these into a folder and run: npm run models -- add ${modelId} --from <folder>\n${list.join('\n')}${note ? `\n${note}` : ''}`,
    { modelId },
  );
}
