import { images, models } from '@maskloop/db';
import {
  CloseUp,
  DomainError,
  EMBEDDING_STATES,
  IMAGE_SORTS,
  IMAGE_STATUSES,
  isVeiled,
  LIMITS,
} from '@maskloop/domain';
import { publish } from '@maskloop/jobs';
import { z } from 'zod';
import { inProject, onImage, router } from '../trpc.ts';
import { demandImage } from '../usecases/demand.ts';
import { demandOwnLabeling } from '../usecases/demand-own-labeling.ts';
import { requestCloseUp } from '../usecases/request-close-up.ts';
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
        // not "direction": the client's infinite queries put a field of that name into every request
        order: z.enum(['asc', 'desc']).default('asc'),
        cursor: z.string().max(500).nullish(),
        limit: z.number().int().min(1).max(LIMITS.pageSize).default(100),
      }),
    )
    .query(async ({ ctx, input }) => {
      const model = await models.activeOf(ctx.db, ctx.projectId);
      return images.page(ctx.db, {
        ...input,
        direction: input.order,
        veiled: isVeiled(ctx.role),
        encoder: model && { modelVersionId: model.id, encoderSha256: model.encoderSha256 },
      });
    }),

  counts: inProject('image.view').query(({ ctx }) => images.countsByStatus(ctx.db, ctx.projectId)),

  /** Which of these files, by their hashes, the project has. */
  known: inProject('image.view')
    .input(z.object({ sha256s: z.array(z.string().length(64)).min(1).max(LIMITS.pageSize) }))
    .query(({ ctx, input }) => images.known(ctx.db, ctx.projectId, input.sha256s)),

  get: onImage('image.view').query(async ({ ctx, input }) => {
    const { image, embedding, model, holder } = await demandImage(ctx.db, input.imageId);
    return { image, projectId: ctx.projectId, role: ctx.role, embedding, model, holder };
  }),

  neighbours: onImage('image.view')
    .input(z.object({ count: z.number().int().min(1).max(50).default(2) }))
    .query(({ ctx, input }) => images.neighbours(ctx.db, input.imageId, input.count)),

  requestEmbedding: onImage('embedding.request').mutation(async ({ ctx, input }) =>
    requestEmbedding(ctx, input.imageId),
  ),

  requestCloseUp: onImage('embedding.request')
    .input(z.object({ closeUp: CloseUp }))
    .mutation(async ({ ctx, input }) => requestCloseUp(ctx, input)),

  remove: inProject('image.delete')
    .input(z.object({ imageIds: z.array(z.uuid()).min(1).max(1_000) }))
    .mutation(async ({ ctx, input }) => {
      const removed = await images.softDelete(ctx.db, ctx.projectId, input.imageIds);
      for (const imageId of removed) {
        await publish(ctx.db, ctx.projectId, { type: 'image.removed', imageId });
      }
      return { removed: removed.length };
    }),

  skip: onImage('mask.write')
    .input(z.object({ reason: z.string().trim().min(1).max(LIMITS.noteLength) }))
    .mutation(async ({ ctx, input }) => {
      await demandOwnLabeling(ctx.db, [input.imageId], ctx.user.id);
      const skipped = await images.setStatus(ctx.db, input.imageId, {
        status: 'skipped',
        from: ['open', 'sent-back'],
        skipReason: input.reason,
      });
      if (!skipped) {
        throw new DomainError(
          'INVALID_TRANSITION',
          'Only an image that is open or sent back can be skipped.',
        );
      }
      const { imageId } = input;
      await publish(ctx.db, ctx.projectId, { type: 'image.status', imageId, status: 'skipped' });
    }),

  setPriority: inProject('image.prioritise')
    .input(
      z.object({
        imageIds: z.array(z.uuid()).min(1).max(1_000),
        priority: z.number().int().min(-1_000).max(1_000),
      }),
    )
    .mutation(({ ctx, input }) => images.setPriority(ctx.db, input)),
});
