import { apiTokens } from '@maskloop/db';
import { API_TOKEN_PREFIX, ApiTokenInput, DomainError, LIMITS } from '@maskloop/domain';
import { z } from 'zod';
import { hashOfSecret, newSecret } from '../secret.ts';
import { router, signedIn } from '../trpc.ts';

const DAY_MS = 24 * 3_600_000;

/** The signed-in person's tokens for programs. */
export const tokenRouter = router({
  list: signedIn.query(({ ctx }) => apiTokens.list(ctx.db, ctx.user.id)),

  /** @returns the token itself, this once: only its hash is kept (AP2) */
  create: signedIn.input(ApiTokenInput).mutation(async ({ ctx, input }) => {
    const { length } = await apiTokens.list(ctx.db, ctx.user.id);
    if (length >= LIMITS.apiTokens) {
      throw new DomainError(
        'INVALID_INPUT',
        `You have ${length} tokens, and may have ${LIMITS.apiTokens}: revoke one first.`,
        { limit: LIMITS.apiTokens, value: length },
      );
    }
    const secret = `${API_TOKEN_PREFIX}${newSecret()}`;
    const token = await apiTokens.create(ctx.db, {
      userId: ctx.user.id,
      name: input.name,
      hash: hashOfSecret(secret),
      scopes: input.scopes,
      ttlMs: input.days === null ? null : input.days * DAY_MS,
    });
    return { ...token, secret };
  }),

  revoke: signedIn.input(z.object({ tokenId: z.uuid() })).mutation(async ({ ctx, input }) => {
    const ended = await apiTokens.revoke(ctx.db, { id: input.tokenId, userId: ctx.user.id });
    if (!ended) throw new DomainError('NOT_FOUND', 'There is no such token.');
  }),
});
