import 'server-only';
import { type DbClient, datasets, inTransaction } from '@maskloop/db';
import { type DatasetInput, DomainError } from '@maskloop/domain';
import { dispatch, requestJob } from '@maskloop/jobs';

/**
 * Orders a dataset version: it gets its number at once, a job fills it. Its state comes by events.
 * @throws DomainError NOT_FOUND when the filter names a version of another project
 */
export async function freezeDataset(
  context: { readonly db: DbClient; readonly user: { readonly id: string }; readonly projectId: string },
  input: DatasetInput,
): Promise<{ id: string; number: number }> {
  const { projectId, user } = context;
  const { made, jobId } = await inTransaction(context.db, async (tx) => {
    const { sinceVersionId } = input.filter;
    if (sinceVersionId && (await datasets.get(tx, sinceVersionId))?.projectId !== projectId) {
      throw new DomainError('NOT_FOUND', 'sinceVersionId names no dataset version of this project.');
    }
    const { name, notes, filter, splits } = input;
    const made = await datasets.create(tx, { projectId, name, notes, filter, splits, createdById: user.id });
    const job = await requestJob(
      tx,
      'dataset.freeze',
      { datasetVersionId: made.id },
      { projectId, requestedById: user.id },
    );
    return { made, jobId: job.id };
  });
  await dispatch(jobId);
  return made;
}
