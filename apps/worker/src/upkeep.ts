import os from 'node:os';
import { workers } from '@maskloop/db';
import { SWEEP, sweep } from '@maskloop/jobs';
import type { Services } from './context.ts';

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
