import { z } from 'zod';
import type { ClassId, CommentId, ImageId, MaskId, ReviewId, RevisionId, UserId } from './ids.ts';
import type { ImageStatus } from './image.ts';
import { LIMITS } from './limits.ts';
import type { MaskRevisionSummary } from './mask.ts';
import { can, type Role } from './permissions.ts';

export const VERDICTS = ['accepted', 'sent-back'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** RV1: a verdict is passed on a submitted image only, and is the image's status from then on. */
export function statusAfterVerdict(status: ImageStatus, verdict: Verdict): ImageStatus | null {
  return status === 'submitted' ? verdict : null;
}

/** Who asks to pass a verdict, on whose work. */
export interface Judge {
  readonly userId: UserId;
  readonly role: Role;
  /** who submitted the image last; null: nobody knows */
  readonly submitterId: UserId | null;
  /** other people who lead the project or are admins, and can sign in */
  readonly otherLeads: number;
}

/**
 * RV2: nobody judges their own submission, unless they lead and there is nobody else who does: somebody who works
 * alone has to get on.
 */
export function mayJudge({ userId, role, submitterId, otherLeads }: Judge): boolean {
  if (!can(role, 'review.decide')) return false;
  if (submitterId !== userId) return true;
  return (role === 'lead' || role === 'admin') && otherLeads === 0;
}

/** RV3: who is sent work back learns why: by a note, or by a pin that is not resolved. */
export function saysWhy(verdict: Verdict, note: string, openPins: number): boolean {
  return verdict === 'accepted' || note.trim() !== '' || openPins > 0;
}

/** A remark to be pinned on the picture; image pixels. */
export const CommentInput = z.object({
  x: z.number().min(0).max(LIMITS.imageSide),
  y: z.number().min(0).max(LIMITS.imageSide),
  maskId: z.uuid().nullable().default(null),
  text: z.string().trim().min(1).max(LIMITS.commentLength),
});

/** A remark pinned on the picture. */
export interface Comment {
  readonly id: CommentId;
  readonly maskId: MaskId | null;
  /** image pixels */
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly author: { readonly id: UserId; readonly name: string };
  readonly at: Date;
  readonly resolvedAt: Date | null;
  /** the verdict it came with; null: none yet */
  readonly reviewId: ReviewId | null;
}

/** A verdict that was passed. */
export interface PassedReview {
  readonly id: ReviewId;
  readonly verdict: Verdict;
  readonly note: string;
  readonly at: Date;
  readonly reviewer: { readonly id: UserId; readonly name: string };
}

/** What reviewers said about an image, newest verdict first, pins in the order they were set. */
export interface Remarks {
  readonly imageId: ImageId;
  readonly reviews: readonly PassedReview[];
  readonly comments: readonly Comment[];
}

/** A revision's pixels. */
export interface RevisionPixels {
  readonly id: RevisionId;
  /** COCO compressed counts, image size */
  readonly counts: string;
}

/** A mask with what a reviewer compares it with. */
export interface MaskForReview {
  readonly id: MaskId;
  readonly classId: ClassId | null;
  readonly parentId: MaskId | null;
  readonly zIndex: number;
  /** a rejected proposal, or gone since the last verdict */
  readonly removed: boolean;
  readonly head: MaskRevisionSummary;
  /** COCO compressed counts of the head */
  readonly counts: string;
  /** what a model proposed, when it began so */
  readonly proposal: RevisionPixels | null;
  /** what it was at the last verdict; null when there was none, or no such mask yet */
  readonly before: RevisionPixels | null;
  /** what the image's second labeling has in its place (DL5); left out where nobody asked */
  readonly second?: (RevisionPixels & { readonly classId: ClassId | null }) | null;
}
