import { ndjson } from '@/server/ndjson.ts';
import { onProjectRoute, uuidOrNotFound } from '@/server/route.ts';
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
  return onProjectRoute(
    'image.upload',
    'project',
    async () => uuidOrNotFound(projectId, 'project'),
    async (context) => {
      const site = request.headers.get('sec-fetch-site');
      if (site !== null && site !== 'same-origin' && site !== 'none') {
        return Response.json(
          { code: 'FORBIDDEN', message: 'Requests from another site are refused.' },
          { status: 403 },
        );
      }
      const name = new URL(request.url).searchParams.get('name') ?? '';
      const results = await receiveUpload(context, { name, body: request.body });
      return ndjson(results);
    },
  );
}
