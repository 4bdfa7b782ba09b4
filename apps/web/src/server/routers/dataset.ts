import { datasets } from '@maskloop/db';
import { DatasetFilter, DatasetInput, DatasetPatch, DomainError, SplitRule } from '@maskloop/domain';
import { z } from 'zod';
import { inProject, onDataset, router } from '../trpc.ts';
import { freezeDataset } from '../usecases/freeze-dataset.ts';

export const datasetRouter = router({
  /** What a filter would select, and why the rest is left out. */
  preview: inProject('dataset.view')
    .input(z.object({ filter: DatasetFilter, splits: SplitRule }))
    .query(({ ctx, input }) => datasets.preview(ctx.db, ctx.projectId, input)),

  freeze: inProject('dataset.write')
    .input(DatasetInput)
    .mutation(({ ctx, input }) => freezeDataset(ctx, input)),

  /** People, model versions and groups that a filter may name. */
  choices: inProject('dataset.view').query(({ ctx }) => datasets.choices(ctx.db, ctx.projectId)),

  list: inProject('dataset.view').query(({ ctx }) => datasets.list(ctx.db, ctx.projectId)),

  get: onDataset('dataset.view').query(async ({ ctx, input }) => {
    const version = await datasets.get(ctx.db, input.datasetVersionId);
    if (!version) throw new DomainError('NOT_FOUND', 'There is no such dataset version.');
    return version;
  }),

  /** EX5: name and notes; nothing else of a version can change. */
  update: onDataset('dataset.write')
    .input(DatasetPatch)
    .mutation(({ ctx, input }) => datasets.update(ctx.db, input.datasetVersionId, input)),

  remove: onDataset('dataset.write').mutation(({ ctx, input }) =>
    datasets.softDelete(ctx.db, input.datasetVersionId),
  ),
});
