import { createReadStream } from 'node:fs';
import type { Api } from '../api.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { collectFiles, type FileToSend, inParallel, sha256Of } from '../files.ts';
import { findProject } from '../find.ts';
import type { Output } from '../output.ts';

/** Hashes asked about in one request; the API's limit. */
const ASKED_AT_ONCE = 200;

interface Line {
  readonly name: string;
  readonly status: 'added' | 'duplicate' | 'refused';
  readonly imageId?: string;
  readonly code?: string;
  readonly message?: string;
}

interface UploadResult {
  added: number;
  duplicates: number;
  refused: { file: string; message: string }[];
}

/**
 * Sends what the project does not have. Files are known by the hash of their bytes, so an upload that was cut off
 * goes on where it stopped when it is started again.
 * @returns failed when the server did not take a file
 */
export async function upload(
  api: Api,
  output: Output,
  { project: wanted, paths, parallel }: { project: string; paths: readonly string[]; parallel: number },
): Promise<ExitCode> {
  const project = await findProject(api, wanted);
  const files = await collectFiles(paths);
  const result: UploadResult = { added: 0, duplicates: 0, refused: [] };
  const missing = await withoutKnown(api, output, project.id, files);
  result.duplicates += files.length - missing.length;

  const bar = output.bar('uploading', missing.length);
  await inParallel(missing, parallel, async (file) => {
    for (const line of await send(api, project.id, file)) {
      if (line.status === 'added') result.added += 1;
      else if (line.status === 'duplicate') result.duplicates += 1;
      else
        result.refused.push({
          file: line.name || file.path,
          message: line.message ?? line.code ?? 'refused',
        });
    }
    bar.add(1);
  });
  bar.end();

  output.result({ project: project.id, files: files.length, ...result }, [
    `${result.added} added, ${result.duplicates} there already, ${result.refused.length} refused`,
    ...result.refused.map(({ file, message }) => `  ${file}: ${message}`),
  ]);
  return result.refused.length > 0 ? EXIT.failed : EXIT.done;
}

/** ZIPs are sent always: what is in them is known to the server only. */
async function withoutKnown(
  api: Api,
  output: Output,
  projectId: string,
  files: readonly FileToSend[],
): Promise<FileToSend[]> {
  const missing: FileToSend[] = files.filter(({ isZip }) => isZip);
  const pictures = files.filter(({ isZip }) => !isZip);
  const bar = output.bar('reading  ', pictures.length);
  for (let at = 0; at < pictures.length; at += ASKED_AT_ONCE) {
    const some = pictures.slice(at, at + ASKED_AT_ONCE);
    const hashes = new Map<FileToSend, string>();
    await inParallel(some, 4, async (file) => {
      hashes.set(file, await sha256Of(file.path));
      bar.add(1);
    });
    const { items } = await api.post<{ items: { sha256: string }[] }>(`/projects/${projectId}/images/known`, {
      sha256s: [...new Set(hashes.values())],
    });
    const known = new Set(items.map(({ sha256 }) => sha256));
    missing.push(...some.filter((file) => !known.has(hashes.get(file) ?? '')));
  }
  bar.end();
  return missing;
}

async function send(api: Api, projectId: string, file: FileToSend): Promise<Line[]> {
  const path = `/projects/${projectId}/images?name=${encodeURIComponent(file.name)}`;
  const response = await api.put(path, () => createReadStream(file.path));
  const text = await response.text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}
