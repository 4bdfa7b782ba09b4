import { assignments, type Db, members, projects } from '@maskloop/db';
import { can, DomainError } from '@maskloop/domain';
import { publish } from '@maskloop/jobs';
import { z } from 'zod';
import { inProject, onImage, router, signedIn } from '../trpc.ts';
import { demandOwnLabeling } from '../usecases/demand-own-labeling.ts';
import { submitImage } from '../usecases/submit-image.ts';

const ImageIds = z.object({ imageIds: z.array(z.uuid()).min(1).max(1_000) });

export const assignmentRouter = router({
  /** AS1: atomic; the second of two people is told who was first. */
  claim: onImage('assignment.claim')
    .meta({ audit: false })
    .mutation(async ({ ctx, input }) => {
      await demandOwnLabeling(ctx.db, [input.imageId], ctx.user.id);
      const outcome = await assignments.claim(ctx.db, {
        imageId: input.imageId,
        userId: ctx.user.id,
        leaseMs: leaseMs(ctx.env),
      });
      if (!outcome.held) return outcome;
      await publishHolder(ctx, ctx.projectId, input.imageId, ctx.user.id);
      return { ...outcome, leaseMs: leaseMs(ctx.env) };
    }),

  renew: signedIn
    .meta({ audit: false })
    .input(z.object({ assignmentId: z.uuid() }))
    .mutation(async ({ ctx, input }) => {
      const renewed = await assignments.renew(ctx.db, {
        assignmentId: input.assignmentId,
        userId: ctx.user.id,
        leaseMs: leaseMs(ctx.env),
      });
      if (!renewed) throw new DomainError('INVALID_TRANSITION', 'This lease is over. Open the image again.');
      return { expiresAt: renewed.expiresAt };
    }),

  release: signedIn
    .meta({ audit: false })
    .input(z.object({ assignmentId: z.uuid() }))
    .mutation(async ({ ctx, input }) => {
      const place = await assignments.projectOf(ctx.db, input.assignmentId);
      const imageId = await assignments.release(ctx.db, input.assignmentId, ctx.user.id);
      if (place && imageId) await publishHolder(ctx, place.projectId, imageId, null);
    }),

  submit: onImage('assignment.claim').mutation(async ({ ctx, input }) => {
    const planted = await submitImage(ctx, input.imageId);
    await publishHolder(ctx, ctx.projectId, input.imageId, null);
    return { planted };
  }),

  /** AS6, AS7: takes the image to label next. */
  next: inProject('assignment.claim')
    .meta({ audit: false })
    .input(z.object({ except: z.array(z.uuid()).max(100).default([]) }))
    .mutation(async ({ ctx, input }) => {
      const project = await projects.get(ctx.db, ctx.projectId);
      const taken = await assignments.claimNext(ctx.db, {
        projectId: ctx.projectId,
        userId: ctx.user.id,
        leaseMs: leaseMs(ctx.env),
        statuses: ['open', 'sent-back'],
        // AS6
        order: project?.settings.workOrder ?? 'uncertainty',
        except: input.except,
      });
      return { imageId: taken?.imageId ?? null };
    }),

  /** AS6: gives images to a person, or back to everybody. */
  assign: inProject('assignment.manage')
    .input(ImageIds.extend({ userId: z.uuid().nullable() }))
    .mutation(async ({ ctx, input }) => {
      if (
        input.userId &&
        !can(await members.roleOf(ctx.db, ctx.projectId, input.userId), 'assignment.claim')
      ) {
        throw new DomainError('NOT_FOUND', 'userId names nobody who can label in this project.');
      }
      if (input.userId) await demandOwnLabeling(ctx.db, input.imageIds, input.userId);
      const changed = await assignments.assign(ctx.db, input);
      await publish(ctx.db, ctx.projectId, { type: 'assignments' });
      return { changed };
    }),

  /** Ends the leases of images, whoever holds them; what their editors still send is taken in (AS5). */
  free: inProject('assignment.manage')
    .input(ImageIds)
    .mutation(async ({ ctx, input }) => {
      const freed = await assignments.releaseImages(ctx.db, ctx.projectId, input.imageIds);
      for (const imageId of freed) await publishHolder(ctx, ctx.projectId, imageId, null);
      return { freed: freed.length };
    }),

  workload: inProject('assignment.manage').query(({ ctx }) => assignments.workload(ctx.db, ctx.projectId)),
});

function leaseMs(env: { readonly LEASE_MINUTES: number }): number {
  return env.LEASE_MINUTES * 60_000;
}

function publishHolder(
  ctx: { db: Db },
  projectId: string,
  imageId: string,
  holderId: string | null,
): Promise<void> {
  return publish(ctx.db, projectId, { type: 'lease', imageId, holderId });
}
