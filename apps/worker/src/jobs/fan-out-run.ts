import { runs } from '@maskloop/db';
import { isRunOver } from '@maskloop/domain';
import type { Outcome, Payload } from '@maskloop/jobs';
import type { JobContext } from '../context.ts';
import { advanceRun, announceRun, fillWindow } from '../run-progress.ts';

/** Images that are looked up in one statement. */
const PAGE = 5_000;

/**
 * Gets a run going and keeps it going: looks up its images page by page, puts a window of them into the queue, and puts
 * right what crashes left. Everything in it may run twice.
 */
export async function fanOutRun({ runId }: Payload<'run.fanOut'>, context: JobContext): Promise<Outcome> {
  const { db, signal } = context;
  const run = await runs.row(db, runId);
  if (run === null || isRunOver(run.state)) return { skipped: 'the run is over' };
  if (run.state === 'pending') {
    let afterId: string | null = null;
    do {
      signal.throwIfAborted();
      afterId = await runs.addItems(db, run, { afterId, limit: PAGE });
      context.progress(0.5);
    } while (afterId !== null);
    await runs.begin(db, runId);
  }
  await runs.followJobs(db, runId);
  const requested = await fillWindow(context, runId);
  context.log.info({ runId, requested }, 'run goes on');
  await announceRun(context, run);
  // a run whose last image was finished by a worker that died over it
  await advanceRun(context, run);
  return undefined;
}
