import { type Db, datasets, lint, projects } from '@maskloop/db';
import {
  addToTally,
  type BuildState,
  blockingOf,
  DomainError,
  type JobId,
  type LintTally,
  lintImage,
} from '@maskloop/domain';
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
    check: (tx) => demandSound(tx, version, signal),
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

const IMAGES_AT_A_TIME = 20;

/**
 * LN4: a version with findings that the project's policy blocks is not frozen. Nothing is looked at when none blocks.
 * @throws DomainError INVALID_TRANSITION that names the rules and how many masks break them
 */
async function demandSound(
  tx: Db,
  version: { readonly id: string; readonly projectId: string },
  signal: AbortSignal,
): Promise<void> {
  const { lint: policy } = await projects.settingsOf(tx, version.projectId);
  if (policy.blocking.length === 0) return;
  const subject = { projectId: version.projectId, datasetVersionId: version.id };
  let tally: LintTally = {};
  for (let after: string | null = null; ; ) {
    signal.throwIfAborted();
    const images: lint.LintImage[] = await lint.imagesAfter(tx, subject, after, IMAGES_AT_A_TIME);
    for (const image of images) tally = addToTally(tally, lintImage(image.masks, image, policy));
    const last = images.at(-1);
    if (!last) break;
    after = last.id;
  }
  const blocking = blockingOf(tally, policy);
  if (blocking.length === 0) return;
  const listed = blocking.map(([rule, count]) => `${rule} ${count}`).join(', ');
  throw new DomainError(
    'INVALID_TRANSITION',
    `The project's policy blocks these findings: ${listed}. Check the masks, fix them, and freeze again.`,
    { findings: Object.fromEntries(blocking) },
  );
}
