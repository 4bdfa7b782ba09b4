import 'server-only';
import { type Db, images } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';

/** @throws DomainError NOT_FOUND for an image that was deleted since its role check */
export async function demandImage(db: Db, imageId: string): Promise<images.ImageForEditor> {
  const image = await images.forEditor(db, imageId);
  if (!image) throw new DomainError('NOT_FOUND', 'There is no such image.');
  return image;
}
