import { type Db, invitations, users } from '@maskloop/db';
import { DomainError, Name } from '@maskloop/domain';
import { z } from 'zod';
import { hashOfSecret, newSecret } from '../secret.ts';
import { globally, router } from '../trpc.ts';

const Email = z.email().max(320).toLowerCase();

/** People, for admins. */
export const userRouter = router({
  list: globally('user.manage').query(({ ctx }) => users.list(ctx.db)),

  create: globally('user.manage')
    .input(z.object({ email: Email, name: Name, isAdmin: z.boolean().default(false) }))
    .mutation(async ({ ctx, input }) => {
      const user = await users.create(ctx.db, input);
      return { id: user.id, user, invitePath: await invite(ctx.db, user.id) };
    }),

  resetPassword: globally('user.manage')
    .input(z.object({ userId: z.uuid() }))
    .mutation(async ({ ctx, input }) => {
      await demandUser(ctx.db, input.userId);
      return { invitePath: await invite(ctx.db, input.userId) };
    }),

  setDisabled: globally('user.manage')
    .input(z.object({ userId: z.uuid(), disabled: z.boolean() }))
    .mutation(async ({ ctx, input }) => {
      if (input.userId === ctx.user.id) {
        throw new DomainError('INVALID_INPUT', 'userId: you cannot disable yourself.');
      }
      await demandUser(ctx.db, input.userId);
      await users.setDisabled(ctx.db, input.userId, input.disabled);
    }),

  setAdmin: globally('user.manage')
    .input(z.object({ userId: z.uuid(), isAdmin: z.boolean() }))
    .mutation(async ({ ctx, input }) => {
      if (input.userId === ctx.user.id && !input.isAdmin) {
        throw new DomainError('INVALID_INPUT', 'userId: another admin has to take this from you.');
      }
      await demandUser(ctx.db, input.userId);
      await users.setAdmin(ctx.db, input.userId, input.isAdmin);
    }),
});

const INVITATION_DAYS = 7;

/** @returns the path of the page where the person sets a password; works once */
async function invite(db: Db, userId: string): Promise<string> {
  const secret = newSecret();
  await invitations.create(db, {
    userId,
    tokenHash: hashOfSecret(secret),
    ttlMs: INVITATION_DAYS * 24 * 3600 * 1000,
  });
  return `/invitation/${secret}`;
}

async function demandUser(db: Db, userId: string): Promise<void> {
  if (!(await users.byId(db, userId))) throw new DomainError('NOT_FOUND', 'There is no such person.');
}
