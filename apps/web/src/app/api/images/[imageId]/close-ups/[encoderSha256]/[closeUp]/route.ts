import { closeUps } from '@maskloop/db';
import { DomainError, parseCloseUp } from '@maskloop/domain';
import { embeddingRoute } from '@/server/embedding-route.ts';

export const dynamic = 'force-dynamic';

/** The encoder's output for a part of a picture; the last part of the address is closeUpName. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ imageId: string; encoderSha256: string; closeUp: string }> },
): Promise<Response> {
  const { imageId, encoderSha256, closeUp: name } = await params;
  return embeddingRoute(request, imageId, 'close-up', (db, imageSha256) => {
    const closeUp = parseCloseUp(name);
    if (!closeUp) throw new DomainError('NOT_FOUND', 'There is no such close-up.');
    return closeUps.find(db, { imageSha256, encoderSha256, closeUp });
  });
}
