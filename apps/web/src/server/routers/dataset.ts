import { CHANGES, type Db, datasetDifference, datasets, lineage } from '@maskloop/db';
import {
  DatasetFilter,
  DatasetInput,
  DatasetPatch,
  DomainError,
  ITEM_KINDS,
  LIMITS,
  ORIGINS,
  SplitRule,
} from '@maskloop/domain';
import { z } from 'zod';
import { inProject, onDataset, router } from '../trpc.ts';
import { freezeDataset } from '../usecases/freeze-dataset.ts';

const Paging = {
  cursor: z.string().max(500).nullish(),
  limit: z.number().int().min(1).max(LIMITS.pageSize).default(24),
};

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

  /** What a version is made of, by origin, person and class. */
  composition: onDataset('dataset.view').query(({ ctx, input }) =>
    lineage.compositionOf(ctx.db, input.datasetVersionId),
  ),

  items: onDataset('dataset.view')
    .input(
      z.object({
        kind: z.enum(ITEM_KINDS).default('mask'),
        origin: z.enum(ORIGINS).optional(),
        authorId: z.uuid().nullable().optional(),
        classId: z.uuid().nullable().optional(),
        ...Paging,
      }),
    )
    .query(({ ctx, input: { datasetVersionId, cursor, ...filter } }) =>
      lineage.itemsOf(ctx.db, datasetVersionId, { ...filter, cursor: cursor ?? undefined }),
    ),

  /** EX9: what became of each mask from one version to another. */
  difference: onDataset('dataset.view')
    .input(z.object({ fromVersionId: z.uuid() }))
    .query(async ({ ctx, input }) => {
      await demandSibling(ctx, input.fromVersionId);
      return datasetDifference.difference(ctx.db, input.fromVersionId, input.datasetVersionId);
    }),

  differenceExamples: onDataset('dataset.view')
    .input(
      z.object({
        fromVersionId: z.uuid(),
        change: z.enum(CHANGES),
        classId: z.uuid().nullable().optional(),
        ...Paging,
      }),
    )
    .query(async ({ ctx, input }) => {
      const { fromVersionId, datasetVersionId, cursor, ...rest } = input;
      await demandSibling(ctx, fromVersionId);
      return datasetDifference.examples(ctx.db, fromVersionId, datasetVersionId, {
        ...rest,
        cursor: cursor ?? undefined,
      });
    }),

  /** EX5: name and notes; nothing else of a version can change. */
  update: onDataset('dataset.write')
    .input(DatasetPatch)
    .mutation(({ ctx, input }) => datasets.update(ctx.db, input.datasetVersionId, input)),

  remove: onDataset('dataset.write').mutation(({ ctx, input }) =>
    datasets.softDelete(ctx.db, input.datasetVersionId),
  ),
});

/** Versions are compared within their project. */
async function demandSibling(ctx: { db: Db; projectId: string }, datasetVersionId: string): Promise<void> {
  if ((await datasets.get(ctx.db, datasetVersionId))?.projectId !== ctx.projectId) {
    throw new DomainError('NOT_FOUND', 'fromVersionId names no dataset version of this project.');
  }
}
