/** What masks are told apart by on the analytics page. */
export const DIMENSIONS = ['stage', 'class', 'person', 'model', 'week'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** How far back figures look, in days; null: from the beginning. */
export const PERIODS = { all: null, quarter: 91, month: 28, week: 7 } as const;
export type Period = keyof typeof PERIODS;

/**
 * The engine's own figures over a set of masks; null where there is nothing to measure yet (AN1). Removed masks count
 * only where a removal is a judgement; pauses over 20 seconds never were active time.
 */
export interface LabellingFigures {
  /** live masks that a person made, corrected or accepted: what the stage gate counts */
  readonly verifiedMasks: number;
  /** active seconds people spent on a mask over all its revisions; median over live human-corrected masks */
  readonly medianSecondsPerMask: number | null;
  /**
   * prompts a person gave for a mask, mean over the same masks where a model was used. The largest trail among its
   * revisions counts: prompting again continues the earlier trail, and accepting copies it
   */
  readonly clicksPerMask: number | null;
  /** verified masks in a finished (submitted or accepted) image, mean over finished images that have one */
  readonly masksPerImage: number | null;
  /**
   * share of a finished image's pixels under verified masks, mean over the same images. Areas of masks that are no
   * part of another are added up, to 1 at most: where two overlap it counts twice
   */
  readonly coverage: number | null;
  /** proposals that a person accepted, corrected or removed */
  readonly judged: number;
  /** of those, the share accepted as they are */
  readonly acceptedShare: number | null;
  /** mean IoU of judged proposals that were not removed with what people made of them; accepted counts as 1 */
  readonly meanProposalIou: number | null;
}
