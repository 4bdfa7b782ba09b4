import 'server-only';
import { type Db, images } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';
import { onProjectRoute, uuidOrNotFound } from './route.ts';
import { sendBlob } from './send-blob.ts';

/**
 * Answers with the encoder's output for a picture or a part of it, as raw safetensors bytes.
 * @param find looks it up by the SHA-256 of the picture's bytes
 * @param what it is called where it is not there (EMBEDDING_MISSING)
 */
export function embeddingRoute(
  request: Request,
  imageId: string,
  what: 'image' | 'close-up',
  find: (db: Db, imageSha256: string) => Promise<{ readonly storageKey: string } | null>,
): Promise<Response> {
  return onProjectRoute(
    'image.view',
    'image',
    ({ db }) => images.projectOf(db, uuidOrNotFound(imageId, 'image')),
    async ({ db, store }) => {
      const image = await images.forBlob(db, imageId);
      if (!image) throw new DomainError('NOT_FOUND', 'There is no such image.');
      const stored = await find(db, image.sha256);
      if (!stored) throw new DomainError('EMBEDDING_MISSING', `This ${what} is not encoded yet.`);
      return sendBlob(store, request, stored.storageKey, { type: 'application/octet-stream' });
    },
  );
}
