import { models } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';
import { z } from 'zod';
import { globally, router } from '../trpc.ts';

export const modelRouter = router({
  list: globally('model.view').query(({ ctx }) => models.list(ctx.db)),

  get: globally('model.view')
    .input(z.object({ modelVersionId: z.uuid() }))
    .query(async ({ ctx, input }) => {
      const model = await models.get(ctx.db, input.modelVersionId);
      if (!model) throw new DomainError('NOT_FOUND', 'There is no such model version.');
      return model;
    }),
});
