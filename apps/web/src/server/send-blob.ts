import 'server-only';
import { Readable } from 'node:stream';
import { DomainError } from '@maskloop/domain';
import type { ObjectStore } from '@maskloop/storage';
import { IMMUTABLE } from './route.ts';

/** Streams an object whose contents never change, or the part of it that is asked for. @throws DomainError NOT_FOUND */
export async function sendBlob(
  store: ObjectStore,
  request: Request,
  key: string,
  { type, fileName }: { type: string; fileName?: string },
): Promise<Response> {
  const head = await store.head(key);
  if (!head) throw new DomainError('NOT_FOUND', 'These bytes are not stored (any more).');
  const etag = `"${key}"`;
  const headers: Record<string, string> = {
    ...IMMUTABLE,
    ETag: etag,
    'Content-Type': type,
    'Accept-Ranges': 'bytes',
  };
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers });
  if (fileName) {
    headers['Content-Disposition'] = `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`;
  }
  const range = rangeOf(request.headers.get('range'), head.bytes);
  if (range) {
    headers['Content-Range'] = `bytes ${range.start}-${range.end}/${head.bytes}`;
    headers['Content-Length'] = String(range.end - range.start + 1);
  } else headers['Content-Length'] = String(head.bytes);
  const body = await store.get(key, range ?? undefined);
  return new Response(Readable.toWeb(body) as ReadableStream<Uint8Array>, {
    status: range ? 206 : 200,
    headers,
  });
}

/**
 * One range from somewhere on, so that a broken download can go on. Others are answered with the whole, as HTTP allows.
 * @returns first and last byte, both included
 */
export function rangeOf(header: string | null, bytes: number): { start: number; end: number } | null {
  const [, from, to] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (from === undefined) return null;
  const start = Number(from);
  const end = to ? Math.min(Number(to), bytes - 1) : bytes - 1;
  return start <= end ? { start, end } : null;
}
