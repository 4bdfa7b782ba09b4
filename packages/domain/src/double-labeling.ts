import { z } from 'zod';
import { fnv1a } from './hash.ts';
import type { ImageId, ProjectId } from './ids.ts';

/** More than half would be another way of working. */
export const DOUBLE_LABEL_SHARE_MOST = 0.5;

/** Share of a project's images that two people label, 0..0.5. */
export const DoubleLabelShare = z.number().min(0).max(DOUBLE_LABEL_SHARE_MOST);

/** The job that compares both labelings of an image (DL4). */
export const COMPARE_LABELINGS_JOB = 'labelings.compare';

/**
 * DL1: whether an image is labeled twice, by a hash of project and image: known from the upload on, the same for ever
 * under one share, and a larger share takes the images of a smaller one and more.
 * @param share 0..0.5
 */
export function isLabeledTwice(
  { projectId, imageId }: { readonly projectId: ProjectId; readonly imageId: ImageId },
  share: number,
): boolean {
  return fnv1a(`${projectId}:${imageId}`) / 2 ** 32 < share;
}
