import type { LabellingFigures } from '@maskloop/domain';

/** The figures in the order in which pages show them. */
export const FIGURES = [
  'medianSecondsPerMask',
  'clicksPerMask',
  'masksPerImage',
  'coverage',
  'acceptedShare',
  'meanProposalIou',
  'judged',
  'verifiedMasks',
] as const satisfies readonly (keyof LabellingFigures)[];
export type FigureName = (typeof FIGURES)[number];
