import { datasets, exports as exportRows } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';
import { onProjectRoute, uuidOrNotFound } from '@/server/route.ts';
import { sendBlob } from '@/server/send-blob.ts';

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
    async ({ db, store }) => {
      const built = await exportRows.get(db, exportId);
      if (!built?.storageKey) throw new DomainError('NOT_FOUND', 'This export is not built (yet).');
      const version = await datasets.get(db, built.datasetVersionId);
      return sendBlob(store, request, built.storageKey, {
        type: 'application/zip',
        fileName: `${version?.name ?? 'dataset'}-v${version?.number ?? 0}-${built.format}.zip`,
      });
    },
  );
}
