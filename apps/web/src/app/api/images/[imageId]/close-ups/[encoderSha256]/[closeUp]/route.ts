import { closeUps, images } from '@maskloop/db';
import { DomainError, parseCloseUp } from '@maskloop/domain';
import { onProjectRoute, uuidOrNotFound } from '@/server/route.ts';
import { sendBlob } from '@/server/send-blob.ts';

export const dynamic = 'force-dynamic';

/** The encoder's output for a part of a picture as raw safetensors bytes; the last part of the address is closeUpName. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ imageId: string; encoderSha256: string; closeUp: string }> },
): Promise<Response> {
  const { imageId, encoderSha256, closeUp: name } = await params;
  return onProjectRoute(
    'image.view',
    'image',
    ({ db }) => images.projectOf(db, uuidOrNotFound(imageId, 'image')),
    async ({ db, store }) => {
      const image = await images.forBlob(db, imageId);
      if (!image) throw new DomainError('NOT_FOUND', 'There is no such image.');
      const closeUp = parseCloseUp(name);
      if (!closeUp) throw new DomainError('NOT_FOUND', 'There is no such close-up.');
      const stored = await closeUps.find(db, { imageSha256: image.sha256, encoderSha256, closeUp });
      if (!stored) throw new DomainError('EMBEDDING_MISSING', 'This close-up is not encoded yet.');
      return sendBlob(store, request, stored.storageKey, { type: 'application/octet-stream' });
    },
  );
}
