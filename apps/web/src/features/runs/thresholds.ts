import type { RunParameters, RunProposal } from '@maskloop/domain';

/** The two scores a run keeps proposals by, 0..1. */
export type Thresholds = Pick<RunParameters, 'predIouThresh' | 'stabilityScoreThresh'>;

export type Scores = Pick<RunProposal, 'predictedIou' | 'stability'>;

/**
 * Whether a run with these thresholds keeps a proposal that a dry run made: predicted IoU above, stability at least,
 * as the generator compares them. A stability that cannot be measured counts as 0.
 */
export function keeps({ predIouThresh, stabilityScoreThresh }: Thresholds, proposal: Scores): boolean {
  return proposal.predictedIou > predIouThresh && (proposal.stability ?? 0) >= stabilityScoreThresh;
}

export interface Bin {
  /** lower end, 0..1 */
  readonly from: number;
  /** kept and dropped by both thresholds together */
  readonly kept: number;
  readonly dropped: number;
}

/** How one score is spread between `from` and 1, and what of it the thresholds keep. Scores outside go to the ends. */
export function histogram(
  proposals: readonly Scores[],
  score: keyof Scores,
  thresholds: Thresholds,
  { from, bins }: { from: number; bins: number },
): Bin[] {
  const kept = new Array<number>(bins).fill(0);
  const dropped = new Array<number>(bins).fill(0);
  const width = Math.max(1 - from, 1e-9) / bins;
  for (const proposal of proposals) {
    const at = Math.floor(((proposal[score] ?? 0) - from) / width);
    const bin = Math.min(bins - 1, Math.max(0, at));
    const side = keeps(thresholds, proposal) ? kept : dropped;
    side[bin] = (side[bin] ?? 0) + 1;
  }
  return kept.map((count, bin) => ({ from: from + bin * width, kept: count, dropped: dropped[bin] ?? 0 }));
}
