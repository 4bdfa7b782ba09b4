import { jobs, workers } from '@maskloop/db';
import { JOB_STATES, LIMITS } from '@maskloop/domain';
import { getDispatcher } from '@maskloop/jobs';
import { z } from 'zod';
import { inProject, onJob, router } from '../trpc.ts';
import { cancelJob, retryJob } from '../usecases/control-job.ts';

export const jobRouter = router({
  page: inProject('job.view')
    .input(
      z.object({
        state: z.enum(JOB_STATES).optional(),
        cursor: z.string().max(500).nullish(),
        limit: z.number().int().min(1).max(LIMITS.pageSize).default(50),
      }),
    )
    .query(({ ctx, input }) =>
      jobs.page(ctx.db, {
        projectId: ctx.projectId,
        state: input.state,
        cursor: input.cursor ?? undefined,
        limit: input.limit,
      }),
    ),

  summary: inProject('project.view').query(({ ctx }) => jobs.summary(ctx.db, ctx.projectId)),

  retry: onJob('job.control').mutation(({ ctx, input }) => retryJob(ctx, input.jobId)),

  cancel: onJob('job.control').mutation(({ ctx, input }) => cancelJob(ctx, input.jobId)),
});

export const workerRouter = router({
  list: inProject('job.view').query(({ ctx }) => workers.list(ctx.db)),

  /** Of the installation, not of the project: all projects share the workers. null: the queue does not answer. */
  depths: inProject('job.view').query(({ ctx }) =>
    getDispatcher()
      .depths()
      .catch((error: unknown) => {
        ctx.log.warn({ err: error }, 'queue depths unknown');
        return null;
      }),
  ),
});
