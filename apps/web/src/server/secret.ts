import 'server-only';
import { createHash, randomBytes } from 'node:crypto';

/** A secret for a link or a token: 256 bits, safe in an address. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a secret. SHA-256 is enough for 256 random bits: there is nothing to guess. */
export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
