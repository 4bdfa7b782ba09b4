import { z } from 'zod';
import { LIMITS } from './limits.ts';
import type { Origin } from './provenance.ts';

/** Where a project stands in the data engine (SAM §4). */
export const STAGES = ['assisted-manual', 'semi-automatic', 'fully-automatic'] as const;
export type Stage = (typeof STAGES)[number];

/** What a gate looks at. */
export const GATE_MEASURES = ['verifiedMasks', 'secondsPerMask', 'acceptedShare', 'correctionIou'] as const;
export type GateMeasure = (typeof GATE_MEASURES)[number];

/**
 * Targets that suggest the next stage; null = not asked. ST4: they only ever suggest, a lead moves at any time.
 *
 * The three measures of quality are taken over the newest `GATE_WINDOW` masks since the project entered its stage.
 */
export const StageGate = z.object({
  /** at least: masks of the whole project that a person made, corrected or accepted */
  verifiedMasks: z.number().int().min(1).max(1_000_000_000).nullable(),
  /** at most: median active seconds on a human-corrected mask */
  secondsPerMask: z.number().min(0.1).max(3600).nullable(),
  /** at least, 0..1: proposals accepted as they are, out of those judged */
  acceptedShare: z.number().min(0).max(1).nullable(),
  /** at least, 0..1: mean IoU of proposals that people corrected with what came of them */
  correctionIou: z.number().min(0).max(1).nullable(),
});
export type StageGate = z.infer<typeof StageGate>;

/** How many of the newest masks the measures of quality are taken over: what was bad a month ago is no reason now. */
export const GATE_WINDOW = 1_000;

interface StageRules {
  /** which proposals the annotator sees */
  readonly proposals: 'none' | 'confident' | 'all';
  /** whether an unjudged proposal may leave in a dataset version */
  readonly exportsProposals: boolean;
  /** as a project has it until its lead changes it; null in the last stage */
  readonly gate: StageGate | null;
  readonly next: Stage | null;
}

export const STAGE_RULES = {
  'assisted-manual': {
    proposals: 'none',
    exportsProposals: false,
    // 14 s: what a mask took at the end of the paper's first stage
    gate: { verifiedMasks: 500, secondsPerMask: 14, acceptedShare: null, correctionIou: null },
    next: 'semi-automatic',
  },
  'semi-automatic': {
    proposals: 'confident',
    exportsProposals: false,
    gate: { verifiedMasks: 5000, secondsPerMask: null, acceptedShare: 0.8, correctionIou: 0.9 },
    next: 'fully-automatic',
  },
  'fully-automatic': { proposals: 'all', exportsProposals: true, gate: null, next: null },
} as const satisfies Record<Stage, StageRules>;

/** A gate for each stage that has a next one. */
export const StageGates = z.object({
  'assisted-manual': StageGate.default(STAGE_RULES['assisted-manual'].gate),
  'semi-automatic': StageGate.default(STAGE_RULES['semi-automatic'].gate),
});
export type StageGates = z.infer<typeof StageGates>;

/** What was measured; null: nothing to measure yet. */
export type GateFigures = Readonly<Record<GateMeasure, number | null>>;

export interface GateCheck {
  readonly measure: GateMeasure;
  readonly target: number;
  readonly value: number | null;
  readonly met: boolean;
  /** how far it got, 0..1; 1 exactly when met */
  readonly share: number;
}

/** The measures that a stage's gate asks for, in order; none in the last stage. */
export function gateChecks(stage: Stage, gates: StageGates, figures: GateFigures): GateCheck[] {
  if (stage === 'fully-automatic') return [];
  const gate = gates[stage];
  return GATE_MEASURES.flatMap((measure) => {
    const target = gate[measure];
    if (target === null) return [];
    const value = figures[measure];
    const met = value !== null && (measure === 'secondsPerMask' ? value <= target : value >= target);
    return [{ measure, target, value, met, share: met ? 1 : shareOf(measure, value, target) }];
  });
}

function shareOf(measure: GateMeasure, value: number | null, target: number): number {
  if (value === null) return 0;
  return measure === 'secondsPerMask' ? target / value : value / target;
}

/** ST4: the stage that is suggested; null unless the gate asks for something and all of it is reached. */
export function suggestedStage(stage: Stage, checks: readonly GateCheck[]): Stage | null {
  return checks.length > 0 && checks.every(({ met }) => met) ? STAGE_RULES[stage].next : null;
}

/** ST5: a move names where the project stands, where it goes and why. */
export const StageMove = z
  .object({
    from: z.enum(STAGES),
    to: z.enum(STAGES),
    reason: z
      .string()
      .trim()
      .min(1, 'reason: say why the project moves')
      .max(LIMITS.noteLength, `reason: at most ${LIMITS.noteLength} characters`),
  })
  .refine(({ from, to }) => from !== to, {
    path: ['to'],
    message: 'to: the project is in this stage already',
  });
export type StageMove = z.infer<typeof StageMove>;

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

/**
 * ST2: whether a revision may leave in a dataset version that was made in this stage. Imported masks may: whoever
 * brought them in vouched for them as labels, not as a model's proposals; EX1 leaves them out unless all are asked for.
 */
export function isExportable(stage: Stage, origin: Origin): boolean {
  return origin !== 'proposed' || STAGE_RULES[stage].exportsProposals;
}
