/** What next-auth says when a sign-in fails, as the page shows it. */
export type SignInFailure =
  | { readonly kind: 'credentials' | 'denied' | 'session' | 'other' }
  | { readonly kind: 'wait'; readonly seconds: number };

/** @param error the `error` of next-auth's answer or of the sign-in page's address */
export function readSignInFailure(error: string): SignInFailure {
  const wait = /^TOO_MANY_REQUESTS:(\d+)$/.exec(error);
  if (wait) return { kind: 'wait', seconds: Number(wait[1]) };
  switch (error) {
    case 'CredentialsSignin':
      return { kind: 'credentials' };
    case 'AccessDenied':
    case 'OAuthAccountNotLinked':
      return { kind: 'denied' };
    case 'SessionRequired':
      return { kind: 'session' };
    default:
      return { kind: 'other' };
  }
}

/**
 * Where to go after sign-in: a path of this site, never another origin.
 * @param wanted `callbackUrl` of the address, which anybody can write
 */
export function safeCallback(wanted: string | null | undefined): string {
  if (!wanted) return '/';
  try {
    const url = new URL(wanted, 'http://this.invalid');
    if (url.origin !== 'http://this.invalid') return '/';
    return `${url.pathname}${url.search}${url.hash}`;
  } catch {
    return '/';
  }
}
