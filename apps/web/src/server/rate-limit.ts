import 'server-only';
import { DomainError } from '@maskloop/domain';
import { RateLimiterPrisma, RateLimiterRes } from 'rate-limiter-flexible';
import { services } from './services.ts';

/** Failed sign-ins before an account, or an address, has to wait; and for how long they are remembered. */
export const SIGN_IN_LIMITS = {
  account: { points: 10, seconds: 15 * 60 },
  address: { points: 50, seconds: 15 * 60 },
} as const;

type Scope = keyof typeof SIGN_IN_LIMITS;

const shared = globalThis as unknown as { __maskloopSignInLimiters?: Record<Scope, RateLimiterPrisma> };

function limiters(): Record<Scope, RateLimiterPrisma> {
  shared.__maskloopSignInLimiters ??= { account: build('account'), address: build('address') };
  return shared.__maskloopSignInLimiters;
}

function build(scope: Scope): RateLimiterPrisma {
  const { points, seconds } = SIGN_IN_LIMITS[scope];
  return new RateLimiterPrisma({
    storeClient: services().db,
    keyPrefix: `sign-in-${scope}`,
    points,
    duration: seconds,
  });
}

/**
 * Says no before the password is even looked at.
 * @throws DomainError TOO_MANY_REQUESTS with the seconds to wait
 */
export async function refuseTooManySignIns(email: string, address: string | null): Promise<void> {
  const states = await Promise.all([
    limiters().account.get(email),
    address ? limiters().address.get(address) : null,
  ]);
  const spent = states.find(
    (state, i) => state && state.consumedPoints >= SIGN_IN_LIMITS[i === 0 ? 'account' : 'address'].points,
  );
  if (!spent) return;
  const seconds = Math.ceil(spent.msBeforeNext / 1000);
  throw new DomainError('TOO_MANY_REQUESTS', `Too many failed sign-ins. Try again in ${seconds} s.`, {
    seconds,
  });
}

/** Remembers a failed sign-in. */
export async function countFailedSignIn(email: string, address: string | null): Promise<void> {
  const counts = [limiters().account.consume(email)];
  if (address) counts.push(limiters().address.consume(address));
  // consume rejects once the points are spent; that is for the next attempt to find
  for (const outcome of await Promise.allSettled(counts)) {
    if (outcome.status === 'rejected' && !(outcome.reason instanceof RateLimiterRes)) throw outcome.reason;
  }
}

/** A right password clears the account's failures, not the address's. */
export async function forgetFailedSignIns(email: string): Promise<void> {
  await limiters().account.delete(email);
}
