import { assignments, classes, images, masks, projects } from '@maskloop/db';
import { canSeeProposal, DomainError, LIMITS, MaskOperation } from '@maskloop/domain';
import { z } from 'zod';
import { onImage, onMask, onRevision, router } from '../trpc.ts';
import { applyOperations } from '../usecases/apply-operations.ts';

export const maskRouter = router({
  load: onImage('mask.view').query(async ({ ctx, input }) => {
    const [all, labelClasses, project] = await Promise.all([
      masks.forEditor(ctx.db, input.imageId),
      classes.list(ctx.db, ctx.projectId, { withDeleted: true }),
      projects.get(ctx.db, ctx.projectId),
    ]);
    // ST1: what a model proposes is shown as the stage and the project's thresholds say
    const shown = all.filter(
      (mask) => mask.head.origin !== 'proposed' || canSeeProposal(project.stage, mask.head, project),
    );
    return { masks: shown, classes: labelClasses, serverTime: new Date() };
  }),

  /** SV1: saving. Repeating it changes nothing. */
  apply: onImage('mask.write')
    .meta({ audit: false })
    .input(
      z.object({
        tabId: z.string().max(64).nullable().default(null),
        operations: z.array(MaskOperation).min(1).max(LIMITS.operationsPerRequest),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const [image, project] = await Promise.all([
        images.get(ctx.db, input.imageId),
        projects.get(ctx.db, ctx.projectId),
      ]);
      // AS5: late work of somebody who had the image before is taken in; anybody else has to wait
      const standing = await assignments.standing(ctx.db, input.imageId, ctx.user.id);
      if (standing.holder && standing.holder.id !== ctx.user.id && !standing.hadLease) {
        throw new DomainError('LEASE_HELD', `${standing.holder.name} is labeling this image.`, {
          holderId: standing.holder.id,
        });
      }
      const answers = await applyOperations(
        ctx.db,
        {
          image,
          projectId: ctx.projectId,
          stage: image.stage ?? project.stage,
          userId: ctx.user.id,
          role: ctx.role,
          tabId: input.tabId,
        },
        input.operations,
      );
      return { answers };
    }),

  history: onMask('mask.view').query(({ ctx, input }) => masks.history(ctx.db, input.maskId)),

  revision: onRevision('mask.view').query(({ ctx, input }) => masks.revision(ctx.db, input.revisionId)),
});
