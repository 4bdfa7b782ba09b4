import { audit } from '@maskloop/db';
import { LIMITS } from '@maskloop/domain';
import { z } from 'zod';
import { globally, router } from '../trpc.ts';
import { readHealth } from '../usecases/read-health.ts';

export const auditRouter = router({
  page: globally('system.view')
    .input(
      z.object({
        projectId: z.uuid().optional(),
        userId: z.uuid().optional(),
        action: z.string().max(100).optional(),
        cursor: z.string().max(100).nullish(),
        limit: z.number().int().min(1).max(LIMITS.pageSize).default(50),
      }),
    )
    .query(({ ctx, input }) =>
      audit.page(ctx.db, {
        projectId: input.projectId,
        userId: input.userId,
        action: input.action,
        cursor: input.cursor ?? undefined,
        limit: input.limit,
      }),
    ),
});

export const systemRouter = router({
  health: globally('system.view').query(({ ctx }) => readHealth(ctx)),
});
