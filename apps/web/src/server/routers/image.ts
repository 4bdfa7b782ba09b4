import { embeddings, events, images, models } from '@maskloop/db';
import { DomainError, EMBEDDING_STATES, IMAGE_SORTS, IMAGE_STATUSES, LIMITS } from '@maskloop/domain';
import { z } from 'zod';
import { inProject, onImage, router } from '../trpc.ts';
import { requestEmbedding } from '../usecases/request-embeddings.ts';

export const ImageFilter = z.object({
  status: z.array(z.enum(IMAGE_STATUSES)).optional(),
  embedding: z.enum(EMBEDDING_STATES).optional(),
  text: z.string().max(LIMITS.nameLength).optional(),
});

export const imageRouter = router({
  page: inProject('image.view')
    .input(
      z.object({
        filter: ImageFilter.default({}),
        sort: z.enum(IMAGE_SORTS).default('name'),
        direction: z.enum(['asc', 'desc']).default('asc'),
        cursor: z.string().max(500).nullish(),
        limit: z.number().int().min(1).max(LIMITS.pageSize).default(100),
      }),
    )
    .query(({ ctx, input }) =>
      images.page(ctx.db, {
        projectId: ctx.projectId,
        filter: input.filter,
        sort: input.sort,
        direction: input.direction,
        cursor: input.cursor ?? null,
        limit: input.limit,
      }),
    ),

  counts: inProject('image.view').query(({ ctx }) => images.countsByStatus(ctx.db, ctx.projectId)),

  get: onImage('image.view').query(async ({ ctx, input }) => {
    const [image, model] = await Promise.all([
      images.get(ctx.db, input.imageId),
      models.activeOf(ctx.db, ctx.projectId),
    ]);
    const [embedding, holder] = await Promise.all([
      model ? embeddings.stateOf(ctx.db, image, model.encoderSha256) : ('missing' as const),
      images.holder(ctx.db, input.imageId),
    ]);
    return { image, projectId: ctx.projectId, role: ctx.role, embedding, model, holder };
  }),

  neighbours: onImage('image.view')
    .input(z.object({ count: z.number().int().min(1).max(50).default(2) }))
    .query(({ ctx, input }) => images.neighbours(ctx.db, input.imageId, input.count)),

  requestEmbedding: onImage('embedding.request').mutation(async ({ ctx, input }) =>
    requestEmbedding(ctx, input.imageId),
  ),

  remove: inProject('image.delete')
    .input(z.object({ imageIds: z.array(z.uuid()).min(1).max(1_000) }))
    .mutation(async ({ ctx, input }) => {
      const removed = await images.softDelete(ctx.db, ctx.projectId, input.imageIds);
      for (const imageId of removed) {
        await events.publish(ctx.db, ctx.projectId, { type: 'image.removed', imageId });
      }
      return { removed: removed.length };
    }),

  skip: onImage('mask.write')
    .input(z.object({ reason: z.string().trim().min(1).max(LIMITS.noteLength) }))
    .mutation(async ({ ctx, input }) => {
      const image = await images.get(ctx.db, input.imageId);
      if (image.status !== 'open' && image.status !== 'sent-back') {
        throw new DomainError('INVALID_TRANSITION', `An image that is "${image.status}" cannot be skipped.`);
      }
      await images.skip(ctx.db, input.imageId, input.reason);
      await events.publish(ctx.db, ctx.projectId, {
        type: 'image.status',
        imageId: input.imageId,
        status: 'skipped',
      });
    }),

  setPriority: inProject('image.prioritise')
    .input(
      z.object({
        imageIds: z.array(z.uuid()).min(1).max(1_000),
        priority: z.number().int().min(-1_000).max(1_000),
      }),
    )
    .mutation(({ ctx, input }) =>
      images.setPriority(ctx.db, ctx.projectId, input.imageIds, input.priority),
    ),
});
