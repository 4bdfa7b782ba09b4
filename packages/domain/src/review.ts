import type { ImageStatus } from './image.ts';

export const VERDICTS = ['accepted', 'sent-back'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** RV1: a verdict is passed on a submitted image only, and is the image's status from then on. */
export function statusAfterVerdict(status: ImageStatus, verdict: Verdict): ImageStatus | null {
  return status === 'submitted' ? verdict : null;
}
