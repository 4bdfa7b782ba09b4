import 'server-only';
import type { MetricsScope } from '@maskloop/db';
import { DomainError, type FiguresFilter, isVeiled, type Role, sightOf, spanOf } from '@maskloop/domain';

/**
 * AN2: what is measured for somebody who asks.
 * @returns `people`: whether they may see who did what
 * @throws DomainError FORBIDDEN
 */
export function demandSight(
  {
    projectId,
    role,
    user,
  }: { readonly projectId: string; readonly role: Role; readonly user: { readonly id: string } },
  filter: FiguresFilter,
): { readonly scope: MetricsScope; readonly people: boolean } {
  const sight = sightOf(role, user.id, filter.whose);
  if (!sight) {
    throw new DomainError('FORBIDDEN', `whose: the role "${role}" sees only its own figures here.`, { role });
  }
  return {
    scope: { projectId, personId: sight.personId, ...spanOf(filter), veiled: isVeiled(role) },
    people: sight.people,
  };
}
