import 'server-only';
import { assignments, type Db } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';

/**
 * AS5: late work of somebody who had the image before is taken in; anybody else has to wait.
 * @throws DomainError LEASE_HELD
 */
export async function demandLease(db: Db, imageId: string, userId: string): Promise<void> {
  const holder = await assignments.holder(db, imageId);
  if (!holder || holder.id === userId) return;
  if (await assignments.hadLease(db, imageId, userId)) return;
  throw new DomainError('LEASE_HELD', `${holder.name} is labeling this image.`, { holderId: holder.id });
}
