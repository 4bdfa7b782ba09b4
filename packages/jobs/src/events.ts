import type { Db } from '@maskloop/db';
import { ProjectEvent, type ProjectId } from '@maskloop/domain';
import pg from 'pg';
import { z } from 'zod';

// News travels by PostgreSQL's LISTEN/NOTIFY, whatever the queues live in: sent from inside a transaction it goes
// out with the commit and not without it, and there is no second thing to run.

const CHANNEL = 'maskloop_events';
/** PostgreSQL refuses 8000 bytes and more. */
const MAX_BYTES = 7_999;
/** Events a slow reader may fall behind before it is told to read everything anew. */
const BACKLOG = 1_000;
const PING_MS = 30_000;

const Envelope = z.object({ projectId: z.uuid(), event: ProjectEvent });
export type Envelope = z.infer<typeof Envelope>;

/** Tells every open page of a project. Inside a transaction it is sent when, and only if, that commits. */
export async function publish(db: Db, projectId: ProjectId, event: ProjectEvent): Promise<void> {
  const text = JSON.stringify({ projectId, event } satisfies Envelope);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES) {
    throw new Error(`event ${event.type}: ${bytes} bytes, but PostgreSQL carries at most ${MAX_BYTES}`);
  }
  await db.$executeRaw`SELECT pg_notify(${CHANNEL}, ${text})`;
}

/** A subscription: iterate it. It hears everything from the call on; iteration ends with the signal or a `break`. */
export interface Subscription<T> extends AsyncIterable<T> {
  /** resolves when the database sends; what is published from then on arrives */
  readonly ready: Promise<void>;
}

export interface EventHub {
  /**
   * One project's events. After the connection was lost and restored, and for a reader that fell far behind,
   * `project.changed` comes first: events were missed, read everything anew.
   */
  subscribe(projectId: ProjectId, signal?: AbortSignal): Subscription<ProjectEvent>;
  /** Events of all projects; for workers that watch for cancellations. */
  subscribeAll(signal?: AbortSignal): Subscription<Envelope>;
  close(): Promise<void>;
}

interface Listener {
  readonly projectId: ProjectId | null;
  /** null: events were missed */
  hear(envelope: Envelope | null): void;
  end(): void;
}

/** One LISTEN connection for all subscribers of a process, opened with the first and restored when it breaks. */
export function createEventHub(url: string, onError: (error: Error) => void = () => {}): EventHub {
  const listeners = new Set<Listener>();
  let client: pg.Client | null = null;
  let connecting: Promise<void> | null = null;
  let pinging: ReturnType<typeof setInterval> | null = null;
  let closed = false;

  function connected(): Promise<void> {
    connecting ??= connect();
    return connecting;
  }

  async function connect(): Promise<void> {
    for (let wait = 100; !closed; wait = Math.min(wait * 2, 5_000)) {
      const fresh = new pg.Client({
        connectionString: url,
        keepAlive: true,
        application_name: 'maskloop-events',
      });
      try {
        fresh.on('error', (error) => lost(fresh, error));
        fresh.on('end', () => lost(fresh, null));
        fresh.on('notification', ({ channel, payload }) => {
          if (channel === CHANNEL && payload) deliver(payload);
        });
        await fresh.connect();
        await fresh.query(`LISTEN ${CHANNEL}`);
        client = fresh;
        // a connection that broke without a word is only noticed by using it
        pinging = setInterval(
          () => fresh.query('SELECT 1').catch((error: Error) => lost(fresh, error)),
          PING_MS,
        );
        pinging.unref();
        return;
      } catch (error) {
        onError(error instanceof Error ? error : new Error(String(error)));
        fresh.end().catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, wait).unref());
      }
    }
  }

  function lost(which: pg.Client, error: Error | null): void {
    if (client !== which) return;
    client = null;
    if (pinging) clearInterval(pinging);
    if (closed) return;
    if (error) onError(error);
    which.end().catch(() => {});
    connecting = connect().then(() => {
      for (const listener of listeners) listener.hear(null);
    });
  }

  function deliver(payload: string): void {
    const parsed = Envelope.safeParse(parseJson(payload));
    // another version of the program may send what this one does not know
    if (!parsed.success) {
      onError(new Error(`event not understood: ${payload.slice(0, 200)}`));
      return;
    }
    for (const listener of listeners) {
      if (listener.projectId === null || listener.projectId === parsed.data.projectId)
        listener.hear(parsed.data);
    }
  }

  function open<T>(
    projectId: ProjectId | null,
    signal: AbortSignal | undefined,
    { of, missed }: { of: (envelope: Envelope) => T; missed: T | null },
  ): Subscription<T> {
    const queue: T[] = [];
    let wake: (() => void) | null = null;
    let ended = false;
    const listener: Listener = {
      projectId,
      hear(envelope) {
        if (queue.length >= BACKLOG || envelope === null) {
          queue.length = 0;
          if (missed !== null) queue.push(missed);
        }
        if (envelope !== null) queue.push(of(envelope));
        wake?.();
      },
      end() {
        if (ended) return;
        ended = true;
        listeners.delete(listener);
        signal?.removeEventListener('abort', listener.end);
        wake?.();
      },
    };
    if (closed || signal?.aborted) ended = true;
    else {
      listeners.add(listener);
      signal?.addEventListener('abort', listener.end, { once: true });
    }
    const ready = ended ? Promise.resolve() : connected();
    return {
      ready,
      async *[Symbol.asyncIterator]() {
        try {
          while (!ended) {
            const next = queue.shift();
            if (next !== undefined) yield next;
            else
              await new Promise<void>((resolve) => {
                wake = resolve;
              });
          }
        } finally {
          listener.end();
        }
      },
    };
  }

  return {
    subscribe: (projectId, signal) =>
      open<ProjectEvent>(projectId, signal, {
        of: ({ event }) => event,
        missed: { type: 'project.changed' },
      }),
    subscribeAll: (signal) => open<Envelope>(null, signal, { of: (envelope) => envelope, missed: null }),
    async close() {
      closed = true;
      for (const listener of [...listeners]) listener.end();
      if (pinging) clearInterval(pinging);
      const last = client;
      client = null;
      await last?.end();
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// on globalThis, because Next's development server loads modules anew with every change
const shared = globalThis as { __maskloopEvents?: EventHub };

/** The process's one hub, on DATABASE_URL. */
export function getEvents(onError?: (error: Error) => void): EventHub {
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error('DATABASE_URL is not set');
  shared.__maskloopEvents ??= createEventHub(url, onError);
  return shared.__maskloopEvents;
}

/** One project's events from the process's one hub. */
export function subscribe(projectId: ProjectId, signal?: AbortSignal): Subscription<ProjectEvent> {
  return getEvents().subscribe(projectId, signal);
}
