import 'server-only';
import { type Db, doubleLabeling } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';

/**
 * DL2: whoever labeled one labeling of an image neither sees nor labels the other before both are compared.
 * @throws DomainError FORBIDDEN
 */
export async function demandOwnLabeling(db: Db, imageIds: readonly string[], userId: string): Promise<void> {
  const [first] = await doubleLabeling.refused(db, imageIds, userId);
  if (!first) return;
  throw new DomainError(
    'FORBIDDEN',
    `"${first.name}" is labeled twice, by two people who do not see each other's masks: who labeled it the one time cannot open the other before both are compared.`,
    { imageId: first.id, userId },
  );
}
