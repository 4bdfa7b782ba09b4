import { assignments, events, images, projects } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';
import { z } from 'zod';
import { inProject, onImage, router, signedIn } from '../trpc.ts';

export const assignmentRouter = router({
  /** AS1: atomic; the second of two people is told who was first. */
  claim: onImage('assignment.claim')
    .meta({ audit: false })
    .mutation(async ({ ctx, input }) => {
      const outcome = await assignments.claim(ctx.db, {
        imageId: input.imageId,
        userId: ctx.user.id,
        leaseMinutes: ctx.env.LEASE_MINUTES,
      });
      if (!outcome.held) return outcome;
      await publishHolder(ctx, ctx.projectId, input.imageId, ctx.user.id);
      return { ...outcome, leaseMs: ctx.env.LEASE_MINUTES * 60_000 };
    }),

  renew: signedIn
    .meta({ audit: false })
    .input(z.object({ assignmentId: z.uuid() }))
    .mutation(async ({ ctx, input }) => {
      const expiresAt = await assignments.renew(ctx.db, {
        assignmentId: input.assignmentId,
        userId: ctx.user.id,
        leaseMinutes: ctx.env.LEASE_MINUTES,
      });
      if (!expiresAt) throw new DomainError('INVALID_TRANSITION', 'This lease is over. Open the image again.');
      return { expiresAt };
    }),

  release: signedIn
    .meta({ audit: false })
    .input(z.object({ assignmentId: z.uuid() }))
    .mutation(async ({ ctx, input }) => {
      const released = await assignments.release(ctx.db, input.assignmentId, ctx.user.id);
      if (released) await publishHolder(ctx, released.projectId, released.imageId, null);
    }),

  submit: onImage('assignment.claim').mutation(async ({ ctx, input }) => {
    const [image, project] = await Promise.all([
      images.get(ctx.db, input.imageId),
      projects.get(ctx.db, ctx.projectId),
    ]);
    if (image.status === 'accepted') {
      throw new DomainError('INVALID_TRANSITION', 'This image was accepted already.');
    }
    const submitted = await assignments.submit(ctx.db, {
      imageId: input.imageId,
      userId: ctx.user.id,
      stage: project.stage,
    });
    if (!submitted) {
      throw new DomainError('LEASE_HELD', 'You do not hold this image any more. Open it again to submit it.');
    }
    await events.publish(ctx.db, ctx.projectId, {
      type: 'image.status',
      imageId: input.imageId,
      status: 'submitted',
    });
    await publishHolder(ctx, ctx.projectId, input.imageId, null);
  }),

  /** The image to label next: one the person holds, else the first free one by priority. */
  next: inProject('assignment.claim').query(async ({ ctx }) => ({
    imageId: await assignments.nextImage(ctx.db, ctx.projectId, ctx.user.id),
  })),
});

function publishHolder(
  ctx: { db: Parameters<typeof events.publish>[0] },
  projectId: string,
  imageId: string,
  holderId: string | null,
): Promise<void> {
  return events.publish(ctx.db, projectId, { type: 'lease', imageId, holderId });
}
