import { type Outcome, type Payload, sweep } from '@maskloop/jobs';
import type { JobContext } from '../context.ts';

/** Puts right what crashes left; see `sweep` for what that is. */
export async function sweepJobs(_: Payload<'jobs.sweep'>, context: JobContext): Promise<Outcome> {
  const { dispatched, givenUp, leases } = await sweep(context);
  if (dispatched + givenUp + leases === 0) return { skipped: 'nothing to put right' };
  context.log.info({ dispatched, givenUp, leases }, 'swept');
  return undefined;
}
