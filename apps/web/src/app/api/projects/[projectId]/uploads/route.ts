import { ndjson } from '@/server/ndjson.ts';
import { onProjectFile } from '@/server/route.ts';
import { receiveUpload } from '@/server/usecases/receive-upload.ts';

export const dynamic = 'force-dynamic';

/**
 * One file (a picture or a ZIP of pictures) as the request's body. Answers one JSON line per picture as it is
 * taken in: `{name, status: 'added' | 'duplicate' | 'refused', imageId?, code?, message?}`.
 */
export async function PUT(
  request: Request,
  { params }: { params: Promise<{ projectId: string }> },
): Promise<Response> {
  const { projectId } = await params;
  return onProjectFile(request, projectId, 'image.upload', async (context, file) =>
    ndjson(await receiveUpload(context, file)),
  );
}
