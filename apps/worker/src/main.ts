// The worker: one BullMQ worker per queue of WORKER_QUEUES, a row in the Worker table, a health address.
import { ping } from '@maskloop/db';
import { openWorker } from '@maskloop/jobs';
import { loadWorkerEnv } from './env.ts';
import { serveHealth } from './health.ts';
import { runJob } from './run-job.ts';
import { openServices } from './services.ts';
import { keepRegistered, keepSweeping, keepTidy } from './upkeep.ts';

/** What was going on may finish; whoever waits longer kills the process, and nothing is lost by that. */
const DRAIN_MS = 60_000;

const env = loadWorkerEnv(process.env);
const services = openServices(env);
const { log } = services;

await ping(services.db);
const registered = await keepRegistered(services);
const workers = env.queues.map((queue) =>
  openWorker(
    env.backend,
    queue,
    (job) => runJob(services, { jobId: String(job.id), made: job.attemptsMade }),
    {
      onError: (error) => log.warn({ err: error, queue }, 'queue'),
      // one model run uses all cores, and two models may not fit
      ...(env.WORKER_CONCURRENCY === undefined || queue === 'inference'
        ? {}
        : { concurrency: env.WORKER_CONCURRENCY }),
    },
  ),
);
const upkeep = env.queues.includes('upkeep') ? [keepSweeping(services), keepTidy(services)] : [];
const health = await serveHealth(services, env.WORKER_HEALTH_PORT);
log.info({ queues: env.queues, backend: env.backend.kind, port: env.WORKER_HEALTH_PORT }, 'worker is ready');
// for whoever started it with a channel, such as the start script
process.send?.({ ready: true });

let stopping = false;
async function stop(signal: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  log.info({ signal }, 'finishing what is under way');
  setTimeout(() => {
    log.warn('not finished in time; what was under way will be repeated');
    process.exit(1);
  }, DRAIN_MS).unref();
  health.draining();
  for (const kept of upkeep) await kept.stop();
  await Promise.all(workers.map((worker) => worker.close()));
  await registered.stop();
  await services.close();
  await health.close();
  process.exit(0);
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
