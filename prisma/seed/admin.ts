import { randomBytes } from 'node:crypto';
import { type Db, inTransaction, users } from '@maskloop/db';
import { hash } from '@node-rs/argon2';

/** What somebody signs in with, told once. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** 120 random bits in letters and digits that survive copying; never a password that is the same twice. */
export function randomPassword(): string {
  return randomBytes(15).toString('base64url');
}

/** argon2id, as the web server's sign-in checks it. */
export const hashed = (password: string): Promise<string> => hash(password);

/** @returns null when there are users already, whoever they are */
export async function createFirstAdmin(db: Db): Promise<Credentials | null> {
  const email = 'admin@maskloop.local';
  const password = randomPassword();
  const passwordHash = await hashed(password);
  const made = await inTransaction(db, async (tx) => {
    // two starts at once: one makes the admin, the other waits and finds it
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('maskloop.first-admin'))`;
    if ((await users.count(tx)) > 0) return false;
    await users.create(tx, { email, name: 'Admin', isAdmin: true, passwordHash });
    return true;
  });
  return made ? { email, password } : null;
}
