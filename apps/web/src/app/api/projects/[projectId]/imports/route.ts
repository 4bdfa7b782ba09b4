import { onProjectRoute, uuidOrNotFound } from '@/server/route.ts';
import { receiveImport } from '@/server/usecases/receive-import.ts';

export const dynamic = 'force-dynamic';

/** A file of labels (one file or a ZIP) as the request's body. Answers `{id}` of the import, which is being looked through. */
export async function PUT(
  request: Request,
  { params }: { params: Promise<{ projectId: string }> },
): Promise<Response> {
  const { projectId } = await params;
  return onProjectRoute(
    'import.write',
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
      return Response.json(await receiveImport(context, { name, body: request.body }), { status: 201 });
    },
  );
}
