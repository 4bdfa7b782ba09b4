import { images, inTransaction, proposals, runs } from '@maskloop/db';
import { DUPLICATE_IOU, iouOf, pixelMask, uncertaintyOf } from '@maskloop/domain';
import { type Outcome, type Payload, publish } from '@maskloop/jobs';
import type { JobContext } from '../context.ts';
import { announceRun } from '../run-progress.ts';

const PAGE = 100;

/**
 * RN5: takes away what a run proposed and nobody touched, image by image, and brings back what it had superseded. Goes
 * on where it was stopped: an image that is rolled back is no longer "done".
 */
export async function rollBackRun({ runId }: Payload<'run.rollBack'>, context: JobContext): Promise<Outcome> {
  const { db, signal } = context;
  const run = await runs.row(db, runId);
  if (run === null) return { skipped: 'the run is gone' };
  const { counts } = await runs.tally(db, runId);
  let done = 0;
  for (;;) {
    const imageIds = await proposals.toRollBack(db, runId, PAGE);
    if (imageIds.length === 0) break;
    for (const imageId of imageIds) {
      signal.throwIfAborted();
      await rollBackImage(context, run, imageId);
      context.progress(++done / Math.max(1, counts.done));
    }
  }
  await runs.markCancelled(db, runId);
  await announceRun(context, run);
  return undefined;
}

async function rollBackImage(
  { db }: JobContext,
  run: { readonly id: string; readonly projectId: string; readonly dryRun: boolean },
  imageId: string,
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const { removed, superseded } = await proposals.withdraw(tx, imageId, run.id);
    const back = superseded.length === 0 ? [] : await stillNew(tx, imageId, superseded);
    await proposals.bringBack(tx, back);
    await proposals.markRolledBack(tx, run.id, imageId);
    if (removed + back.length === 0) return;
    const scores = await proposals.liveScores(tx, imageId);
    await proposals.setUncertainty(tx, imageId, scores && uncertaintyOf(scores));
    await publish(tx, run.projectId, { type: 'masks.changed', imageId, byUserId: null, tabId: null });
  });
}

/** RN4 holds for what comes back as well: people may have kept what repeats it. @returns ids of those that do not */
async function stillNew(
  tx: Parameters<typeof proposals.ofPeople>[0],
  imageId: string,
  superseded: Awaited<ReturnType<typeof proposals.ofPeople>>,
): Promise<string[]> {
  const image = await images.forBlob(tx, imageId);
  if (image === null) return superseded.map(({ id }) => id);
  const people = (await proposals.ofPeople(tx, imageId)).map(({ counts }) => pixelMask(counts, image));
  return superseded
    .filter(({ counts }) => {
      const mask = pixelMask(counts, image);
      return people.every((other) => iouOf(mask, other) <= DUPLICATE_IOU);
    })
    .map(({ id }) => id);
}
