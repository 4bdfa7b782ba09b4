import { jobs } from '@maskloop/db';
import {
  isDomainError,
  type JobId,
  type JobState,
  type ProjectEvent,
  type ProjectId,
} from '@maskloop/domain';
import {
  HEARTBEAT_MS,
  isJobName,
  JOBS,
  type JobName,
  type Outcome,
  parsePayload,
  publish,
} from '@maskloop/jobs';
import { UnrecoverableError } from 'bullmq';
import { ZodError } from 'zod';
import type { Failure, JobContext, Services } from './context.ts';
import { handlers } from './handlers.ts';
import { toDomainError } from './inference/protocol.ts';

/** What the queue says about the attempt; the row says everything else. */
export interface Attempt {
  readonly jobId: JobId;
  /** attempts that ended before this one, as the queue counts them */
  readonly made: number;
}

/** Progress is written at most this often. */
const PROGRESS_MS = 500;

/**
 * The one way a job is done, and the only code that changes a row's state: takes the row, parses the payload, keeps
 * the heartbeat, tells the project's pages, and decides between retry and end.
 *
 * @throws UnrecoverableError when another attempt would change nothing; anything else for the queue to try again
 */
export async function runJob(services: Services, { jobId, made }: Attempt): Promise<void> {
  const { db, workerId } = services;
  const row = await jobs.start(db, jobId, workerId);
  // cancelled or finished while it waited, or its project is gone
  if (row === null) return;

  const log = services.log.child({ job: row.name, jobId, attempt: row.attempts });
  const tell = (state: JobState, progress: number): Promise<void> =>
    row.projectId === null
      ? Promise.resolve()
      : announce(services, row.projectId, {
          type: 'job',
          jobId,
          name: row.name,
          state,
          progress,
          imageId: row.imageId,
        });

  const cancel = new AbortController();
  const failed: ((failure: Failure) => Promise<void>)[] = [];
  const progress = throttled(async (fraction: number) => {
    if (!(await jobs.progress(db, jobId, fraction))) cancel.abort();
    await tell('running', fraction);
  }, log);
  const heart = setInterval(() => {
    jobs.heartbeat(db, jobId).then(
      (running) => running || cancel.abort(),
      // the next one may get through; the sweeper waits for many missed ones
      (error: Error) => log.warn({ err: error }, 'heartbeat not written'),
    );
  }, HEARTBEAT_MS);

  const context: JobContext = {
    ...services,
    log,
    jobId,
    projectId: row.projectId,
    signal: cancel.signal,
    progress,
    publish: (projectId, event) => announce(services, projectId, event),
    whenFailed: (tellMore) => void failed.push(tellMore),
  };
  const started = performance.now();
  try {
    await tell('running', 0);
    const outcome = await handle(row.name, row.payload, context);
    await progress.stop();
    const state = outcome ? 'skipped' : 'done';
    // false: cancelled in the last moment; what was written stays, and is valid
    const ended = await jobs.finish(
      db,
      jobId,
      outcome ? { state: 'skipped', reason: outcome.skipped } : { state: 'done' },
    );
    if (ended) await tell(state, 1);
    log.info({ ms: Math.round(performance.now() - started), ...(outcome ?? {}) }, state);
  } catch (thrown) {
    await progress.stop();
    const error = toDomainError(thrown);
    const message = error instanceof Error ? error.message : String(error);
    // what the job is for hears of it first: whoever sees the job ended finds everything else in place
    const tellAll = async (failure: Failure): Promise<void> => {
      for (const tellMore of failed) {
        await tellMore(failure).catch((cause: Error) => log.error({ err: cause }, 'failure not passed on'));
      }
    };
    if (cancel.signal.aborted) {
      log.info('cancelled');
      await tellAll({ message: 'cancelled', cancelled: true });
      await tell('cancelled', 1);
      throw new UnrecoverableError(message);
    }
    const allowed = isJobName(row.name) ? JOBS[row.name].attempts : 1;
    const hopeless = isDomainError(error) || error instanceof ZodError || error instanceof UnknownJob;
    if (hopeless || row.attempts >= allowed || made + 1 >= allowed) {
      log.error({ err: error }, 'failed for good');
      await tellAll({ message, cancelled: false });
      const code = isDomainError(error) ? error.code : null;
      await jobs.finish(db, jobId, { state: 'failed', error: message, code });
      await tell('failed', 1);
      throw new UnrecoverableError(message);
    }
    log.warn({ err: error }, 'failed, will be tried again');
    await jobs.backToPending(db, jobId, message);
    await tell('pending', 0);
    throw error;
  } finally {
    clearInterval(heart);
  }
}

class UnknownJob extends Error {}

async function handle(name: string, payload: unknown, context: JobContext): Promise<Outcome> {
  if (!isJobName(name)) throw new UnknownJob(`no job is called ${name}`);
  return handleNamed(name, payload, context);
}

function handleNamed<N extends JobName>(name: N, payload: unknown, context: JobContext): Promise<Outcome> {
  // the tables pair payload and handler by name; indexing by N loses that pairing for the compiler
  const handler = handlers[name] as (payload: unknown, context: JobContext) => Promise<Outcome>;
  return handler(parsePayload(name, payload), context);
}

/** News is a courtesy: a page that misses it asks again; work never fails for it. */
async function announce({ db, log }: Services, projectId: ProjectId, event: ProjectEvent): Promise<void> {
  try {
    await publish(db, projectId, event);
  } catch (error) {
    log.warn({ err: error, event: event.type }, 'event not published');
  }
}

interface Throttled {
  (fraction: number): void;
  /** writes no more, and waits for what is being written */
  stop(): Promise<void>;
}

function throttled(write: (fraction: number) => Promise<void>, log: Services['log']): Throttled {
  let last = 0;
  let writing: Promise<void> = Promise.resolve();
  let stopped = false;
  const report = (fraction: number): void => {
    const now = performance.now();
    if (stopped || now - last < PROGRESS_MS) return;
    last = now;
    writing = writing
      .then(() => write(fraction))
      .catch((error: Error) => log.warn({ err: error }, 'progress not written'));
  };
  return Object.assign(report, {
    stop: () => {
      stopped = true;
      return writing;
    },
  });
}
