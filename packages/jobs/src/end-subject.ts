import { type Db, datasets, exports, type JobRow, lint, runs, webhooks } from '@maskloop/db';
import { publish } from './events.ts';
import { JOBS } from './table.ts';

/**
 * Ends what a job was to make, when the job ends and its own handler cannot say so: it never began, or its worker died
 * for good.
 */
export async function endSubject(
  db: Db,
  job: Pick<JobRow, 'name' | 'payload' | 'projectId'>,
  error: string,
  state: 'failed' | 'cancelled' = 'failed',
): Promise<void> {
  if (job.name === 'export.build') {
    const { exportId } = JOBS['export.build'].payload.parse(job.payload);
    await exports.fail(db, exportId, error, state);
  }
  if (job.name === 'masks.lint') {
    const { scanId } = JOBS['masks.lint'].payload.parse(job.payload);
    await lint.failScan(db, scanId, error, state);
  }
  if (job.name === 'dataset.freeze') {
    const { datasetVersionId } = JOBS['dataset.freeze'].payload.parse(job.payload);
    await datasets.fail(db, datasetVersionId, error, state);
  }
  if (job.name === 'webhook.deliver') {
    const { deliveryId } = JOBS['webhook.deliver'].payload.parse(job.payload);
    await webhooks.giveUp(db, deliveryId);
  }
  if (job.name === 'image.closeUp' && job.projectId !== null) {
    const { imageId, closeUp } = JOBS['image.closeUp'].payload.parse(job.payload);
    await publish(db, job.projectId, { type: 'closeUp', imageId, closeUp, state: 'failed' });
  }
  if (job.name === 'run.image') {
    const item = JOBS['run.image'].payload.parse(job.payload);
    await runs.endItem(db, item, { state, error });
  }
}
