import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { datasets, exports as exportRows, inTransaction } from '@maskloop/db';
import { DomainError, optionsFor } from '@maskloop/domain';
import { type Outcome, type Payload, tellWebhooks } from '@maskloop/jobs';
import { blobKeys } from '@maskloop/storage';
import type { JobContext } from '../context.ts';
import { digestOf } from '../digest.ts';
import { buildArchive } from '../export/build-archive.ts';
import { FORMATS } from '../export/formats.ts';

const TELL_MS = 500;

/**
 * Export row → archive in the object store. The archive is made in a folder of its own, read back and compared before
 * it is stored under its final name, so nobody ever sees half of one; built again, it has the same bytes.
 */
export async function buildExport(
  { exportId }: Payload<'export.build'>,
  context: JobContext,
): Promise<Outcome> {
  const { db, store, signal } = context;
  const row = await exportRows.get(db, exportId);
  if (row === null) return { skipped: 'the export was deleted' };
  const { projectId } = row;
  const tell = (state: 'running' | 'done' | 'failed' | 'cancelled', progress: number) =>
    context.publish(projectId, { type: 'export', exportId, state, progress });
  context.whenFailed(async ({ message, cancelled }) => {
    const state = cancelled ? 'cancelled' : 'failed';
    await exportRows.fail(db, exportId, message, state);
    await tell(state, 0);
  });
  if (!(await exportRows.start(db, exportId))) return { skipped: `the export is ${row.state}` };
  const dataset = await datasets.get(db, row.datasetVersionId);
  if (dataset === null) {
    throw new DomainError('NOT_FOUND', 'the dataset version was deleted', { exportId });
  }

  let told = 0;
  const progress = (fraction: number): void => {
    context.progress(fraction);
    if (performance.now() - told < TELL_MS) return;
    told = performance.now();
    void tell('running', fraction);
  };
  const folder = await mkdtemp(path.join(tmpdir(), 'maskloop-export-'));
  try {
    const names = await exportRows.frozenNames(db, dataset.id);
    const built = await buildArchive(
      FORMATS[row.format],
      {
        format: row.format,
        dataset,
        classes: names.classes,
        options: optionsFor(row.format, row.options as object),
      },
      {
        images: (kinds) => exportRows.stream(db, dataset.id, { kinds }),
        roleOf: (userId) => names.roles[userId] ?? null,
        picture: (sha256) => store.get(blobKeys.original(sha256)),
        folder,
        progress,
        signal,
      },
    );
    signal.throwIfAborted();
    const { sha256, bytes } = await digestOf(built.path);
    const storageKey = blobKeys.export(exportId);
    const stored = await store.put(storageKey, createReadStream(built.path), {
      contentType: 'application/zip',
    });
    if (stored.sha256 !== sha256) {
      throw new Error(`the object store holds ${stored.sha256}, the archive is ${sha256}`);
    }
    const { format, datasetVersionId } = row;
    const messages = await inTransaction(db, async (tx) => {
      const done = { storageKey, sha256, bytes, report: built.report };
      if (!(await exportRows.finish(tx, exportId, done))) return null;
      const data = { exportId, datasetVersionId, format, bytes, sha256 };
      return tellWebhooks(tx, projectId, 'export.ready', data);
    });
    if (messages === null) {
      await store.remove(storageKey);
      return { skipped: 'the export was removed' };
    }
    await context.dispatcher.dispatch(messages);
    await tell('done', 1);
    const { images, masks, badCount, readBack } = built.report;
    const different = readBack?.different ?? 0;
    const seconds = Math.round(built.report.seconds);
    context.log.info({ format: row.format, images, masks, badCount, different, bytes, seconds }, 'exported');
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
