import { datasets } from '@maskloop/db';
import type { BuildState, JobId } from '@maskloop/domain';
import { type Outcome, type Payload, tellWebhooks } from '@maskloop/jobs';
import type { JobContext } from '../context.ts';

const TELL_MS = 500;

/** Fills a dataset version and freezes it. EX5: all or nothing, so a build whose worker was killed is made again. */
export async function freezeDataset(
  { datasetVersionId }: Payload<'dataset.freeze'>,
  context: JobContext,
): Promise<Outcome> {
  const { db, signal } = context;
  const version = await datasets.get(db, datasetVersionId);
  if (version === null) return { skipped: 'the dataset version was deleted' };
  const tell = (state: BuildState, progress: number) =>
    context.publish(version.projectId, { type: 'dataset', datasetVersionId, state, progress });
  context.whenFailed(async ({ message, cancelled }) => {
    const state = cancelled ? 'cancelled' : 'failed';
    await datasets.fail(db, datasetVersionId, message, state);
    await tell(state, 0);
  });
  let told = 0;
  let messages: JobId[] = [];
  const built = await datasets.build(db, datasetVersionId, {
    signal,
    frozen: async (tx, { counts, contentSha256 }) => {
      const { number, name, projectId } = version;
      const { masks, images } = counts;
      const data = { datasetVersionId, number, name, masks, images, contentSha256 };
      messages = await tellWebhooks(tx, projectId, 'dataset.frozen', data);
    },
    progress: (fraction) => {
      context.progress(fraction);
      if (performance.now() - told < TELL_MS) return;
      told = performance.now();
      void tell('running', fraction);
    },
  });
  if (built === null) return { skipped: `the dataset version is ${version.state}` };
  await context.dispatcher.dispatch(messages);
  await tell('done', 1);
  context.log.info({ masks: built.counts.masks, images: built.counts.images }, 'frozen');
  return undefined;
}
