import type { Db } from './client.ts';
import { isUniqueViolation } from './errors.ts';
import type { User } from './users.ts';
import * as users from './users.ts';

export interface ProviderAccount {
  /** such as "github" */
  readonly provider: string;
  readonly providerAccountId: string;
  /** as the provider verified it; null: link by earlier sign-ins only */
  readonly email: string | null;
}

/**
 * The person a provider's account belongs to: by an earlier sign-in, else by the verified address, which links
 * the two for next time. null: nobody here has it.
 */
export async function findOrLink(db: Db, account: ProviderAccount): Promise<User | null> {
  const { provider, providerAccountId, email } = account;
  const linked = await linkedUser(db, provider, providerAccountId);
  if (linked || email === null) return linked;
  const byAddress = await users.byEmail(db, email);
  if (!byAddress) return null;
  try {
    await db.account.create({
      data: { userId: byAddress.id, provider, providerAccountId },
      select: { id: true },
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return linkedUser(db, provider, providerAccountId); // another sign-in was faster
  }
  const { passwordHash: _, ...user } = byAddress;
  return user;
}

async function linkedUser(db: Db, provider: string, providerAccountId: string): Promise<User | null> {
  const row = await db.account.findUnique({
    where: { provider_providerAccountId: { provider, providerAccountId } },
    select: { userId: true },
  });
  return row && users.byId(db, row.userId);
}
