import { imports } from '@maskloop/db';
import { ImportPlan, LIMITS } from '@maskloop/domain';
import { z } from 'zod';
import { inProject, onImport, router } from '../trpc.ts';
import { cancelImport, readImport, removeImport, startImport } from '../usecases/control-import.ts';

export const importRouter = router({
  page: inProject('import.view')
    .input(
      z.object({
        cursor: z.string().max(500).nullish(),
        limit: z.number().int().min(1).max(LIMITS.pageSize).default(20),
      }),
    )
    .query(async ({ ctx, input }) => {
      const { items, nextCursor } = await imports.page(ctx.db, {
        projectId: ctx.projectId,
        cursor: input.cursor ?? undefined,
        limit: input.limit,
      });
      // plans, findings and reports come with `get`: each can be long
      return { items: items.map(({ check: _, plan: _plan, report: _report, ...row }) => row), nextCursor };
    }),

  get: onImport('import.view').query(({ ctx, input }) => readImport(ctx, input.importId)),

  start: onImport('import.write')
    .input(z.object({ plan: ImportPlan }))
    .mutation(({ ctx, input }) => startImport(ctx, input.importId, input.plan)),

  cancel: onImport('import.write').mutation(({ ctx, input }) => cancelImport(ctx, input.importId)),

  remove: onImport('import.write').mutation(({ ctx, input }) => removeImport(ctx, input.importId)),
});
