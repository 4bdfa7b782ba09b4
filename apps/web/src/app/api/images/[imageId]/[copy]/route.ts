import { images } from '@maskloop/db';
import { onProjectRoute, uuidOrNotFound } from '@/server/route.ts';
import { sendPicture } from '@/server/usecases/send-picture.ts';

export const dynamic = 'force-dynamic';

/** A picture's bytes. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ imageId: string; copy: string }> },
): Promise<Response> {
  const { imageId, copy } = await params;
  return onProjectRoute(
    'image.view',
    'image',
    ({ db }) => images.projectOf(db, uuidOrNotFound(imageId, 'image')),
    (context) => sendPicture(context, request, { imageId, copy }),
  );
}
