import { invitations, projects, sessions, users } from '@maskloop/db';
import { canGlobally, DomainError, LIMITS, Name } from '@maskloop/domain';
import { z } from 'zod';
import { hashPassword, passwordMatches } from '../password.ts';
import { publicProcedure, router, signedIn } from '../trpc.ts';

export const Password = z
  .string()
  .min(LIMITS.passwordMinLength, `must have at least ${LIMITS.passwordMinLength} characters`)
  .max(LIMITS.passwordMaxLength);

/** The signed-in person's own things. */
export const meRouter = router({
  get: signedIn.query(async ({ ctx }) => ({
    user: ctx.user,
    sessionExpiresAt: ctx.session.expiresAt,
    canCreateProject: canGlobally(await projects.rolesOf(ctx.db, ctx.user), 'project.create'),
  })),

  update: signedIn
    .input(
      z.object({
        name: Name.optional(),
        locale: z.enum(['en', 'ko']).optional(),
        theme: z.enum(['light', 'dark', 'auto']).optional(),
        hotkeyPreset: z.string().max(40).optional(),
      }),
    )
    .mutation(({ ctx, input }) => users.updatePreferences(ctx.db, ctx.user.id, input)),

  changePassword: signedIn
    .input(z.object({ current: z.string().max(LIMITS.passwordMaxLength), next: Password }))
    .mutation(async ({ ctx, input }) => {
      const stored = await users.findForSignIn(ctx.db, ctx.user.email);
      if (!(await passwordMatches(stored?.passwordHash ?? null, input.current))) {
        throw new DomainError('INVALID_INPUT', 'current: this is not your password.');
      }
      await users.setPassword(ctx.db, ctx.user.id, await hashPassword(input.next));
      // a changed password ends every other session
      await sessions.revokeAll(ctx.db, ctx.user.id, { except: ctx.session.id });
    }),

  sessions: signedIn.query(({ ctx }) => sessions.list(ctx.db, ctx.user.id)),

  revokeSession: signedIn.input(z.object({ sessionId: z.uuid() })).mutation(async ({ ctx, input }) => {
    const own = await sessions.list(ctx.db, ctx.user.id);
    if (!own.some((session) => session.id === input.sessionId)) {
      throw new DomainError('NOT_FOUND', 'There is no such session.');
    }
    await sessions.revoke(ctx.db, input.sessionId);
  }),
});

/** The link by which a person sets a first or a new password. */
export const invitationRouter = router({
  get: publicProcedure.input(z.object({ token: z.string().min(20).max(200) })).query(async ({ ctx, input }) => {
    const invitation = await invitations.findOpen(ctx.db, input.token);
    if (!invitation) throw new DomainError('NOT_FOUND', 'This link was used or is over. Ask for a new one.');
    return { email: invitation.user.email, name: invitation.user.name };
  }),

  accept: publicProcedure
    .input(z.object({ token: z.string().min(20).max(200), password: Password, name: Name.optional() }))
    .mutation(async ({ ctx, input }) => {
      const passwordHash = await hashPassword(input.password);
      const user = await invitations.accept(ctx.db, input.token, { passwordHash, name: input.name ?? null });
      if (!user) throw new DomainError('NOT_FOUND', 'This link was used or is over. Ask for a new one.');
      return { email: user.email };
    }),
});
