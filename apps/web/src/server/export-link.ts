import 'server-only';
import { createHmac, timingSafeEqual } from 'node:crypto';

/** EX13: how long a signed address works. */
const LINK_MS = 60 * 60_000;

export interface SignedLink {
  /** path and query of this site */
  readonly path: string;
  readonly expiresAt: Date;
}

/** EX13: an address of an export's file that whoever has it can use until it expires. */
export function signedLink(secret: string, exportId: string, now = Date.now()): SignedLink {
  const expires = now + LINK_MS;
  const query = new URLSearchParams({
    expires: String(expires),
    signature: signatureOf(secret, exportId, String(expires)),
  });
  return { path: `/api/exports/${exportId}/download?${query}`, expiresAt: new Date(expires) };
}

/** Whether the address was signed here for this export, and is still good. */
export function isSigned(
  secret: string,
  exportId: string,
  { expires, signature, now = Date.now() }: { expires: string; signature: string; now?: number },
): boolean {
  const [given, meant] = [Buffer.from(signature), Buffer.from(signatureOf(secret, exportId, expires))];
  return given.length === meant.length && timingSafeEqual(given, meant) && Number(expires) > now;
}

/** Bound to its purpose: the secret signs sessions as well. */
function signatureOf(secret: string, exportId: string, expires: string): string {
  return createHmac('sha256', secret).update(`export-link\n${exportId}\n${expires}`).digest('base64url');
}
