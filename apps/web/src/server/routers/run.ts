import { images, proposals, runs } from '@maskloop/db';
import { DomainError, LIMITS, RUN_ITEM_STATES, RunInput } from '@maskloop/domain';
import { z } from 'zod';
import { inProject, onImage, onRun, router } from '../trpc.ts';
import { compareRuns } from '../usecases/compare-runs.ts';
import { cancelRun, resumeRun, retryFailed } from '../usecases/control-run.ts';
import { estimateRun } from '../usecases/estimate-run.ts';
import { startRun } from '../usecases/start-run.ts';

const Cursor = z.string().max(500).nullish();

export const runRouter = router({
  /** What a run would take, before it is ordered. */
  estimate: inProject('run.start')
    .input(RunInput.pick({ modelVersionId: true, kinds: true, scope: true, parameters: true }))
    .query(({ ctx, input }) => estimateRun(ctx, input)),

  start: inProject('run.start')
    .input(RunInput)
    .mutation(({ ctx, input: { projectId: _, ...order } }) => startRun(ctx, order)),

  list: inProject('job.view')
    .input(z.object({ cursor: Cursor, limit: z.number().int().min(1).max(LIMITS.pageSize).default(50) }))
    .query(({ ctx, input }) =>
      runs.page(ctx.db, { projectId: ctx.projectId, cursor: input.cursor ?? undefined, limit: input.limit }),
    ),

  get: onRun('job.view').query(async ({ ctx, input }) => {
    const run = await runs.get(ctx.db, input.runId);
    if (!run) throw new DomainError('NOT_FOUND', 'There is no such run.');
    return run;
  }),

  items: onRun('job.view')
    .input(
      z.object({
        state: z.enum(RUN_ITEM_STATES).optional(),
        cursor: Cursor,
        limit: z.number().int().min(1).max(LIMITS.pageSize).default(100),
      }),
    )
    .query(({ ctx, input }) => runs.items(ctx.db, { ...input, cursor: input.cursor ?? undefined })),

  cancel: onRun('run.start')
    .input(z.object({ made: z.enum(['keep', 'roll-back']).default('keep') }))
    .mutation(({ ctx, input }) => cancelRun(ctx, input.runId, input.made)),

  retryFailed: onRun('run.start').mutation(({ ctx, input }) => retryFailed(ctx, input.runId)),

  resume: onRun('run.start').mutation(({ ctx, input }) => resumeRun(ctx, input.runId)),

  /** What a run proposed in an image, whatever became of it; of a dry run, more than its thresholds let through. */
  preview: onRun('job.view')
    .input(z.object({ imageId: z.uuid() }))
    .query(async ({ ctx, input }) => {
      const image = await images.forBlob(ctx.db, input.imageId);
      if (image?.projectId !== ctx.projectId) throw new DomainError('NOT_FOUND', 'There is no such image.');
      const found = await proposals.ofRun(ctx.db, input.runId, [input.imageId]);
      const { width, height, name } = image;
      return { image: { width, height, name }, proposals: found.get(input.imageId) ?? [] };
    }),

  compare: onRun('job.view')
    .input(z.object({ otherRunId: z.uuid(), cursor: Cursor }))
    .query(({ ctx, input }) => compareRuns(ctx, { ...input, cursor: input.cursor ?? undefined })),

  /** The run that is about to add proposals to an image, for whoever has it open. */
  active: onImage('image.view').query(({ ctx, input }) => runs.activeFor(ctx.db, input.imageId)),
});
