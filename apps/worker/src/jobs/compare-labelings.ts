import { doubleLabeling } from '@maskloop/db';
import { agreementOf } from '@maskloop/domain';
import type { Outcome, Payload } from '@maskloop/jobs';
import type { JobContext } from '../context.ts';

/** DL4: how far both labelings of an image agree. Asked for again it changes nothing. */
export async function compareLabelings(
  { imageId }: Payload<'labelings.compare'>,
  { db, publish, log }: JobContext,
): Promise<Outcome> {
  const labelings = await doubleLabeling.labelingsOf(db, imageId);
  if (labelings === null) return { skipped: 'the image or its second labeling was deleted' };
  const { projectId, first, second } = labelings;
  const agreement = agreementOf(first.masks, second.masks, labelings);
  await doubleLabeling.keepAgreement(db, imageId, agreement, { firstById: first.by, secondById: second.by });
  await publish(projectId, { type: 'review', imageId });
  log.info({ imageId, matched: agreement.matched, relabelled: agreement.relabelled }, 'labelings compared');
  return undefined;
}
