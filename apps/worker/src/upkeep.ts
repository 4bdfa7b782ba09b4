import os from 'node:os';
import { closeUps, workers } from '@maskloop/db';
import { CLOSE_UP_DAYS } from '@maskloop/domain';
import { SWEEP, sweep } from '@maskloop/jobs';
import { BLOB_PREFIXES } from '@maskloop/storage';
import type { Services } from './context.ts';
import { removePage } from './remove-stored.ts';

/** Well below the minute after which a worker counts as dead. */
const REGISTER_MS = 10_000;

export interface Kept {
  stop(): Promise<void>;
}

/** Keeps this process's row in the Worker table true: sign of life, provider, models, speed. */
export async function keepRegistered({ db, env, inference, log, workerId }: Services): Promise<Kept> {
  const self = { id: workerId, host: os.hostname(), pid: process.pid, queues: env.queues };
  await workers.register(db, self);
  return every(
    REGISTER_MS,
    log,
    async () => {
      const { provider, models } = inference.state;
      const status = { provider, models, imagesPerMinute: inference.imagesPerMinute };
      // the row is gone when the database was restored, or after a day asleep
      if (!(await workers.heartbeat(db, workerId, status))) await workers.register(db, self);
    },
    () => workers.unregister(db, workerId),
  );
}

/**
 * Sweeps on a timer and not through the queue: what it is there to mend may be the queue. Several workers may do it at
 * once.
 */
export function keepSweeping(services: Services): Kept {
  return every(SWEEP.everyMs, services.log, async () => {
    const swept = await sweep(services);
    if (swept.dispatched + swept.givenUp + swept.leases > 0) services.log.info(swept, 'swept');
  });
}

const DAY_MS = 24 * 3_600_000;
/** Longer than any upload takes. */
const TEMPORARY_MS = DAY_MS;
const TIDY_MS = 3_600_000;

/** Removes what interrupted uploads left in the object store, and old close-ups (CU4). */
export function keepTidy(services: Services): Kept {
  return every(TIDY_MS, services.log, async () => {
    const removed = await removeOldTemporary(services);
    if (removed > 0) services.log.info({ removed }, 'old temporary objects removed');
    const old = await removeOldCloseUps(services);
    if (old > 0) services.log.info({ removed: old }, 'old close-ups removed');
  });
}

/** @returns how many were removed */
export async function removeOldCloseUps({ db, store }: Pick<Services, 'db' | 'store'>): Promise<number> {
  const old = closeUps.going(db, { madeBefore: new Date(Date.now() - CLOSE_UP_DAYS * DAY_MS) });
  let removed = 0;
  for (;;) {
    const page = await removePage(store, old);
    if (page === 0) return removed;
    removed += page;
  }
}

/** @returns how many objects were removed */
export async function removeOldTemporary(
  { store }: Pick<Services, 'store'>,
  olderThanMs = TEMPORARY_MS,
): Promise<number> {
  let removed = 0;
  for await (const { key } of store.list(BLOB_PREFIXES.temporary)) {
    const head = await store.head(key);
    if (head === null || Date.now() - head.modifiedAt.getTime() < olderThanMs) continue;
    await store.remove(key);
    removed++;
  }
  return removed;
}

function every(
  ms: number,
  log: Services['log'],
  work: () => Promise<void>,
  atEnd: () => Promise<void> = async () => {},
): Kept {
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    // one after the other: a slow database must not pile them up
    running = running.then(work).catch((error: Error) => log.warn({ err: error }, 'upkeep'));
  }, ms);
  return {
    async stop() {
      clearInterval(timer);
      await running;
      await atEnd().catch((error: Error) => log.warn({ err: error }, 'upkeep'));
    },
  };
}
