import 'server-only';
import { hash, verify } from '@node-rs/argon2';

/** argon2id with the library's defaults (19 MiB, 2 passes), which are OWASP's first recommendation. */
export function hashPassword(password: string): Promise<string> {
  return hash(password);
}

// verified when the account does not exist, so that the answer takes as long as for one that does
const NOBODY = hash('a password that nobody has');

/** @param stored PHC string, or null for an account without a password (always false, in the same time) */
export async function passwordMatches(stored: string | null, password: string): Promise<boolean> {
  const matches = await verify(stored ?? (await NOBODY), password);
  return stored !== null && matches;
}
