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
import { COMPARE_LABELINGS_JOB, DomainError, isLabeledTwice, type PlantedTold } from '@maskloop/domain';
import { dispatch, publish, requestJob, tellWebhooks } from '@maskloop/jobs';
import { demandImage } from './demand.ts';
import { settlePlanted } from './settle-planted.ts';

interface SubmitContext {
  readonly db: DbClient;
  readonly user: { readonly id: string };
  readonly projectId: string;
}

/**
 * Ends the person's lease by submission. What follows from it is in the same transaction: planted proposals are settled
 * (PP3), an image of the share that is labeled twice gets its second labeling (DL1), two finished labelings are compared
 * (DL4), and webhooks are told, but not of second labelings (DL3).
 * @returns what the person is told of planted proposals that they judged; null: of none
 * @throws DomainError INVALID_TRANSITION, LEASE_HELD
 */
export async function submitImage(
  { db, user, projectId }: SubmitContext,
  imageId: string,
): Promise<PlantedTold | null> {
  const { image, stage, secondOfId } = await demandImage(db, imageId);
  if (image.status === 'accepted') {
    throw new DomainError('INVALID_TRANSITION', 'This image was accepted already.');
  }
  const { jobIds, planted } = await inTransaction(db, async (tx) => {
    if (!(await assignments.submit(tx, imageId, user.id))) {
      throw new DomainError('LEASE_HELD', 'You do not hold this image any more. Open it again to submit it.');
    }
    // ST3: also when it was submitted before, in an earlier stage of the project
    await images.setStatus(tx, imageId, { status: 'submitted', stage, skipReason: null });
    await publish(tx, projectId, { type: 'image.status', imageId, status: 'submitted' });
    // before both: what was planted is neither copied nor compared
    const planted = await settlePlanted(tx, { projectId, imageId, userId: user.id });
    if (secondOfId === null) await takeTwice(tx, projectId, imageId);
    const comparison = await requestComparison(tx, projectId, imageId);
    if (secondOfId !== null) return { jobIds: comparison, planted };
    const told = await tellWebhooks(tx, projectId, 'image.submitted', { imageId, userId: user.id });
    return { jobIds: [...comparison, ...told], planted };
  });
  await dispatch(jobIds);
  return planted;
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
