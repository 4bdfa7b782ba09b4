import { exports as exportRows } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';
import { sendBlob } from '@/server/send-blob.ts';
import { onProjectRoute, uuidOrNotFound } from '@/server/route.ts';

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
    ({ db }) => exportRows.projectOf(db, uuidOrNotFound(exportId, 'export')),
    async ({ db, store }) => {
      const built = await exportRows.get(db, exportId);
      if (!built?.storageKey) throw new DomainError('NOT_FOUND', 'This export is not built (yet).');
      return sendBlob(store, request, built.storageKey, {
        type: 'application/zip',
        fileName: `${built.datasetName}-v${built.datasetNumber}-${built.format}.zip`,
      });
    },
  );
}
