import 'server-only';
import { type DbClient, exports as exportRows, inTransaction } from '@maskloop/db';
import { type ExportFormat, type GivenOptions, optionsFor } from '@maskloop/domain';
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
