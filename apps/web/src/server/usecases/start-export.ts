import 'server-only';
import { type Db, type DbClient, exports as exportRows, inTransaction, lint, projects } from '@maskloop/db';
import { blockingOf, DomainError, type ExportFormat, type GivenOptions, optionsFor } from '@maskloop/domain';
import { dispatch, requestJob } from '@maskloop/jobs';

/** Orders a file of a dataset version. @returns the export's id; its state comes by events */
export async function startExport(
  context: { readonly db: DbClient; readonly user: { readonly id: string }; readonly projectId: string },
  order: {
    readonly datasetVersionId: string;
    readonly format: ExportFormat;
    readonly options: GivenOptions;
  },
): Promise<{ id: string }> {
  const { exportId, jobId } = await inTransaction(context.db, async (tx) => {
    await demandSound(tx, context.projectId, order.datasetVersionId);
    const { id } = await exportRows.create(tx, {
      datasetVersionId: order.datasetVersionId,
      format: order.format,
      options: optionsFor(order.format, order.options),
      createdById: context.user.id,
    });
    const job = await requestJob(
      tx,
      'export.build',
      { exportId: id },
      { projectId: context.projectId, requestedById: context.user.id },
    );
    await exportRows.setJob(tx, id, job.id);
    return { exportId: id, jobId: job.id };
  });
  await dispatch(jobId);
  return { id: exportId };
}

/**
 * LN4: a version whose last check found what the project's policy blocks now does not leave.
 * @throws DomainError INVALID_TRANSITION
 */
async function demandSound(tx: Db, projectId: string, datasetVersionId: string): Promise<void> {
  const scan = await lint.latestScan(tx, { projectId, datasetVersionId }, { done: true });
  if (!scan) return;
  const blocking = blockingOf(scan.tally, (await projects.settingsOf(tx, projectId)).lint);
  if (blocking.length === 0) return;
  const listed = blocking.map(([rule, count]) => `${rule} ${count}`).join(', ');
  throw new DomainError(
    'INVALID_TRANSITION',
    `The project's policy blocks what the check of this version found: ${listed}. Fix the masks and freeze a new version.`,
    { findings: Object.fromEntries(blocking) },
  );
}
