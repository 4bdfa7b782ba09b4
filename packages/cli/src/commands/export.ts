import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as WebStream } from 'node:stream/web';
import type { Api } from '../api.ts';
import { EXIT, Failure } from '../failure.ts';
import { sha256Of } from '../files.ts';
import { findProject, findVersion } from '../find.ts';
import type { Output } from '../output.ts';
import { type Build, whenOver } from '../when-over.ts';

export interface ExportOptions {
  /** number of the dataset version, or `latest` */
  readonly version: string;
  readonly format: string;
  readonly images?: boolean;
  readonly polygons?: boolean;
  readonly tolerance?: number;
  readonly border?: number;
  /** file, or folder that exists */
  readonly output?: string;
}

interface Export extends Build {
  readonly id: string;
  readonly format: string;
  readonly sha256: string | null;
  readonly bytes: number | null;
  readonly report: { readonly bad?: readonly unknown[] } | null;
}

/** Orders an export, waits for it, downloads it and compares its checksum. */
export async function exportVersion(
  api: Api,
  output: Output,
  wanted: string,
  options: ExportOptions,
): Promise<void> {
  const project = await findProject(api, wanted);
  const version = await findVersion(api, project.id, options.version);
  const ordered = await api.post<Export>(`/dataset-versions/${version.id}/exports`, {
    format: options.format,
    options: {
      includeImages: options.images ?? false,
      shape: options.polygons ? 'polygon' : 'mask',
      tolerance: options.tolerance,
      border: options.border,
    },
  });
  output.note(`building ${ordered.format} of version ${version.number} "${version.name}" …`);
  const built = await whenOver(ordered, 'The export', () => api.get<Export>(`/exports/${ordered.id}`));
  const name = `${fileName(version.name)}-v${version.number}-${built.format}.zip`;
  const target = await targetOf(options.output, name);
  await download(api, output, built, target);
  const bad = built.report?.bad?.length ?? 0;
  output.result({ export: built.id, file: target, sha256: built.sha256, bytes: built.bytes, bad }, [
    `${target} (${built.bytes} bytes, sha256 ${built.sha256})`,
    ...(bad > 0 ? [`${bad} masks could not be written; the report in the archive names them`] : []),
  ]);
}

/** Nobody sees half a file under its name. */
async function download(api: Api, output: Output, built: Export, target: string): Promise<void> {
  const half = `${target}.part`;
  await mkdir(path.dirname(target), { recursive: true });
  const response = await api.download(`/exports/${built.id}/download`);
  if (!response.body) throw new Failure('The server sent no file.');
  const bar = output.bar('downloading', built.bytes ?? 0);
  const body = Readable.fromWeb(response.body as WebStream<Uint8Array>);
  body.on('data', (chunk: Uint8Array) => bar.add(chunk.length));
  try {
    await pipeline(body, createWriteStream(half));
    bar.end();
    const sha256 = await sha256Of(half);
    if (sha256 !== built.sha256) {
      throw new Failure(
        `The file has the checksum ${sha256}, but should have ${built.sha256}. Download it again.`,
      );
    }
    await rename(half, target);
  } catch (error) {
    bar.end();
    await rm(half, { force: true });
    throw error;
  }
}

async function targetOf(given: string | undefined, name: string): Promise<string> {
  if (given === undefined) return path.resolve(name);
  const isFolder = (await stat(given).catch(() => null))?.isDirectory() ?? false;
  if (!isFolder && /[\\/]$/.test(given)) throw new Failure(`${given}: there is no such folder.`, EXIT.usage);
  return path.resolve(isFolder ? path.join(given, name) : given);
}

/** A version's name as a part of a file's name. */
function fileName(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+/, '') || 'dataset';
}
