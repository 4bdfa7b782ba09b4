import 'server-only';
import { type Db, type DbClient, type Export, exports as exportRows } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';
import { publish } from '@maskloop/jobs';
import type { ObjectStore } from '@maskloop/storage';
import { cancelJob } from './control-job.ts';

interface ExportContext {
  readonly db: DbClient;
  readonly user: { readonly id: string };
  readonly projectId: string;
}

/** @throws DomainError NOT_FOUND when the export is gone or not built */
export async function demandBuilt(db: Db, exportId: string): Promise<Export & { storageKey: string }> {
  const built = await exportRows.get(db, exportId);
  if (!built?.storageKey) throw new DomainError('NOT_FOUND', 'This export is not built (yet).');
  return { ...built, storageKey: built.storageKey };
}

/** Stops a build; one that runs ends at its next picture. @throws DomainError INVALID_TRANSITION when it has ended */
export async function cancelExport(context: ExportContext, exportId: string): Promise<void> {
  const { db, projectId } = context;
  const row = await exportRows.get(db, exportId);
  if (!row?.jobId) throw new DomainError('INVALID_TRANSITION', 'This export is finished already.');
  await cancelJob(context, row.jobId);
  await publish(db, projectId, { type: 'export', exportId, state: 'cancelled', progress: 0 });
}

/** Removes an export with its file; the same file can be made again. @throws DomainError INVALID_TRANSITION while it is built */
export async function removeExport(
  { db, store }: { readonly db: DbClient; readonly store: ObjectStore },
  exportId: string,
): Promise<void> {
  const removed = await exportRows.remove(db, exportId);
  if (removed === null) {
    throw new DomainError('INVALID_TRANSITION', 'Cancel the export first: it is still being built.');
  }
  if (removed.storageKey !== null) await store.remove(removed.storageKey);
}
