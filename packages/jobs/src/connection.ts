import {
  createPostgresBackend,
  type Processor,
  Queue,
  type QueueBaseOptions,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import { Redis } from 'ioredis';
import { QUEUES, type QueueName } from './table.ts';

/** Where the queues live. Both know the same tricks; Redis is quicker, PostgreSQL needs nothing installed. */
export type Backend =
  | { readonly kind: 'redis'; readonly url: string; readonly prefix?: string }
  | { readonly kind: 'postgres'; readonly url: string };

/** What of the environment decides; `@maskloop/config` checks it. */
export interface QueueEnv {
  readonly DATABASE_URL?: string | undefined;
  readonly REDIS_URL?: string | undefined;
  readonly QUEUE_BACKEND?: 'redis' | 'postgres' | undefined;
}

/** QUEUE_BACKEND, else redis when REDIS_URL is set, else postgres on the app's database. */
export function backendOf(env: QueueEnv): Backend {
  const kind = env.QUEUE_BACKEND ?? (env.REDIS_URL ? 'redis' : 'postgres');
  if (kind === 'redis') {
    if (!env.REDIS_URL) throw new Error('QUEUE_BACKEND is redis, but REDIS_URL is not set');
    return { kind, url: env.REDIS_URL };
  }
  if (!env.DATABASE_URL) throw new Error('DATABASE_URL is not set');
  return { kind, url: env.DATABASE_URL };
}

/** An open queue or worker; `close` waits for what it is doing. */
export interface Opened<T> {
  readonly it: T;
  close(): Promise<void>;
}

export type OnError = (error: Error) => void;

/** The side that hands work over. */
export function openQueue(backend: Backend, name: QueueName, onError: OnError): Opened<Queue> {
  const { options, factory, end } = connect(backend, { role: 'queue', onError });
  const queue = factory ? new Queue(name, options, factory) : new Queue(name, options);
  queue.on('error', onError);
  return {
    it: queue as Queue,
    close: async () => {
      await queue.close();
      await end();
    },
  };
}

/** The side that does the work; lock and stall times come from the table. */
export function openWorker(
  backend: Backend,
  name: QueueName,
  processor: Processor,
  { onError, ...rest }: { onError: OnError } & Partial<Omit<WorkerOptions, 'connection'>>,
): Opened<Worker> {
  const { concurrency, lockMs, stalledMs, maxStalled } = QUEUES[name];
  const { options, factory, end } = connect(backend, { role: 'worker', onError });
  const all = {
    ...options,
    concurrency,
    lockDuration: lockMs,
    stalledInterval: stalledMs,
    maxStalledCount: maxStalled,
    ...rest,
  };
  const worker = factory ? new Worker(name, processor, all, factory) : new Worker(name, processor, all);
  // without a listener an error event ends the process
  worker.on('error', onError);
  return {
    it: worker as Worker,
    close: async () => {
      await worker.close();
      await end();
    },
  };
}

const PREFIX = 'maskloop';

function connect(backend: Backend, { role, onError }: { role: 'queue' | 'worker'; onError: OnError }) {
  if (backend.kind === 'postgres') {
    return {
      options: {
        connection: { connectionString: backend.url, migrate: true, max: role === 'queue' ? 2 : 4 },
        prefix: PREFIX,
      } as unknown as QueueBaseOptions,
      factory: createPostgresBackend as unknown as undefined,
      end: async () => {},
    };
  }
  // workers wait for Redis for ever; whoever hands work over wants to know soon that it is away, and leaves the
  // row to the sweeper
  const redis = new Redis(backend.url, {
    maxRetriesPerRequest: role === 'worker' ? null : 1,
    enableOfflineQueue: true,
    connectTimeout: 5_000,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 7), 3_000),
  });
  redis.on('error', onError);
  return {
    options: { connection: redis, prefix: backend.prefix ?? PREFIX } as QueueBaseOptions,
    factory: undefined,
    end: async () => {
      redis.disconnect();
    },
  };
}
