import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from './config.ts';
import { EXIT, Failure } from './failure.ts';

type Json = Readonly<Record<string, unknown>>;

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** Tries after the first, when the server is away or asks for patience. */
const RETRIES = 6;
const FIRST_PAUSE_MS = 500;

/**
 * The REST API. Reads are repeated when the server is away; writes too, under one Idempotency-Key, so that a lost
 * answer does nothing twice.
 */
export class Api {
  readonly #config: Config;

  constructor(config: Config) {
    this.#config = config;
  }

  get<Answer>(path: string): Promise<Answer> {
    return this.#json<Answer>('GET', path);
  }

  post<Answer>(path: string, body: Json): Promise<Answer> {
    return this.#json<Answer>('POST', path, body);
  }

  /** Every item of a list, page by page. */
  async *each<Item>(path: string): AsyncGenerator<Item> {
    let cursor: string | null = null;
    do {
      const separator = path.includes('?') ? '&' : '?';
      const at: string = cursor === null ? path : `${path}${separator}cursor=${encodeURIComponent(cursor)}`;
      const page: Page<Item> = await this.get<Page<Item>>(at);
      yield* page.items;
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  /** @param open makes the body anew for each try */
  async put(path: string, open: () => Readable): Promise<Response> {
    return this.#ask(path, () => ({
      method: 'PUT',
      headers: { 'Content-Type': 'application/octet-stream' },
      body: open() as unknown as NonNullable<RequestInit['body']>,
      duplex: 'half',
    }));
  }

  /** The bytes of a file, from `start` on. */
  async download(path: string): Promise<Response> {
    return this.#ask(path, () => ({ method: 'GET' }));
  }

  async #json<Answer>(method: 'GET' | 'POST', path: string, body?: Json): Promise<Answer> {
    const key = randomUUID();
    const response = await this.#ask(path, () => ({
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json', 'Idempotency-Key': key },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }));
    return (await response.json()) as Answer;
  }

  async #ask(path: string, init: () => RequestInit & { duplex?: 'half' }): Promise<Response> {
    const { server, token } = this.#config;
    for (let turn = 0; ; turn++) {
      const given = init();
      const response = await fetch(`${server}/api/v1${path}`, {
        ...given,
        headers: { ...given.headers, Authorization: `Bearer ${token}` },
        redirect: 'error',
      }).catch((error: Error) => error);
      if (response instanceof Response && response.ok) return response;
      const again = response instanceof Error || response.status === 429 || response.status >= 502;
      if (!again || turn === RETRIES) throw await failureOf(response, server);
      const asked = response instanceof Error ? 0 : Number(response.headers.get('retry-after')) * 1000;
      await wait(asked || FIRST_PAUSE_MS * 2 ** turn);
    }
  }
}

async function failureOf(response: Response | Error, server: string): Promise<Failure> {
  if (response instanceof Error) {
    const cause = response.cause instanceof Error ? response.cause.message : response.message;
    return new Failure(`${server} does not answer: ${cause}`, EXIT.unreachable);
  }
  const problem = (await response.json().catch(() => ({}))) as { detail?: string };
  const detail = problem.detail ?? `the server answered with ${response.status}`;
  const denied = response.status === 401 || response.status === 403;
  return new Failure(detail, denied ? EXIT.denied : EXIT.failed);
}
