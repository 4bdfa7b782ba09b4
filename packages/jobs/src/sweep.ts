import { answers, assignments, type Db, jobs, runs, sessions, webhooks, workers } from '@maskloop/db';
import type { Dispatcher } from './dispatch.ts';
import { endSubject } from './end-subject.ts';
import { requestJob } from './request.ts';
import { isJobName, JOBS, RUN_WINDOW, SWEEP } from './table.ts';

/** What a sweep found. */
export interface Swept {
  readonly dispatched: number;
  /** jobs whose workers died once too often */
  readonly givenUp: number;
  readonly leases: number;
}

type Limits = { readonly [K in Exclude<keyof typeof SWEEP, 'everyMs'>]: number };

/**
 * Puts right what a crash left: hands rows to the queue that never reached it or were lost with it, ends jobs that
 * killed their workers again and again, marks leases past their end, forgets dead workers and old sessions.
 * Safe to run anywhere and at any time, several at once too.
 */
export async function sweep(
  { db, dispatcher }: { db: Db; dispatcher: Dispatcher },
  { pendingMs, heartbeatMs, limit }: Limits = SWEEP,
): Promise<Swept> {
  const lost = await jobs.stale(db, { pendingMs, heartbeatMs, limit });
  const again: string[] = [];
  let givenUp = 0;
  for (const row of lost) {
    const allowed = isJobName(row.name) ? JOBS[row.name].attempts : 0;
    if (row.state === 'running' && row.attempts >= allowed) {
      const error = `its worker died in each of ${row.attempts} attempts`;
      if (await giveUp(db, row.id, error)) givenUp += 1;
    } else if (isJobName(row.name)) {
      again.push(row.id);
    } else if (await giveUp(db, row.id, `no job is called ${row.name}`)) {
      givenUp += 1;
    }
  }
  again.push(...(await keepRunsGoing(db)));
  const dispatched = await dispatcher.dispatch(again);
  const leases = await assignments.expire(db);
  await workers.removeDead(db, 24 * 3_600_000);
  await sessions.removeOld(db);
  await answers.removeOld(db);
  await webhooks.removeOld(db);
  await jobs.removeOld(db, { name: 'jobs.sweep', olderThanMs: 3_600_000 });
  return { dispatched, givenUp, leases };
}

/** Runs whose last job ended, or never began, without anybody to ask for the next. @returns new jobs to hand over */
async function keepRunsGoing(db: Db): Promise<string[]> {
  const ids: string[] = [];
  for (const { id: runId, projectId } of await runs.idle(db, RUN_WINDOW / 2)) {
    const { id, created } = await requestJob(db, 'run.fanOut', { runId }, { projectId, runId });
    if (created) ids.push(id);
  }
  return ids;
}

/** Ends a job whose own worker cannot say so any more, and what it was to make. */
async function giveUp(db: Db, jobId: string, error: string): Promise<boolean> {
  const row = await jobs.get(db, jobId);
  if (row) await endSubject(db, row, error);
  return jobs.finish(db, jobId, { state: 'failed', error });
}
