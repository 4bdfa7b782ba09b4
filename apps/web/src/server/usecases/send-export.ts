import 'server-only';
import { datasets, exports as exportRows } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';
import { sendBlob } from '../send-blob.ts';
import type { Services } from '../services.ts';

/** A finished export's archive. @throws DomainError NOT_FOUND */
export async function sendExport(
  { db, store }: Pick<Services, 'db' | 'store'>,
  request: Request,
  exportId: string,
): Promise<Response> {
  const built = await exportRows.get(db, exportId);
  if (!built?.storageKey) throw new DomainError('NOT_FOUND', 'This export is not built (yet).');
  const version = await datasets.get(db, built.datasetVersionId);
  return sendBlob(store, request, built.storageKey, {
    type: 'application/zip',
    fileName: `${version?.name ?? 'dataset'}-v${version?.number ?? 0}-${built.format}.zip`,
  });
}
