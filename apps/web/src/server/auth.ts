import 'server-only';
import { accounts, sessions, users } from '@maskloop/db';
import { DomainError, isDomainError } from '@maskloop/domain';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import type { NextAuthOptions } from 'next-auth';
import { getServerSession } from 'next-auth';
import Credentials from 'next-auth/providers/credentials';
import GitHub from 'next-auth/providers/github';
import Google from 'next-auth/providers/google';
import { clientAddress } from './address.ts';
import { passwordMatches } from './password.ts';
import { countFailedSignIn, forgetFailedSignIns, refuseTooManySignIns } from './rate-limit.ts';
import { services } from './services.ts';

/** Seconds after which a person signs in again even when active. */
export const SESSION_SECONDS = 30 * 24 * 3600;

declare module 'next-auth' {
  interface Session {
    sessionId?: string;
  }
}
declare module 'next-auth/jwt' {
  interface JWT {
    /** Session row; the token alone signs nobody in */
    sid?: string;
  }
}

/** Who is asking. */
export type SignedIn = NonNullable<Awaited<ReturnType<typeof sessions.live>>>;

const shared = globalThis as unknown as { __maskloopAuth?: NextAuthOptions };

/** Built on first use: the environment is not there while Next builds. */
export function authOptions(): NextAuthOptions {
  shared.__maskloopAuth ??= build();
  return shared.__maskloopAuth;
}

function build(): NextAuthOptions {
  const { env } = services();
  return {
    secret: env.NEXTAUTH_SECRET,
    session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    providers: [
      Credentials({
        credentials: { email: {}, password: {} },
        authorize: (credentials, request) =>
          signInWithPassword(credentials?.email ?? '', credentials?.password ?? '', request.headers ?? {}),
      }),
      ...outsideProviders(),
    ],
    callbacks: {
      // a provider signs in people an admin has invited; it makes nobody new
      async signIn({ account, profile }) {
        if (!account || account.provider === 'credentials') return true;
        const verified = (profile as { email_verified?: boolean } | undefined)?.email_verified !== false;
        const user = await accounts.findOrLink(services().db, {
          provider: account.provider,
          providerAccountId: account.providerAccountId,
          email: verified ? (profile?.email?.toLowerCase() ?? null) : null,
        });
        return user !== null && user.disabledAt === null;
      },
      async jwt({ token, user, account }) {
        if (!user || !account) return token;
        const { db } = services();
        const userId =
          account.provider === 'credentials'
            ? user.id
            : (
                await accounts.findOrLink(db, {
                  provider: account.provider,
                  providerAccountId: account.providerAccountId,
                  email: null,
                })
              )?.id;
        if (!userId) return {};
        const userAgent = (await headers()).get('user-agent');
        const session = await sessions.create(db, { userId, ttlMs: SESSION_SECONDS * 1000, userAgent });
        return { sid: session.id, sub: userId };
      },
      session({ session, token }) {
        return { expires: session.expires, ...(token.sid ? { sessionId: token.sid } : {}) };
      },
    },
    events: {
      async signOut({ token }) {
        if (!token?.sid || !token.sub) return;
        await sessions.revoke(services().db, { sessionId: token.sid, userId: token.sub });
      },
    },
    logger: {
      error: (code, metadata) => services().log.error({ code, metadata }, 'sign-in failed'),
      warn: (code) => services().log.warn({ code }, 'sign-in'),
      debug: () => {},
    },
  };
}

function outsideProviders(): NextAuthOptions['providers'] {
  const { env } = services();
  const providers: NextAuthOptions['providers'] = [];
  if (env.GITHUB_ID && env.GITHUB_SECRET) {
    providers.push(GitHub({ clientId: env.GITHUB_ID, clientSecret: env.GITHUB_SECRET }));
  }
  if (env.GOOGLE_CLIENT_ID && env.GOOGLE_CLIENT_SECRET) {
    providers.push(Google({ clientId: env.GOOGLE_CLIENT_ID, clientSecret: env.GOOGLE_CLIENT_SECRET }));
  }
  if (env.OIDC_ISSUER && env.OIDC_CLIENT_ID && env.OIDC_CLIENT_SECRET) {
    providers.push({
      id: 'oidc',
      name: 'OpenID Connect',
      type: 'oauth',
      wellKnown: `${env.OIDC_ISSUER.replace(/\/$/, '')}/.well-known/openid-configuration`,
      clientId: env.OIDC_CLIENT_ID,
      clientSecret: env.OIDC_CLIENT_SECRET,
      authorization: { params: { scope: 'openid email profile' } },
      idToken: true,
      checks: ['pkce', 'state'],
      profile: (profile: { sub: string; email?: string; name?: string }) => ({
        id: profile.sub,
        email: profile.email ?? null,
        name: profile.name ?? null,
      }),
    });
  }
  return providers;
}

/**
 * @param headers plain object, lower-case names, as next-auth hands them over
 * @returns null for a wrong e-mail, a wrong password and a disabled account alike
 * @throws Error whose message the sign-in page shows when attempts are used up
 */
async function signInWithPassword(
  email: string,
  password: string,
  headers: Record<string, string | undefined>,
): Promise<{ id: string } | null> {
  const { db, env } = services();
  const account = email.trim().toLowerCase();
  const address = clientAddress({ get: (name) => headers[name] ?? null }, env.TRUST_PROXY);
  try {
    await refuseTooManySignIns(account, address);
  } catch (error) {
    // next-auth hands the message of an Error to the page and nothing else
    if (isDomainError(error)) throw new Error(`TOO_MANY_REQUESTS:${error.details.seconds}`);
    throw error;
  }
  const user = await users.byEmail(db, account);
  const matches = await passwordMatches(user?.passwordHash ?? null, password);
  if (!user || !matches || user.disabledAt) {
    await countFailedSignIn(account, address);
    return null;
  }
  await forgetFailedSignIns(account);
  return { id: user.id };
}

/** The person behind this request's cookie; null when there is none, the session ended or they are disabled. */
export async function getSession(): Promise<SignedIn | null> {
  const session = await getServerSession(authOptions());
  if (!session?.sessionId) return null;
  const live = await sessions.live(services().db, session.sessionId);
  if (live) await users.visit(services().db, live.user.id);
  return live;
}

/** For pages: sends strangers to the sign-in page and back afterwards. */
export async function requireSession(callbackUrl: string): Promise<SignedIn> {
  const session = await getSession();
  if (!session) redirect(`/sign-in?callbackUrl=${encodeURIComponent(callbackUrl)}`);
  return session;
}

/** For route handlers. @throws DomainError UNAUTHENTICATED */
export async function demandSession(): Promise<SignedIn> {
  const session = await getSession();
  if (!session) throw new DomainError('UNAUTHENTICATED', 'Sign in first.');
  return session;
}
