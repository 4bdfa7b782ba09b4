import { assignments, classes, masks, reviews } from '@maskloop/db';
import {
  CommentInput,
  canSeeProposal,
  DomainError,
  LIMITS,
  mayJudge,
  STAGES,
  VERDICTS,
} from '@maskloop/domain';
import { publish } from '@maskloop/jobs';
import { z } from 'zod';
import { inProject, onComment, onImage, router } from '../trpc.ts';
import { demandImage } from '../usecases/demand.ts';
import { passVerdict } from '../usecases/pass-verdict.ts';
import { secondOpinion } from '../usecases/second-opinion.ts';

export const reviewRouter = router({
  queue: inProject('review.decide')
    .input(
      z.object({
        status: z.enum(['submitted', 'accepted', 'sent-back']).default('submitted'),
        stage: z.enum(STAGES).optional(),
        submitterId: z.uuid().optional(),
        text: z.string().max(LIMITS.nameLength).optional(),
        again: z.boolean().default(false),
        cursor: z.string().max(500).nullish(),
        limit: z.number().int().min(1).max(LIMITS.pageSize).default(50),
      }),
    )
    .query(({ ctx, input }) => reviews.queue(ctx.db, input)),

  submitters: inProject('review.decide').query(({ ctx }) => reviews.submitters(ctx.db, ctx.projectId)),

  /** Everything the review of an image shows. */
  load: onImage('review.decide').query(async ({ ctx, input }) => {
    const { imageId } = input;
    // before the masks: a change in between is then noticed when the verdict is passed (RV4)
    const seenAt = await reviews.changedAt(ctx.db, imageId);
    const [context, remarks, submission, otherLeads, holder, labelClasses] = await Promise.all([
      demandImage(ctx.db, imageId),
      reviews.remarks(ctx.db, imageId),
      reviews.submissionOf(ctx.db, imageId),
      reviews.otherLeads(ctx.db, ctx.projectId, ctx.user.id),
      assignments.holder(ctx.db, imageId),
      classes.list(ctx.db, ctx.projectId),
    ]);
    const shown = await reviews.masksOf(ctx.db, imageId, remarks.reviews[0]?.at ?? null);
    // ST1: a reviewer sees the proposals that the annotator was shown
    const visible = shown.filter(
      (mask) => mask.head.origin !== 'proposed' || canSeeProposal(context.stage, mask.head, context),
    );
    return {
      image: context.image,
      ...(await secondOpinion(ctx.db, imageId, visible)),
      classes: labelClasses,
      remarks,
      submission,
      holder: holder && { id: holder.id, name: holder.name },
      seenAt,
      mayJudge: mayJudge({
        userId: ctx.user.id,
        role: ctx.role,
        submitterId: submission?.submitter.id ?? null,
        otherLeads,
      }),
    };
  }),

  decide: onImage('review.decide')
    .input(
      z.object({
        verdict: z.enum(VERDICTS),
        note: z.string().max(LIMITS.noteLength).default(''),
        seenAt: z.date().nullable(),
      }),
    )
    .mutation(({ ctx, input }) => passVerdict(ctx, input)),

  /** What reviewers said, for the editor. */
  remarks: onImage('image.view').query(({ ctx, input }) => reviews.remarks(ctx.db, input.imageId)),

  pin: onImage('review.decide')
    .input(CommentInput)
    .mutation(async ({ ctx, input }) => {
      const { image } = await demandImage(ctx.db, input.imageId);
      if (input.x > image.width || input.y > image.height) {
        throw new DomainError(
          'INVALID_INPUT',
          `x, y: (${input.x}, ${input.y}) lies outside the picture of ${image.width} x ${image.height} pixels.`,
        );
      }
      if (input.maskId && (await masks.placeOf(ctx.db, input.maskId))?.imageId !== image.id) {
        throw new DomainError('NOT_FOUND', 'maskId names no mask of this image.');
      }
      const comment = await reviews.comment(ctx.db, {
        imageId: image.id,
        authorId: ctx.user.id,
        maskId: input.maskId,
        x: input.x,
        y: input.y,
        text: input.text,
      });
      await publish(ctx.db, ctx.projectId, { type: 'review', imageId: image.id });
      return comment;
    }),

  /** One's own pin, until a verdict carried it. */
  unpin: onComment('review.decide').mutation(async ({ ctx, input }) => {
    if (!(await reviews.removeComment(ctx.db, input.commentId, ctx.user.id))) {
      throw new DomainError(
        'INVALID_TRANSITION',
        'Only your own pins can be removed, and only before the verdict.',
      );
    }
    await publish(ctx.db, ctx.projectId, { type: 'review', imageId: ctx.imageId });
  }),

  resolve: onComment('mask.write')
    .input(z.object({ resolved: z.boolean() }))
    .mutation(async ({ ctx, input }) => {
      if (await reviews.setResolved(ctx.db, input.commentId, input.resolved)) {
        await publish(ctx.db, ctx.projectId, { type: 'review', imageId: ctx.imageId });
      }
    }),
});
