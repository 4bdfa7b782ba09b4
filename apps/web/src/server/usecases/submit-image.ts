import 'server-only';
import {
  assignments,
  type Db,
  type DbClient,
  doubleLabeling,
  images,
  inTransaction,
  projects,
} from '@maskloop/db';
import { COMPARE_LABELINGS_JOB, DomainError, isLabeledTwice } from '@maskloop/domain';
import { dispatch, publish, requestJob, tellWebhooks } from '@maskloop/jobs';
import { demandImage } from './demand.ts';

interface SubmitContext {
  readonly db: DbClient;
  readonly user: { readonly id: string };
  readonly projectId: string;
}

/**
 * Ends the person's lease by submission. What follows from it is in the same transaction: an image of the share that is
 * labeled twice gets its second labeling (DL1), two finished labelings are compared (DL4), and webhooks are told, but
 * not of second labelings (DL3).
 * @throws DomainError INVALID_TRANSITION, LEASE_HELD
 */
export async function submitImage({ db, user, projectId }: SubmitContext, imageId: string): Promise<void> {
  const { image, stage, secondOfId } = await demandImage(db, imageId);
  if (image.status === 'accepted') {
    throw new DomainError('INVALID_TRANSITION', 'This image was accepted already.');
  }
  const jobIds = await inTransaction(db, async (tx) => {
    if (!(await assignments.submit(tx, imageId, user.id))) {
      throw new DomainError('LEASE_HELD', 'You do not hold this image any more. Open it again to submit it.');
    }
    // ST3: also when it was submitted before, in an earlier stage of the project
    await images.setStatus(tx, imageId, { status: 'submitted', stage, skipReason: null });
    await publish(tx, projectId, { type: 'image.status', imageId, status: 'submitted' });
    if (secondOfId === null) await takeTwice(tx, projectId, imageId);
    const comparison = await requestComparison(tx, projectId, imageId);
    if (secondOfId !== null) return comparison;
    const told = await tellWebhooks(tx, projectId, 'image.submitted', { imageId, userId: user.id });
    return [...comparison, ...told];
  });
  await dispatch(jobIds);
}

/** DL1 */
async function takeTwice(tx: Db, projectId: string, imageId: string): Promise<void> {
  const { doubleLabelShare } = await projects.settingsOf(tx, projectId);
  if (!isLabeledTwice({ projectId, imageId }, doubleLabelShare)) return;
  if (await doubleLabeling.createSecond(tx, imageId)) await publish(tx, projectId, { type: 'assignments' });
}

/** DL4 */
async function requestComparison(tx: Db, projectId: string, submittedId: string) {
  const imageId = await doubleLabeling.readyToCompare(tx, submittedId);
  if (imageId === null) return [];
  return [(await requestJob(tx, COMPARE_LABELINGS_JOB, { imageId }, { projectId, imageId })).id];
}
