import { z } from 'zod';

/** LN1: what can be wrong with a mask, alone or beside another of its image. */
export const LINT_RULES = [
  'empty',
  'outside',
  'full-image',
  'speck',
  'islands',
  'holes',
  'duplicate',
  'overlap',
] as const;
export type LintRule = (typeof LINT_RULES)[number];

const Pixels = z.number().int().min(0).max(100_000);

/** LN2: a project's limits, and which findings keep a dataset version from being frozen or exported. */
export const LintPolicy = z.object({
  /** parts of a mask with fewer pixels are islands */
  islandPx: Pixels.default(16),
  /** gaps in a mask with fewer pixels are holes */
  holePx: Pixels.default(16),
  /** whole masks with fewer pixels are specks */
  speckPx: Pixels.default(16),
  /** masks of one image with a larger IoU are duplicates */
  duplicateIou: z.number().min(0.5).max(1).default(0.9),
  /** pairs of classes whose masks may share no pixel; a class may stand beside itself */
  apart: z
    .array(z.tuple([z.uuid(), z.uuid()]))
    .max(200)
    .default([]),
  blocking: z.array(z.enum(LINT_RULES)).default([]),
});
export type LintPolicy = z.infer<typeof LintPolicy>;
