import { images } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';
import { blobKeys } from '@maskloop/storage';
import { onProjectRoute, uuidOrNotFound } from '@/server/route.ts';
import { sendBlob } from '@/server/send-blob.ts';

export const dynamic = 'force-dynamic';

/** A picture's bytes: `thumbnail`, `display` (oriented, sRGB, at most 4096 px on the long side) or `original`. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ imageId: string; copy: string }> },
): Promise<Response> {
  const { imageId, copy } = await params;
  return onProjectRoute(
    'image.view',
    'image',
    ({ db }) => images.projectOf(db, uuidOrNotFound(imageId, 'image')),
    async ({ db, store }) => {
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
    },
  );
}
