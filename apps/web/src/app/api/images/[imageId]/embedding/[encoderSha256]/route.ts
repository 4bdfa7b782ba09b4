import { embeddings } from '@maskloop/db';
import { embeddingRoute } from '@/server/embedding-route.ts';

export const dynamic = 'force-dynamic';

/** The encoder's output for a picture; the encoder's hash is in the address. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ imageId: string; encoderSha256: string }> },
): Promise<Response> {
  const { imageId, encoderSha256 } = await params;
  return embeddingRoute(request, imageId, 'image', (db, imageSha256) =>
    embeddings.find(db, { imageSha256, encoderSha256 }),
  );
}
