import { exports as exportRows } from '@maskloop/db';
import { onProjectRoute, uuidOrNotFound } from '@/server/route.ts';
import { sendExport } from '@/server/usecases/send-export.ts';

export const dynamic = 'force-dynamic';

/** A finished export's archive. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ exportId: string }> },
): Promise<Response> {
  const { exportId } = await params;
  return onProjectRoute(
    'export.download',
    'export',
    async ({ db }) => (await exportRows.get(db, uuidOrNotFound(exportId, 'export')))?.projectId ?? null,
    (context) => sendExport(context, request, exportId),
  );
}
