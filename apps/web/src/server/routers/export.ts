import { exports as exportRows } from '@maskloop/db';
import { DomainError, EXPORT_FORMATS, ExportOptions } from '@maskloop/domain';
import { z } from 'zod';
import { signedLink } from '../export-link.ts';
import { onDataset, onExport, router } from '../trpc.ts';
import { cancelExport, demandBuilt, removeExport } from '../usecases/control-export.ts';
import { startExport } from '../usecases/start-export.ts';

export const exportRouter = router({
  create: onDataset('export.create')
    .input(
      z.object({
        format: z.enum(EXPORT_FORMATS).default('coco'),
        options: ExportOptions.partial().default({}),
      }),
    )
    .mutation(({ ctx, input }) => startExport(ctx, input)),

  list: onDataset('dataset.view').query(({ ctx, input }) => exportRows.list(ctx.db, input.datasetVersionId)),

  get: onExport('dataset.view').query(async ({ ctx, input }) => {
    const ordered = await exportRows.get(ctx.db, input.exportId);
    if (!ordered) throw new DomainError('NOT_FOUND', 'There is no such export.');
    return ordered;
  }),

  cancel: onExport('export.create').mutation(({ ctx, input }) => cancelExport(ctx, input.exportId)),

  remove: onExport('export.create').mutation(({ ctx, input }) => removeExport(ctx, input.exportId)),

  /** EX13: an address of the file that needs no session, for an hour. */
  link: onExport('export.download').mutation(async ({ ctx, input }) => {
    await demandBuilt(ctx.db, input.exportId);
    return signedLink(ctx.env.NEXTAUTH_SECRET, input.exportId);
  }),
});
