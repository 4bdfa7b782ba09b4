import 'server-only';
import { Readable } from 'node:stream';
import { DomainError } from '@maskloop/domain';
import type { ObjectStore } from '@maskloop/storage';
import { IMMUTABLE } from './route.ts';

/** Streams an object whose contents never change. @throws DomainError NOT_FOUND */
export async function sendBlob(
  store: ObjectStore,
  request: Request,
  key: string,
  { type, fileName }: { type: string; fileName?: string },
): Promise<Response> {
  const head = await store.head(key);
  if (!head) throw new DomainError('NOT_FOUND', 'These bytes are not stored (any more).');
  const etag = `"${key}"`;
  const headers: Record<string, string> = { ...IMMUTABLE, ETag: etag, 'Content-Type': type };
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers });
  headers['Content-Length'] = String(head.bytes);
  if (fileName) {
    headers['Content-Disposition'] = `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`;
  }
  const body = await store.get(key);
  return new Response(Readable.toWeb(body) as ReadableStream<Uint8Array>, { headers });
}
