import 'server-only';
import { loadWebEnv, type WebEnv } from '@maskloop/config';
import { type DbClient, getDb } from '@maskloop/db';
import { createStore, type ObjectStore } from '@maskloop/storage';
import pino, { type Logger } from 'pino';

/** What the server needs from the world outside, built once per process. */
export interface Services {
  readonly env: WebEnv;
  readonly db: DbClient;
  readonly store: ObjectStore;
  readonly log: Logger;
}

// Next keeps module instances apart per route bundle and re-evaluates them on hot reload: one set per process
const shared = globalThis as unknown as { __maskloopServices?: Services };

/** @throws EnvError naming every variable that is missing or out of its limits */
export function services(): Services {
  shared.__maskloopServices ??= build();
  return shared.__maskloopServices;
}

function build(): Services {
  const env = loadWebEnv(process.env);
  return {
    env,
    db: getDb(),
    store: createStore(env),
    log: pino({ level: env.LOG_LEVEL, base: { part: 'web' } }),
  };
}
