import 'server-only';
import { assignments, type Db, type DbClient, images, inTransaction, members, reviews } from '@maskloop/db';
import {
  DomainError,
  mayJudge,
  type Role,
  saysWhy,
  statusAfterVerdict,
  type Verdict,
} from '@maskloop/domain';
import { publish } from '@maskloop/jobs';

export interface VerdictOrder {
  readonly imageId: string;
  readonly verdict: Verdict;
  readonly note: string;
  /** when the masks the reviewer looked at changed last; null: there were none */
  readonly seenAt: Date | null;
}

interface VerdictContext {
  readonly db: DbClient;
  readonly user: { readonly id: string };
  readonly role: Role;
  readonly projectId: string;
}

/**
 * Accepts a submitted image or sends it back; verdict, status, pins and assignee in one transaction.
 * @throws DomainError INVALID_TRANSITION (RV1), FORBIDDEN (RV2), INVALID_INPUT (RV3), LEASE_HELD, REVISION_CONFLICT (RV4)
 */
export async function passVerdict(context: VerdictContext, order: VerdictOrder): Promise<{ id: string }> {
  const { user, role, projectId } = context;
  const { imageId, verdict, note } = order;
  return inTransaction(context.db, async (tx) => {
    // of two verdicts at once, and of a verdict and a submission, one waits for the other here
    const now = await reviews.lockStatus(tx, imageId);
    if (now === null) throw new DomainError('NOT_FOUND', 'There is no such image.');
    // DL3
    if ((await images.forEditor(tx, imageId))?.secondOfId) {
      throw new DomainError('INVALID_TRANSITION', 'A second labeling is compared, not judged.');
    }
    const status = statusAfterVerdict(now, verdict);
    if (status === null) {
      throw new DomainError('INVALID_TRANSITION', `Only a submitted image is judged; this one is "${now}".`);
    }
    const submission = await reviews.submissionOf(tx, imageId);
    const submitterId = submission?.submitter.id ?? null;
    const otherLeads = await reviews.otherLeads(tx, projectId, user.id);
    if (!mayJudge({ userId: user.id, role, submitterId, otherLeads })) {
      throw new DomainError(
        'FORBIDDEN',
        'Nobody judges their own submission: somebody else has to look at it.',
      );
    }
    await demandUnchanged(tx, order);
    if (!saysWhy(verdict, note, await reviews.countOpenComments(tx, imageId))) {
      throw new DomainError('INVALID_INPUT', 'note: say why it goes back, here or by a pin on the picture.', {
        field: 'note',
      });
    }
    const review = await reviews.create(tx, {
      imageId,
      assignmentId: submission?.assignmentId ?? null,
      reviewerId: user.id,
      verdict,
      note: note.trim(),
    });
    await images.setStatus(tx, imageId, { status });
    // RV5; somebody who left the project would never see it
    if (verdict === 'sent-back' && submitterId && (await members.roleOf(tx, projectId, submitterId))) {
      await assignments.assign(tx, { projectId, imageIds: [imageId], userId: submitterId });
    }
    await publish(tx, projectId, { type: 'image.status', imageId, status });
    await publish(tx, projectId, { type: 'review', imageId });
    return review;
  });
}

/** RV4 */
async function demandUnchanged(tx: Db, { imageId, seenAt }: VerdictOrder): Promise<void> {
  const holder = await assignments.holder(tx, imageId);
  if (holder) {
    throw new DomainError('LEASE_HELD', `${holder.name} is labeling this image right now.`, {
      holderId: holder.id,
    });
  }
  const changedAt = await reviews.changedAt(tx, imageId);
  if ((changedAt?.getTime() ?? 0) !== (seenAt?.getTime() ?? 0)) {
    throw new DomainError(
      'REVISION_CONFLICT',
      'The masks of this image changed since you opened it. Look at them again.',
      { imageId },
    );
  }
}
