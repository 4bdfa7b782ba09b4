import { inTransaction, invitations, myWork, news, sessions, users } from '@maskloop/db';
import { can, canGlobally, DomainError, LIMITS, type MembershipRole, Name } from '@maskloop/domain';
import { z } from 'zod';
import { hashPassword, passwordMatches } from '../password.ts';
import { hashOfSecret } from '../secret.ts';
import { publicProcedure, router, signedIn } from '../trpc.ts';

export const Password = z
  .string()
  .min(LIMITS.passwordMinLength, `must have at least ${LIMITS.passwordMinLength} characters`)
  .max(LIMITS.passwordMaxLength);

const MEMBER_ROLES: readonly MembershipRole[] = ['lead', 'annotator', 'reviewer'];
/** What the home page shows of each kind at most. */
const SHOWN = 8;
const rolesFor = (action: Parameters<typeof can>[1]) => MEMBER_ROLES.filter((role) => can(role, action));

/** The signed-in person's own things. */
export const meRouter = router({
  get: signedIn.query(async ({ ctx }) => ({
    user: ctx.user,
    sessionExpiresAt: ctx.session.session.expiresAt,
    canCreateProject: canGlobally(await users.rolesOf(ctx.db, ctx.user.id), 'project.create'),
  })),

  /** What there is to do for me. */
  work: signedIn.query(async ({ ctx }) => {
    const [places, sentBack] = await Promise.all([
      myWork.places(ctx.db, ctx.user),
      myWork.sentBack(ctx.db, ctx.user.id, SHOWN),
    ]);
    return { places, sentBack };
  }),

  /** What workers do in the projects whose jobs I may see. */
  machines: signedIn.query(({ ctx }) => {
    return myWork.machines(ctx.db, ctx.user, { roles: rolesFor('job.view'), limit: SHOWN });
  }),

  /** VS2: what happened since my visit before this one. */
  news: signedIn.query(async ({ ctx }) => {
    const at = await news.lastVisitOf(ctx.db, ctx.user.id);
    if (at === null) return { since: null, items: [] };
    const roles = { runs: rolesFor('job.view'), datasets: rolesFor('dataset.view') };
    return { since: at, items: await news.since(ctx.db, ctx.user, { at, limit: SHOWN, ...roles }) };
  }),

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
      const stored = await users.passwordHashOf(ctx.db, ctx.user.id);
      if (!(await passwordMatches(stored, input.current))) {
        throw new DomainError('INVALID_INPUT', 'current: This is not your password.');
      }
      await users.setPassword(ctx.db, ctx.user.id, await hashPassword(input.next));
      // a changed password ends every other session
      await sessions.revokeAllExcept(ctx.db, ctx.user.id, ctx.session.session.id);
    }),

  sessions: signedIn.query(async ({ ctx }) => {
    const all = await sessions.list(ctx.db, ctx.user.id);
    return all.map((session) => ({ ...session, current: session.id === ctx.session.session.id }));
  }),

  revokeSession: signedIn.input(z.object({ sessionId: z.uuid() })).mutation(async ({ ctx, input }) => {
    const ended = await sessions.revoke(ctx.db, { sessionId: input.sessionId, userId: ctx.user.id });
    if (!ended) throw new DomainError('NOT_FOUND', 'There is no such session.');
  }),
});

const Token = z.string().min(20).max(200);
const LINK_IS_OVER = 'This link was used or is over. Ask for a new one.';

/** The link by which a person sets a first or a new password. */
export const invitationRouter = router({
  get: publicProcedure.input(z.object({ token: Token })).query(async ({ ctx, input }) => {
    const invitation = await invitations.open(ctx.db, hashOfSecret(input.token));
    if (!invitation) throw new DomainError('NOT_FOUND', LINK_IS_OVER);
    return { email: invitation.user.email, name: invitation.user.name };
  }),

  accept: publicProcedure
    .input(z.object({ token: Token, password: Password, name: Name.optional() }))
    .mutation(async ({ ctx, input }) => {
      const passwordHash = await hashPassword(input.password);
      return inTransaction(ctx.db, async (tx) => {
        const invitation = await invitations.open(tx, hashOfSecret(input.token));
        if (!invitation || !(await invitations.accept(tx, invitation.id))) {
          throw new DomainError('NOT_FOUND', LINK_IS_OVER);
        }
        const { id, email } = invitation.user;
        await users.setPassword(tx, id, passwordHash);
        if (input.name) await users.updatePreferences(tx, id, { name: input.name });
        // whoever knew the old password is out
        await sessions.revokeAllExcept(tx, id, null);
        return { email };
      });
    }),
});
