import { onProjectFile } from '@/server/route.ts';
import { receiveImport } from '@/server/usecases/receive-import.ts';

export const dynamic = 'force-dynamic';

/** A file of labels (one file or a ZIP) as the request's body. Answers `{id}` of the import, which is being looked through. */
export async function PUT(
  request: Request,
  { params }: { params: Promise<{ projectId: string }> },
): Promise<Response> {
  const { projectId } = await params;
  return onProjectFile(request, projectId, 'import.write', async (context, file) =>
    Response.json(await receiveImport(context, file), { status: 201 }),
  );
}
