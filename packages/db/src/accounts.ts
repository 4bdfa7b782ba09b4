import type { Db } from './client.ts';

/**
 * The person behind a sign-in provider's account. An account that is not known yet is linked to the person with
 * its e-mail address; it makes nobody new.
 * @param email as the provider verified it, lower case; null: look known accounts up only
 */
export async function findOrLink(
  db: Db,
  account: { readonly provider: string; readonly providerAccountId: string; readonly email: string | null },
): Promise<{ id: string; disabledAt: Date | null } | null> {
  const { provider, providerAccountId, email } = account;
  const known = await db.account.findUnique({
    where: { provider_providerAccountId: { provider, providerAccountId } },
    select: { user: { select: { id: true, disabledAt: true } } },
  });
  if (known) return known.user;
  const user = email
    ? await db.user.findUnique({ where: { email }, select: { id: true, disabledAt: true } })
    : null;
  if (user) await db.account.create({ data: { provider, providerAccountId, userId: user.id } });
  return user;
}
