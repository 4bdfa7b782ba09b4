import os from 'node:os';
import path from 'node:path';
import { type Env, loadEnv } from '@maskloop/config';
import { type Backend, backendOf, QUEUE_NAMES, type QueueName } from '@maskloop/jobs';

/** What the worker reads of the environment, checked and with the names the worker uses. */
export interface WorkerEnv extends Env {
  readonly queues: readonly QueueName[];
  readonly backend: Backend;
  /** models fetched from the object store, by hash; lost without harm */
  readonly modelCacheDir: string;
}

/** @throws EnvError, or Error naming a queue that does not exist */
export function loadWorkerEnv(source: Record<string, string | undefined>): WorkerEnv {
  const env = loadEnv(source);
  return {
    ...env,
    queues: queuesOf(env.WORKER_QUEUES),
    backend: backendOf(env),
    modelCacheDir: cacheDir(),
  };
}

function queuesOf(names: readonly string[]): QueueName[] {
  if (names.includes('all')) return [...QUEUE_NAMES];
  const unknown = names.filter((name) => !QUEUE_NAMES.some((queue) => queue === name));
  if (unknown.length > 0) {
    throw new Error(
      `WORKER_QUEUES: there is no queue ${unknown.join(', ')}; there are ${QUEUE_NAMES.join(', ')} and all`,
    );
  }
  return QUEUE_NAMES.filter((queue) => names.includes(queue));
}

/** Of this account only: another's files would pass the hash check when they are copied, and could change after. */
function cacheDir(): string {
  return path.join(os.tmpdir(), `maskloop-models-${os.userInfo().uid}`);
}
