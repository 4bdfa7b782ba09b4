import 'server-only';
import { jobs, ping, workers } from '@maskloop/db';
import { type Dispatcher, getDispatcher } from '@maskloop/jobs';
import type { Services } from '../services.ts';

/** One part of the installation: working, or why not. */
interface PartHealth {
  readonly ok: boolean;
  /** how long the check took, in ms */
  readonly ms: number;
  readonly message: string | null;
}

/** For the health page: every part is asked, and a part that fails does not hide the others. */
export async function readHealth({ db, env, store }: Services) {
  let depths: Awaited<ReturnType<Dispatcher['depths']>> | null = null;
  const [database, storage, queue, jobCounts, workerList] = await Promise.all([
    check(() => ping(db)),
    check(() => store.check()),
    check(async () => {
      depths = await getDispatcher().depths();
    }),
    jobs.summary(db, null),
    workers.list(db),
  ]);
  return {
    database,
    storage: { ...storage, description: store.description },
    queue: { ...queue, backend: env.QUEUE_BACKEND, depths, jobs: jobCounts },
    workers: workerList,
  };
}

async function check(probe: () => Promise<unknown>): Promise<PartHealth> {
  const started = performance.now();
  try {
    await probe();
    return { ok: true, ms: performance.now() - started, message: null };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, ms: performance.now() - started, message };
  }
}
