import 'server-only';
import { datasets } from '@maskloop/db';
import { sendBlob } from '../send-blob.ts';
import type { Services } from '../services.ts';
import { demandBuilt } from './control-export.ts';

/** A finished export's archive. @throws DomainError NOT_FOUND */
export async function sendExport(
  { db, store }: Pick<Services, 'db' | 'store'>,
  request: Request,
  exportId: string,
): Promise<Response> {
  const built = await demandBuilt(db, exportId);
  const version = await datasets.get(db, built.datasetVersionId);
  return sendBlob(store, request, built.storageKey, {
    type: 'application/zip',
    fileName: `${version?.name ?? 'dataset'}-v${version?.number ?? 0}-${built.format}.zip`,
  });
}
