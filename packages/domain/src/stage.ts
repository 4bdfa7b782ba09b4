import { isHumanVerified, type Origin } from './provenance.ts';

/** Where a project stands in the data engine (SAM §4). */
export const STAGES = ['assisted-manual', 'semi-automatic', 'fully-automatic'] as const;
export type Stage = (typeof STAGES)[number];

/** What must be reached before the next stage is suggested; a lead may move at any time, with a reason. */
export interface StageGate {
  /** masks a person made, corrected or accepted */
  readonly verifiedMasks: number;
  /** mean IoU between proposals and what people made of them, 0..1; 0 = not asked */
  readonly meanProposalIou: number;
}

interface StageRules {
  /** which proposals the annotator sees */
  readonly proposals: 'none' | 'confident' | 'all';
  /** whether an unjudged proposal may leave in a dataset version */
  readonly exportsProposals: boolean;
  readonly gate: StageGate | null;
  readonly next: Stage | null;
}

export const STAGE_RULES: Readonly<Record<Stage, StageRules>> = {
  'assisted-manual': {
    proposals: 'none',
    exportsProposals: false,
    gate: { verifiedMasks: 500, meanProposalIou: 0 },
    next: 'semi-automatic',
  },
  'semi-automatic': {
    proposals: 'confident',
    exportsProposals: false,
    gate: { verifiedMasks: 5000, meanProposalIou: 0.9 },
    next: 'fully-automatic',
  },
  'fully-automatic': { proposals: 'all', exportsProposals: true, gate: null, next: null },
};

/** Scores that a proposal has to reach, each 0..1. */
export interface ProposalFloor {
  readonly predictedIou: number;
  readonly stability: number;
}

/** ST1: what a proposal has to reach in a stage to be shown to annotators; null: none is shown. */
export function proposalFloor(
  stage: Stage,
  thresholds: { readonly confidentIou: number; readonly confidentStability: number },
): ProposalFloor | null {
  switch (STAGE_RULES[stage].proposals) {
    case 'none':
      return null;
    case 'all':
      return { predictedIou: 0, stability: 0 };
    case 'confident':
      return { predictedIou: thresholds.confidentIou, stability: thresholds.confidentStability };
  }
}

/** Whether scores reach a floor: both, and a missing one counts as 0. */
export function reachesFloor(
  proposal: { readonly predictedIou: number | null; readonly stability: number | null },
  floor: ProposalFloor,
): boolean {
  // what a model says of itself is no share: it may lie a little below 0, and "all" means all
  const reaches = (score: number | null, least: number) => least === 0 || (score ?? 0) >= least;
  return reaches(proposal.predictedIou, floor.predictedIou) && reaches(proposal.stability, floor.stability);
}

/** ST1: what of a model's proposals an annotator is shown. Thresholds and scores are 0..1. */
export function canSeeProposal(
  stage: Stage,
  proposal: { readonly predictedIou: number | null; readonly stability: number | null },
  thresholds: { readonly confidentIou: number; readonly confidentStability: number },
): boolean {
  const floor = proposalFloor(stage, thresholds);
  return floor !== null && reachesFloor(proposal, floor);
}

/** ST2: whether a revision may leave in a dataset version that was made in this stage. */
export function isExportable(stage: Stage, origin: Origin): boolean {
  return isHumanVerified(origin) || (origin === 'proposed' && STAGE_RULES[stage].exportsProposals);
}
