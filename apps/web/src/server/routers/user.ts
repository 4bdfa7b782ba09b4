import { invitations, users } from '@maskloop/db';
import { DomainError, Name } from '@maskloop/domain';
import { z } from 'zod';
import { globally, router } from '../trpc.ts';

const Email = z.email().max(320).toLowerCase();

/** People, for admins. */
export const userRouter = router({
  list: globally('user.manage').query(({ ctx }) => users.list(ctx.db)),

  create: globally('user.manage')
    .input(z.object({ email: Email, name: Name, isAdmin: z.boolean().default(false) }))
    .mutation(async ({ ctx, input }) => {
      if (await users.findByEmail(ctx.db, input.email)) {
        throw new DomainError('INVALID_INPUT', `email: ${input.email} has an account already.`);
      }
      const user = await users.create(ctx.db, { ...input, passwordHash: null });
      return { id: user.id, user, invitePath: await invite(ctx.db, user.id) };
    }),

  resetPassword: globally('user.manage')
    .input(z.object({ userId: z.uuid() }))
    .mutation(async ({ ctx, input }) => {
      if (!(await users.find(ctx.db, input.userId))) {
        throw new DomainError('NOT_FOUND', 'There is no such person.');
      }
      return { invitePath: await invite(ctx.db, input.userId) };
    }),

  setDisabled: globally('user.manage')
    .input(z.object({ userId: z.uuid(), disabled: z.boolean() }))
    .mutation(async ({ ctx, input }) => {
      if (input.userId === ctx.user.id) {
        throw new DomainError('INVALID_INPUT', 'userId: you cannot disable yourself.');
      }
      await users.setDisabled(ctx.db, input.userId, input.disabled);
    }),

  setAdmin: globally('user.manage')
    .input(z.object({ userId: z.uuid(), isAdmin: z.boolean() }))
    .mutation(async ({ ctx, input }) => {
      if (input.userId === ctx.user.id && !input.isAdmin) {
        throw new DomainError('INVALID_INPUT', 'userId: another admin has to take this from you.');
      }
      await users.setAdmin(ctx.db, input.userId, input.isAdmin);
    }),
});

/** @returns the path of the page where the person sets a password; valid for a week, once */
async function invite(db: Parameters<typeof invitations.create>[0], userId: string): Promise<string> {
  const token = await invitations.create(db, { userId, days: 7 });
  return `/invitation/${token}`;
}
