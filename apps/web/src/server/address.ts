/**
 * The client's address for rate limits and the audit log.
 * @param trustProxy whether X-Forwarded-For is set by a proxy of ours; otherwise clients could choose their own
 */
export function clientAddress(
  headers: { readonly get: (name: string) => string | null },
  trustProxy: boolean,
): string | null {
  if (!trustProxy) return null;
  const forwarded = headers.get('x-forwarded-for')?.split(',').at(-1)?.trim();
  return forwarded || headers.get('x-real-ip');
}
