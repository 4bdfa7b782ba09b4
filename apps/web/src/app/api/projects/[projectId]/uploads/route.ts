import { onProjectRoute, uuidOrNotFound } from '@/server/route.ts';
import { services } from '@/server/services.ts';
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
      return new Response(ndjson(results), {
        headers: { 'Content-Type': 'application/x-ndjson', 'Cache-Control': 'no-store' },
      });
    },
  );
}

function ndjson(values: AsyncIterable<unknown>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = values[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
      } catch (error) {
        services().log.error({ err: error }, 'upload failed');
        const line = { name: '', status: 'refused', code: 'INTERNAL', message: 'The server failed at this.' };
        controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`));
        controller.close();
      }
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
