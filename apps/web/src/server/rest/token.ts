import 'server-only';
import { apiTokens, type LiveToken, users } from '@maskloop/db';
import { API_TOKEN_PREFIX, DomainError } from '@maskloop/domain';
import { RateLimiterPrisma, RateLimiterRes } from 'rate-limiter-flexible';
import { hashOfSecret } from '../secret.ts';
import type { Services } from '../services.ts';

/**
 * AP2: the person behind a request's token.
 * @throws DomainError UNAUTHENTICATED for none, one that is over and one that never was alike
 */
export async function demandToken({ db }: Pick<Services, 'db'>, headers: Headers): Promise<LiveToken> {
  const [scheme, secret = ''] = (headers.get('authorization') ?? '').split(' ');
  const bearer = scheme?.toLowerCase() === 'bearer' && secret.startsWith(API_TOKEN_PREFIX);
  const live = bearer ? await apiTokens.live(db, hashOfSecret(secret)) : null;
  if (!live) {
    throw new DomainError(
      'UNAUTHENTICATED',
      bearer
        ? 'This token is over, revoked or unknown.'
        : 'Send a token as "Authorization: Bearer maskloop_…"; people make them on their account page.',
    );
  }
  await users.touch(db, live.user.id);
  return live;
}

const SECONDS = 60;
const shared = globalThis as unknown as { __maskloopApiLimiter?: RateLimiterPrisma };

/** @throws DomainError TOO_MANY_REQUESTS with the seconds to wait */
export async function refuseTooManyRequests(
  { db, env }: Pick<Services, 'db' | 'env'>,
  tokenId: string,
): Promise<void> {
  const points = env.API_REQUESTS_PER_MINUTE;
  shared.__maskloopApiLimiter ??= new RateLimiterPrisma({
    storeClient: db,
    keyPrefix: 'api-token',
    points,
    duration: SECONDS,
  });
  try {
    await shared.__maskloopApiLimiter.consume(tokenId);
  } catch (spent) {
    if (!(spent instanceof RateLimiterRes)) throw spent;
    const seconds = Math.max(1, Math.ceil(spent.msBeforeNext / 1000));
    throw new DomainError(
      'TOO_MANY_REQUESTS',
      `A token may make ${points} requests in ${SECONDS} s. Try again in ${seconds} s.`,
      { seconds, limit: points },
    );
  }
}
