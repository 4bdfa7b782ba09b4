import { createDb, newId } from '@maskloop/db';
import { isDomainError } from '@maskloop/domain';
import { createDispatcher } from '@maskloop/jobs';
import { blobKeys, createStore, type ObjectStore } from '@maskloop/storage';
import pino, { type Logger } from 'pino';
import type { Services } from './context.ts';
import type { WorkerEnv } from './env.ts';
import { Inference } from './inference/inference.ts';
import { type FetchModel, ModelFiles } from './inference/model-files.ts';

export interface OpenServices extends Services {
  close(): Promise<void>;
}

/** Builds what the process holds open; nothing is reached before it is used. */
export function openServices(env: WorkerEnv, log: Logger = createLog(env)): OpenServices {
  const db = createDb(env.DATABASE_URL);
  const store = createStore(env);
  const dispatcher = createDispatcher({
    db,
    backend: env.backend,
    onError: (error) => log.warn({ err: error }, 'queue'),
  });
  const inference = new Inference(
    new ModelFiles({
      cacheDir: env.modelCacheDir,
      modelsDir: env.MODELS_DIR,
      fetchModel: fetchFrom(store),
    }),
    { providers: env.ORT_PROVIDERS, threads: env.ORT_THREADS, maxPixels: env.MAX_IMAGE_PIXELS },
  );
  return {
    env,
    db,
    store,
    dispatcher,
    inference,
    log,
    workerId: newId(),
    async close() {
      await inference.close();
      await dispatcher.close();
      await db.$disconnect();
    },
  };
}

export function createLog({ LOG_LEVEL }: WorkerEnv): Logger {
  return pino({ level: LOG_LEVEL, base: { part: 'worker', pid: process.pid } });
}

export const fetchFrom =
  (store: ObjectStore): FetchModel =>
  async (sha256) => {
    try {
      return await store.get(blobKeys.model(sha256));
    } catch (error) {
      if (isDomainError(error) && error.code === 'NOT_FOUND') return null;
      throw error;
    }
  };
