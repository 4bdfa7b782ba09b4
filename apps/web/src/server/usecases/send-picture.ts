import 'server-only';
import { images } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';
import { blobKeys } from '@maskloop/storage';
import { sendBlob } from '../send-blob.ts';
import type { Services } from '../services.ts';

/**
 * A picture's bytes: `thumbnail`, `display` (oriented, sRGB, at most 4096 px on the long side) or `original`.
 * @throws DomainError NOT_FOUND
 */
export async function sendPicture(
  { db, store }: Pick<Services, 'db' | 'store'>,
  request: Request,
  { imageId, copy }: { readonly imageId: string; readonly copy: string },
): Promise<Response> {
  const image = await images.forBlob(db, imageId);
  if (!image) throw new DomainError('NOT_FOUND', 'There is no such image.');
  if (copy === 'original') {
    return sendBlob(store, request, blobKeys.original(image.sha256), {
      // the browser saves originals, it never shows them: their format may be anything
      type: 'application/octet-stream',
      fileName: image.name,
    });
  }
  if (copy !== 'thumbnail' && copy !== 'display') {
    throw new DomainError('NOT_FOUND', 'There is no such copy of an image.');
  }
  return sendBlob(store, request, blobKeys[copy](image.sha256), {
    type: copy === 'display' ? 'image/jpeg' : 'image/webp',
  });
}
