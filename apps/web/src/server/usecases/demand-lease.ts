import 'server-only';
import { assignments, type Db } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';
import { demandOwnLabeling } from './demand-own-labeling.ts';

/**
 * AS5: late work of somebody who had the image before is taken in; anybody else has to wait.
 * @throws DomainError LEASE_HELD, FORBIDDEN (DL2)
 */
export async function demandLease(db: Db, imageId: string, userId: string): Promise<void> {
  await demandOwnLabeling(db, [imageId], userId);
  const holder = await assignments.holder(db, imageId);
  if (!holder || holder.id === userId) return;
  if (await assignments.hadLease(db, imageId, userId)) return;
  throw new DomainError('LEASE_HELD', `${holder.name} is labeling this image.`, { holderId: holder.id });
}
