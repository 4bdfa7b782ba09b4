import 'server-only';
import { type DbClient, inTransaction, jobs } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';
import { dispatch, endSubject, publish } from '@maskloop/jobs';

interface JobContext {
  readonly db: DbClient;
  readonly user: { readonly id: string };
  readonly projectId: string;
}

/** The same work again as a new job. @throws DomainError INVALID_TRANSITION unless it failed or was cancelled */
export async function retryJob({ db, user }: JobContext, jobId: string): Promise<{ id: string }> {
  const requested = await inTransaction(db, (tx) => jobs.retry(tx, jobId, user.id));
  if (!requested) {
    throw new DomainError(
      'INVALID_TRANSITION',
      'Only a job that failed or was cancelled can be tried again.',
    );
  }
  await dispatch(requested.id);
  return { id: requested.id };
}

/** Ends a waiting job at once; a running one's worker sees it at its next heartbeat. */
export async function cancelJob({ db, user, projectId }: JobContext, jobId: string): Promise<void> {
  await inTransaction(db, async (tx) => {
    const job = await jobs.cancel(tx, jobId, `cancelled by ${user.id}`);
    if (!job) throw new DomainError('INVALID_TRANSITION', 'This job is finished already.');
    // one that runs says so itself when it has stopped
    if (job.startedAt === null) await endSubject(tx, job, 'cancelled before it began', 'cancelled');
    await publish(tx, projectId, {
      type: 'job',
      jobId,
      name: job.name,
      state: 'cancelled',
      progress: job.progress,
      imageId: job.imageId,
    });
  });
}
