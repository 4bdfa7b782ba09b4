import 'server-only';
import { type Db, images, models } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';

/** @throws DomainError NOT_FOUND for an image that was deleted since its role check */
export async function demandImage(db: Db, imageId: string): Promise<images.ImageForEditor> {
  const image = await images.forEditor(db, imageId);
  if (!image) throw new DomainError('NOT_FOUND', 'There is no such image.');
  return image;
}

/** @throws DomainError INVALID_TRANSITION for a project without an active model version */
export async function demandActiveModel(db: Db, projectId: string): Promise<models.ModelVersion> {
  const model = await models.activeOf(db, projectId);
  if (model) return model;
  throw new DomainError(
    'INVALID_TRANSITION',
    'The project has no model version: choose one in its settings.',
  );
}
