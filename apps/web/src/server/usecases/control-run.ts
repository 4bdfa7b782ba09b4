import 'server-only';
import { inTransaction, jobs, runs } from '@maskloop/db';
import { DomainError, isRunOver, type RunItemState } from '@maskloop/domain';
import { dispatch, requestJob } from '@maskloop/jobs';
import { announce, keepGoing, type RunContext, WHOLE_RUN_MS } from './start-run.ts';

/**
 * Stops a run: waiting images are left out, the one under way stops between two batches of points. With `roll-back`,
 * which a run that is over may be asked for as well, a job takes its untouched proposals away again.
 * @throws DomainError INVALID_TRANSITION
 */
export async function cancelRun(
  context: RunContext,
  runId: string,
  made: 'keep' | 'roll-back',
): Promise<void> {
  const jobId = await inTransaction(
    context.db,
    async (tx) => {
      const stopped = await runs.cancel(tx, runId);
      if (!stopped && made === 'keep') {
        throw new DomainError('INVALID_TRANSITION', 'This run is over already.');
      }
      await announce(tx, context.projectId, runId);
      if (made === 'keep') return null;
      const { projectId, user } = context;
      // no runId on the job: it belongs to the run's end, not to its work
      return (await requestJob(tx, 'run.rollBack', { runId }, { projectId, requestedById: user.id })).id;
    },
    { timeoutMs: WHOLE_RUN_MS },
  );
  if (jobId) await dispatch(jobId);
}

/** Does the images of a finished run again that failed. @throws DomainError INVALID_TRANSITION when none did */
export function retryFailed(context: RunContext, runId: string): Promise<void> {
  return reopen(context, runId, ['failed'], 'No image of this run has failed.');
}

/** Goes on with a cancelled run where it was stopped. @throws DomainError INVALID_TRANSITION */
export function resumeRun(context: RunContext, runId: string): Promise<void> {
  return reopen(context, runId, ['cancelled'], 'No image of this run was left out.');
}

async function reopen(
  context: RunContext,
  runId: string,
  states: readonly RunItemState[],
  nothing: string,
): Promise<void> {
  const jobId = await inTransaction(
    context.db,
    async (tx) => {
      const run = await runs.row(tx, runId);
      if (run && !isRunOver(run.state)) {
        throw new DomainError('INVALID_TRANSITION', 'The run is still going on: cancel it first, or wait.');
      }
      if (await jobs.unfinished(tx, 'run.rollBack', runId)) {
        throw new DomainError('INVALID_TRANSITION', 'The run is being rolled back; wait until that is done.');
      }
      if ((await runs.reopen(tx, runId, states)) === 0) {
        throw new DomainError('INVALID_TRANSITION', nothing);
      }
      return keepGoing(tx, context, runId);
    },
    { timeoutMs: WHOLE_RUN_MS },
  );
  await dispatch(jobId);
}
