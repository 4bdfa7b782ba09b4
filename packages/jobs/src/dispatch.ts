import { AsyncLocalStorage } from 'node:async_hooks';
import { type Db, getDb, jobs } from '@maskloop/db';
import { isFinished, type JobId } from '@maskloop/domain';
import type { Queue } from 'bullmq';
import { type Backend, backendOf, type Opened, openQueue, type QueueEnv } from './connection.ts';
import { isJobName, JOBS, QUEUE_NAMES, type QueueName } from './table.ts';

/** How long a dispatch waits for the queue before it leaves the row to the sweeper. */
const PATIENCE_MS = 3_000;

export interface Dispatcher {
  /**
   * Hands committed rows to the queue. Safe to repeat: a row's id is its id in the queue, and one that is finished
   * or waits there already is left alone, but for a priority that has changed.
   * @returns how many are in the queue now. Fewer than asked for is no failure: the rows are safe, and the sweeper
   * hands them over when the queue answers again.
   */
  dispatch(jobIds: JobId | readonly JobId[]): Promise<number>;
  /** Jobs in each queue that wait, run or are delayed; for the health page. */
  depths(): Promise<Record<QueueName, { waiting: number; active: number; delayed: number }>>;
  /** All queues, opened; for BullMQ's own dashboard, which only looks at them. */
  queues(): readonly Queue[];
  readonly backend: Backend;
  close(): Promise<void>;
}

/** @param onError hears of a queue that cannot be reached; dispatching does not fail for it */
export function createDispatcher({
  db,
  backend,
  onError = () => {},
}: {
  db: Db;
  backend: Backend;
  onError?: (error: Error) => void;
}): Dispatcher {
  const open = new Map<QueueName, Opened<Queue>>();
  const queueOf = (name: QueueName): Queue => {
    let opened = open.get(name);
    if (!opened) {
      opened = openQueue(backend, name, onError);
      open.set(name, opened);
    }
    return opened.it;
  };

  async function handOver(row: jobs.JobRow): Promise<void> {
    if (!isJobName(row.name))
      throw new Error(`job ${row.id} has a name that is not in the table: ${row.name}`);
    const rules = JOBS[row.name];
    const queue = queueOf(rules.queue);
    const waiting = await queue.getJob(row.id);
    if (waiting) {
      if (waiting.priority !== row.priority) await waiting.changePriority({ priority: row.priority });
      return;
    }
    await queue.add(
      row.name,
      {},
      {
        jobId: row.id,
        priority: row.priority,
        attempts: rules.attempts,
        backoff: { type: 'exponential', delay: rules.backoffMs },
        // what happened is in the row; kept here, it would keep the id from being used again
        removeOnComplete: true,
        removeOnFail: true,
      },
    );
  }

  return {
    backend,
    async dispatch(jobIds) {
      const ids = typeof jobIds === 'string' ? [jobIds] : jobIds;
      const handed: JobId[] = [];
      for (const row of await jobs.getMany(db, ids)) {
        if (isFinished(row.state)) continue;
        try {
          await within(PATIENCE_MS, handOver(row));
          handed.push(row.id);
        } catch (error) {
          onError(error instanceof Error ? error : new Error(String(error)));
          break; // the queue does not answer: do not wait again for each of the others
        }
      }
      if (handed.length > 0) await jobs.markDispatched(db, handed);
      return handed.length;
    },
    async depths() {
      const counts = await Promise.all(
        QUEUE_NAMES.map(async (name) => {
          const {
            waiting = 0,
            prioritized = 0,
            active = 0,
            delayed = 0,
          } = await within(
            PATIENCE_MS,
            queueOf(name).getJobCounts('waiting', 'prioritized', 'active', 'delayed'),
          );
          return [name, { waiting: waiting + prioritized, active, delayed }] as const;
        }),
      );
      return Object.fromEntries(counts) as Awaited<ReturnType<Dispatcher['depths']>>;
    },
    queues: () => QUEUE_NAMES.map(queueOf),
    async close() {
      const all = [...open.values()];
      open.clear();
      await Promise.all(all.map((opened) => opened.close()));
    },
  };
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the queue did not answer within ${ms} ms`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

// on globalThis, because Next's development server loads modules anew with every change
const shared = globalThis as { __maskloopDispatcher?: Dispatcher };

/** The process's one dispatcher, set up by the environment. */
export function getDispatcher(onError?: (error: Error) => void): Dispatcher {
  shared.__maskloopDispatcher ??= createDispatcher({
    db: getDb(),
    backend: backendOf(process.env as QueueEnv),
    ...(onError ? { onError } : {}),
  });
  return shared.__maskloopDispatcher;
}

/** Jobs that wait for the commit of the transaction in which they were asked for. */
const held = new AsyncLocalStorage<JobId[]>();

/**
 * `dispatch` of the process's one dispatcher; call it after the transaction that wrote the rows. Inside
 * `dispatchAfter` it only takes note of them.
 */
export async function dispatch(jobIds: JobId | readonly JobId[]): Promise<number> {
  const waiting = held.getStore();
  if (!waiting) return getDispatcher().dispatch(jobIds);
  waiting.push(...[jobIds].flat());
  return 0;
}

/**
 * For work whose own transactions are parts of a larger one, `transaction`: what it dispatches is handed over once
 * that has committed. Before, nobody could see the rows; savepoints hide from the outer transaction's id, too.
 */
export async function dispatchAfter<T>(transaction: () => Promise<T>): Promise<T> {
  const jobIds: JobId[] = [];
  const result = await held.run(jobIds, transaction);
  await dispatch(jobIds);
  return result;
}
