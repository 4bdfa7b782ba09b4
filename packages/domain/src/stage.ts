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

/** ST1: what of a model's proposals an annotator is shown. Thresholds and scores are 0..1. */
export function canSeeProposal(
  stage: Stage,
  proposal: { readonly predictedIou: number | null; readonly stability: number | null },
  thresholds: { readonly confidentIou: number; readonly confidentStability: number },
): boolean {
  switch (STAGE_RULES[stage].proposals) {
    case 'none':
      return false;
    case 'all':
      return true;
    case 'confident':
      return (
        (proposal.predictedIou ?? 0) >= thresholds.confidentIou &&
        (proposal.stability ?? 0) >= thresholds.confidentStability
      );
  }
}

/** ST2: whether a revision may leave in a dataset version that was made in this stage. */
export function isExportable(stage: Stage, origin: Origin): boolean {
  return isHumanVerified(origin) || (origin === 'proposed' && STAGE_RULES[stage].exportsProposals);
}
