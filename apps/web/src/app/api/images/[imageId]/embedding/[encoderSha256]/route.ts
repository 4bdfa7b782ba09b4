import { embeddings, images } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';
import { onProjectRoute, uuidOrNotFound } from '@/server/route.ts';
import { sendBlob } from '@/server/send-blob.ts';

export const dynamic = 'force-dynamic';

/** The encoder's output for a picture as raw safetensors bytes; the encoder's hash is in the address. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ imageId: string; encoderSha256: string }> },
): Promise<Response> {
  const { imageId, encoderSha256 } = await params;
  return onProjectRoute(
    'image.view',
    'image',
    ({ db }) => images.projectOf(db, uuidOrNotFound(imageId, 'image')),
    async ({ db, store }) => {
      const image = await images.forBlob(db, imageId);
      if (!image) throw new DomainError('NOT_FOUND', 'There is no such image.');
      const embedding = await embeddings.find(db, { imageSha256: image.sha256, encoderSha256 });
      if (!embedding) throw new DomainError('EMBEDDING_MISSING', 'This image is not encoded yet.');
      return sendBlob(store, request, embedding.storageKey, { type: 'application/octet-stream' });
    },
  );
}
