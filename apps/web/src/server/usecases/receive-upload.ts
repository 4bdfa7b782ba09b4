import 'server-only';
import { createWriteStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { DomainError } from '@maskloop/domain';
import { type IngestResult, ingestFile, ingestZip } from '@maskloop/ingest';
import { atMost, baseName } from '../incoming.ts';
import type { RouteContext } from '../route.ts';

/**
 * Takes a file in: streams it to a temporary file (never held in memory), then picture by picture into the
 * project. The temporary file is gone afterwards whatever happened.
 * @throws DomainError INVALID_INPUT without a body, IMAGE_TOO_LARGE past MAX_UPLOAD_BYTES
 */
export async function receiveUpload(
  context: RouteContext,
  { name, body }: { name: string; body: ReadableStream<Uint8Array> | null },
): Promise<AsyncIterable<IngestResult>> {
  const shortName = baseName(name);
  if (!body) throw new DomainError('INVALID_INPUT', 'body: the file is missing.');
  const folder = await mkdtemp(path.join(tmpdir(), 'maskloop-upload-'));
  const file = path.join(folder, 'upload');
  try {
    await pipeline(
      Readable.fromWeb(body as WebStream<Uint8Array>),
      atMost(context.env.MAX_UPLOAD_BYTES, shortName),
      createWriteStream(file),
    );
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw isNoSpace(error) ? new DomainError('STORAGE_FULL', 'The disk of the server is full.') : error;
  }
  return takeIn(context, folder, file, shortName);
}

async function* takeIn(
  context: RouteContext,
  folder: string,
  file: string,
  name: string,
): AsyncGenerator<IngestResult> {
  const target = { ...context, userId: context.user.id };
  try {
    if (await isZip(file)) yield* ingestZip({ ...target, path: file, name });
    else yield await ingestFile({ ...target, path: file, name });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function isZip(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    // "PK" and the signature of a local header or, in an empty archive, of the end record
    return (
      bytesRead === 4 &&
      buffer.readUInt16BE(0) === 0x504b &&
      [0x0304, 0x0506].includes(buffer.readUInt16BE(2))
    );
  } finally {
    await handle.close();
  }
}

function isNoSpace(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC';
}
