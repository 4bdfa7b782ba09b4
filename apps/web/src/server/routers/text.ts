import { textModels } from '@maskloop/db';
import { Phrase } from '@maskloop/domain';
import { z } from 'zod';
import { globally, onImage, onJob, router } from '../trpc.ts';
import { rankByText, readRanking } from '../usecases/rank-by-text.ts';

export const textRouter = router({
  /** Text models that are registered, the newest first. */
  models: globally('model.view').query(({ ctx }) => textModels.list(ctx.db)),

  /** Asks for the job that ranks an image's proposals by a phrase. */
  rank: onImage('mask.write')
    .input(z.object({ textModelId: z.uuid(), phrase: Phrase }))
    .mutation(({ ctx, input }) => rankByText(ctx, input)),

  /** How far that job is, and what it found. */
  ranking: onJob('mask.view').query(({ ctx, input }) => readRanking(ctx, input.jobId)),
});
