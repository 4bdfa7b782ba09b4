import 'server-only';
import { createHash } from 'node:crypto';
import { type DbClient, inTransaction, answers as kept, type LiveToken } from '@maskloop/db';
import { allowsScope, DomainError, LIMITS } from '@maskloop/domain';
import { dispatchAfter } from '@maskloop/jobs';
import type { z } from 'zod';
import { clientAddress } from '../address.ts';
import { uuidOrNotFound } from '../route.ts';
import { createCaller } from '../routers/_app.ts';
import type { Services } from '../services.ts';
import type { Endpoint, SignedInContext } from './endpoint.ts';
import { InputError, problemResponse, toProblem, unknownPath } from './problem.ts';
import { findEndpoint } from './routing.ts';
import { ENDPOINTS } from './table.ts';
import { demandToken, refuseTooManyRequests } from './token.ts';

/** Largest JSON body: a hundred operations with masks of photos fit many times. */
const MAX_BODY_BYTES = 32_000_000;

interface Sent {
  readonly status: number;
  /** JSON; empty for 204 */
  readonly body: string;
}

/**
 * The border of the API: token, rate, scope, input; then the same procedures as the pages', as the token's person.
 * @param path below /api/v1, with a leading slash
 */
export async function answerRest(services: Services, request: Request, path: string): Promise<Response> {
  try {
    const found = findEndpoint(ENDPOINTS, request.method, path);
    if (found === null) throw unknownPath(path);
    if ('allowed' in found) {
      return problemResponse(
        { status: 405, code: 'METHOD_NOT_ALLOWED', detail: `${path} takes ${found.allowed.join(', ')}.` },
        { Allow: found.allowed.join(', ') },
      );
    }
    const { endpoint } = found;
    const live = await demandToken(services, request.headers);
    await refuseTooManyRequests(services, live.token.id);
    if (!allowsScope(live.token.scopes, endpoint.scope)) {
      throw new DomainError('FORBIDDEN', `This token lacks the scope "${endpoint.scope}".`, {
        scope: endpoint.scope,
      });
    }
    for (const [name, value] of Object.entries(found.params)) uuidOrNotFound(value, name.replace(/Id$/, ''));
    const query = parsed(endpoint.query, Object.fromEntries(new URL(request.url).searchParams));
    const text = endpoint.body ? await readBody(request) : '';
    const body = endpoint.body ? parsed(endpoint.body, parseJson(text)) : undefined;

    const handle = (db: DbClient) => {
      const context = contextOf({ ...services, db }, live, request);
      const call = { caller: createCaller(context), context, request, params: found.params, query, body };
      return endpoint.handle(call as never);
    };
    if (endpoint.answers.kind === 'bytes') return (await handle(services.db)) as Response;
    const key = request.headers.get('idempotency-key');
    const sent =
      key === null || endpoint.method === 'GET'
        ? shaped(endpoint, await handle(services.db))
        : await once(services.db, live, { key, text, request, path }, async (tx) =>
            // `inTransaction` takes part in the transaction it is in, and nothing else of the client is used
            shaped(endpoint, await handle(tx as DbClient)),
          );
    return send(request, endpoint, sent);
  } catch (error) {
    return toProblem(error, services.log);
  }
}

function contextOf(services: Services, { token, user }: LiveToken, request: Request): SignedInContext {
  const { id, createdAt, expiresAt } = token;
  return {
    ...services,
    session: { session: { id, createdAt, expiresAt: expiresAt ?? new Date(8.64e15) }, user },
    tokenId: id,
    address: clientAddress(request.headers, services.env.TRUST_PROXY),
    crossSite: false,
  };
}

function parsed(schema: z.ZodType, input: unknown): unknown {
  const result = schema.safeParse(input);
  if (!result.success) throw new InputError(result.error, input);
  return result.data;
}

async function readBody(request: Request): Promise<string> {
  let bytes = 0;
  const chunks: Uint8Array[] = [];
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) {
      throw new DomainError('INVALID_INPUT', `body: at most ${MAX_BODY_BYTES} bytes, this one has more.`, {
        field: 'body',
        limit: MAX_BODY_BYTES,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DomainError('INVALID_INPUT', `body: not JSON (${(error as Error).message})`, { field: 'body' });
  }
}

/** The handler's value as JSON says it, cut to what the endpoint promises. */
function shaped({ name, answers }: Endpoint, value: unknown): Sent {
  if (answers.kind !== 'json') return { status: 204, body: '' };
  const result = answers.schema.safeParse(JSON.parse(JSON.stringify(value ?? null)));
  if (!result.success) throw new Error(`${name} answers otherwise than it promises: ${result.error.message}`);
  return { status: answers.status, body: JSON.stringify(result.data) };
}

/**
 * AP3: what the request does and its answer are written together, so the same key either did all of it or nothing.
 * A request that fails keeps no answer: it changed nothing, and may be sent again.
 */
async function once(
  db: DbClient,
  { user }: LiveToken,
  { key, text, request, path }: { key: string; text: string; request: Request; path: string },
  work: (tx: Parameters<Parameters<typeof inTransaction>[1]>[0]) => Promise<Sent>,
): Promise<Sent> {
  if (key.length === 0 || key.length > LIMITS.idempotencyKeyLength) {
    throw new DomainError(
      'INVALID_INPUT',
      `Idempotency-Key: 1 to ${LIMITS.idempotencyKeyLength} characters, this one has ${key.length}.`,
      { field: 'Idempotency-Key', limit: LIMITS.idempotencyKeyLength, value: key.length },
    );
  }
  const { search } = new URL(request.url);
  const requestSha256 = createHash('sha256')
    .update(`${request.method} ${path}${search}\n${text}`)
    .digest('hex');
  return dispatchAfter(() =>
    inTransaction(
      db,
      async (tx) => {
        const earlier = await kept.claim(tx, { userId: user.id, key, requestSha256 });
        if (earlier && earlier.requestSha256 !== requestSha256) {
          throw new DomainError('INVALID_INPUT', 'Idempotency-Key: this key belongs to another request.', {
            field: 'Idempotency-Key',
            value: key,
          });
        }
        if (earlier) return { status: earlier.status, body: earlier.body };
        const done = await work(tx);
        await kept.keep(tx, { userId: user.id, key }, done);
        return done;
      },
      { timeoutMs: 10 * 60_000 },
    ),
  );
}

function send(request: Request, endpoint: Endpoint, { status, body }: Sent): Response {
  if (status === 204) return new Response(null, { status });
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'private, no-cache',
  };
  if (endpoint.method === 'GET') {
    headers.ETag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
    const known = request.headers
      .get('if-none-match')
      ?.split(',')
      .map((tag) => tag.trim().replace(/^W\//, ''));
    if (known?.includes(headers.ETag)) return new Response(null, { status: 304, headers });
  }
  return new Response(body, { status, headers });
}
