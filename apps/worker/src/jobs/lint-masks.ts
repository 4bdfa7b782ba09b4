import { inTransaction, lint } from '@maskloop/db';
import { type BuildState, lintImage } from '@maskloop/domain';
import type { Outcome, Payload } from '@maskloop/jobs';
import type { JobContext } from '../context.ts';

const TELL_MS = 500;
const IMAGES_AT_A_TIME = 20;

/**
 * Looks at every mask of a scan's subject and writes what it finds. Findings and the place to go on from are written
 * together, so a scan whose worker was killed goes on where it was and finds nothing twice.
 */
export async function lintMasks({ scanId }: Payload<'masks.lint'>, context: JobContext): Promise<Outcome> {
  const { db, signal } = context;
  const scan = await lint.getScan(db, scanId);
  if (scan === null) return { skipped: 'the scan was deleted' };
  const tell = (state: BuildState, progress: number) =>
    context.publish(scan.projectId, { type: 'lint', scanId, state, progress });
  context.whenFailed(async ({ message, cancelled }) => {
    const state = cancelled ? 'cancelled' : 'failed';
    await lint.failScan(db, scanId, message, state);
    await tell(state, 0);
  });
  const subject: lint.LintSubject = { projectId: scan.projectId, datasetVersionId: scan.datasetVersionId };
  const images = await lint.countImages(db, subject);
  if (!(await lint.startScan(db, scanId, images))) return { skipped: `the scan is ${scan.state}` };

  let { afterImageId, imagesDone, tally } = scan;
  let told = 0;
  for (;;) {
    signal.throwIfAborted();
    const batch = await lint.imagesAfter(db, subject, afterImageId, IMAGES_AT_A_TIME);
    const last = batch.at(-1);
    if (!last) break;
    const looked = batch.map((image) => ({
      id: image.id,
      masks: image.masks.length,
      findings: lintImage(image.masks, image, scan.policy),
    }));
    tally = await inTransaction(db, (tx) => lint.recordFindings(tx, { id: scanId, tally }, looked));
    afterImageId = last.id;
    imagesDone += batch.length;
    const fraction = Math.min(1, imagesDone / Math.max(1, images));
    context.progress(fraction);
    if (performance.now() - told > TELL_MS) {
      told = performance.now();
      void tell('running', fraction);
    }
  }
  await lint.finishScan(db, scanId);
  await tell('done', 1);
  context.log.info({ images: imagesDone, ...tally }, 'masks checked');
  return undefined;
}
