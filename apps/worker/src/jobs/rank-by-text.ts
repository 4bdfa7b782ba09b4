import { images, jobs, proposals } from '@maskloop/db';
import type { TextRanking } from '@maskloop/domain';
import type { Outcome, Payload } from '@maskloop/jobs';
import type { JobContext } from '../context.ts';
import { sharesOf } from '../text.ts';

/** TX5: how well a phrase fits each unjudged proposal of an image. Changes no mask; whoever asked reads the job's result. */
export async function rankByText(
  { imageId, textModelId, phrase }: Payload<'text.rank'>,
  context: JobContext,
): Promise<Outcome> {
  const { db, jobId, progress } = context;
  const image = await images.forBlob(db, imageId);
  if (image === null) return { skipped: 'the image was deleted' };
  const found = await proposals.live(db, imageId);
  const shares = await sharesOf(context, {
    textModelId,
    phrases: [phrase],
    masks: found.map(({ counts }) => counts),
    imageSha256: image.sha256,
    onProgress: progress,
  });
  const scores = found.map(({ id }, i) => ({ maskId: id, score: shares[i]?.[0] ?? 0 }));
  await jobs.keepResult(db, jobId, { scores } satisfies TextRanking);
  return undefined;
}
