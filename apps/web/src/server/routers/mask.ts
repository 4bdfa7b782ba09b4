import { classes, lineage, masks, projects } from '@maskloop/db';
import {
  can,
  canSeeProposal,
  DomainError,
  isVeiled,
  LIMITS,
  MaskOperation,
  proposalFloor,
} from '@maskloop/domain';
import { z } from 'zod';
import { onImage, onMask, onRevision, router } from '../trpc.ts';
import { applyOperations } from '../usecases/apply-operations.ts';
import { demandImage } from '../usecases/demand.ts';
import { demandLease } from '../usecases/demand-lease.ts';
import { demandOwnLabeling } from '../usecases/demand-own-labeling.ts';

export const maskRouter = router({
  load: onImage('mask.view').query(async ({ ctx, input }) => {
    // DL2: nobody sees what they are compared with
    await demandOwnLabeling(ctx.db, [input.imageId], ctx.user.id);
    const [all, labelClasses, context, settings] = await Promise.all([
      masks.forEditor(ctx.db, input.imageId),
      classes.list(ctx.db, ctx.projectId),
      demandImage(ctx.db, input.imageId),
      projects.settingsOf(ctx.db, ctx.projectId),
    ]);
    const { stage } = context;
    // ST1: what a model proposes is shown as the stage and the project's thresholds say
    const shown = all.filter(
      (mask) => mask.head.origin !== 'proposed' || canSeeProposal(stage, mask.head, context),
    );
    return {
      masks: shown,
      classes: labelClasses,
      stage,
      // what a person's own thresholds start from: narrower ones hide, they never judge
      floor: proposalFloor(stage, context),
      lint: settings.lint,
      serverTime: new Date(),
    };
  }),

  /** SV1: saving. Repeating it changes nothing. */
  save: onImage('mask.write')
    .meta({ audit: false })
    .input(
      z.object({
        tabId: z.string().max(64).nullable().default(null),
        operations: z.array(MaskOperation).min(1).max(LIMITS.operationsPerRequest),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { image, stage } = await demandImage(ctx.db, input.imageId);
      await demandLease(ctx.db, input.imageId, ctx.user.id);
      const answers = await applyOperations(
        ctx.db,
        {
          image,
          projectId: ctx.projectId,
          stage,
          userId: ctx.user.id,
          tabId: input.tabId,
        },
        input.operations,
      );
      return { answers };
    }),

  history: onMask('mask.view').query(({ ctx, input }) => masks.history(ctx.db, input.maskId)),

  /** Where the mask came from and where it went; versions and exports only for those who may see datasets. */
  lineage: onMask('mask.view').query(async ({ ctx, input }) => {
    const found = await lineage.ofMask(ctx.db, input.maskId);
    if (!found) throw new DomainError('NOT_FOUND', 'There is no such mask.');
    const shown = isVeiled(ctx.role) ? { ...found, planted: null } : found;
    return can(ctx.role, 'dataset.view') ? shown : { ...shown, versions: [] };
  }),

  revision: onRevision('mask.view').query(({ ctx, input }) => masks.revision(ctx.db, input.revisionId)),
});
