import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ImageTarget, Import } from '@maskloop/db';
import { DomainError, type ImportFormat } from '@maskloop/domain';
import { blobKeys } from '@maskloop/storage';
import type { JobContext } from '../context.ts';
import type { ReadClass, ReadObject } from '../formats/read/neutral.ts';
import { detectFormat, READERS } from '../formats/readers.ts';
import { type ProblemList, problemList } from './problems.ts';
import { type OpenSource, openSource } from './source-files.ts';
import { findTargets } from './targets.ts';

/** One picture of the upload that is in the project, with what the file says of it. */
export interface MatchedImage {
  readonly image: ImageTarget;
  readonly objects: readonly ReadObject[];
}

export interface Upload {
  readonly format: ImportFormat;
  readonly source: OpenSource;
  readonly problems: ProblemList;
  /** pictures that the upload speaks of, so far */
  readonly seen: number;
  /** what the upload says of classes, by name, so far */
  readonly classes: ReadonlyMap<string, ReadClass>;
  /** picture by picture; what is not in the project becomes a problem */
  matched(): AsyncGenerator<MatchedImage>;
}

/**
 * Brings the uploaded file to this machine, reads it and finds its pictures in the project; dry run and import see the
 * same. The copy is gone afterwards.
 *
 * @throws DomainError INVALID_INPUT when no format fits or the file cannot be used at all
 */
export async function withUpload<T>(
  context: JobContext,
  { id, name, projectId }: Import,
  use: (upload: Upload) => Promise<T>,
): Promise<T> {
  const { db, env, signal, store } = context;
  const folder = await mkdtemp(path.join(tmpdir(), 'maskloop-import-'));
  let source: OpenSource | null = null;
  try {
    const file = path.join(folder, 'upload');
    await pipeline(await store.get(blobKeys.import(id)), createWriteStream(file), { signal });
    const opened = await openSource(file, { name, maxBytes: env.MAX_UPLOAD_BYTES });
    source = opened;
    const format = await detectFormat(opened);
    if (format === null) {
      throw new DomainError('INVALID_INPUT', `${name}: none of the formats that can be imported`, {
        field: 'file',
      });
    }
    const find = await findTargets(db, projectId);
    const problems = problemList();
    for (const { where, message } of opened.refused) problems.add(where, message);
    let seen = 0;
    const classes = new Map<string, ReadClass>();
    async function* matched(): AsyncGenerator<MatchedImage> {
      for await (const finding of READERS[format as ImportFormat].read(opened)) {
        signal.throwIfAborted();
        if (finding.type === 'problem') {
          problems.add(finding.where, finding.message);
          continue;
        }
        if (finding.type === 'classes') {
          // of several files the first that says more than the name
          for (const each of finding.classes) {
            if (!classes.get(each.name)?.parent) classes.set(each.name, each);
          }
          continue;
        }
        seen++;
        const found = find(finding.image);
        if ('problem' in found) problems.add(finding.image.names[0] ?? '', found.problem);
        else yield { image: found.image, objects: finding.objects };
      }
    }
    return await use({
      format,
      source: opened,
      problems,
      classes,
      get seen() {
        return seen;
      },
      matched,
    });
  } finally {
    source?.close();
    await rm(folder, { recursive: true, force: true });
  }
}
