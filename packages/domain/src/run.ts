import { AMG_PRESETS, type AmgPreset } from '@maskloop/sam-core';
import { z } from 'zod';
import type { CloseUp } from './close-up.ts';
import type { ClassId, ImageId, ModelVersionId, ProjectId, RunId, UserId } from './ids.ts';
import { IMAGE_STATUSES } from './image.ts';
import { LIMITS } from './limits.ts';
import { Fraction } from './project.ts';
import { RunText, type TextMatch } from './text.ts';

/** What a run makes for each image. Proposing makes the embedding it needs where there is none. */
export const RUN_KINDS = ['encode', 'propose'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

export const RUN_STATES = ['pending', 'running', 'done', 'failed', 'cancelled'] as const;
export type RunState = (typeof RUN_STATES)[number];

export const RUN_ITEM_STATES = ['pending', 'done', 'failed', 'cancelled'] as const;
export type RunItemState = (typeof RUN_ITEM_STATES)[number];

/** How urgent a run is among runs; an image that somebody has open overtakes them all. Name → its jobs' priority. */
export const RUN_PRIORITIES = { high: 50, normal: 100, low: 200 } as const;
export type RunPriority = keyof typeof RUN_PRIORITIES;

/** Which images a run is about; fixed when it begins, so that later uploads are not in it. */
export const RunScope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({
    kind: z.literal('filter'),
    statuses: z.array(z.enum(IMAGE_STATUSES)).min(1).optional(),
    /** whether the image has proposals that nobody has judged */
    hasProposals: z.boolean().optional(),
    /** whether a person made, corrected or accepted a mask in the image */
    hasVerified: z.boolean().optional(),
    /** part of the name, whatever its letter case */
    search: z.string().trim().max(LIMITS.nameLength).optional(),
  }),
  z.object({ kind: z.literal('images'), imageIds: z.array(z.uuid()).min(1).max(LIMITS.imagesPerSelection) }),
]);
export type RunScope = z.infer<typeof RunScope>;

export const RUN_PRESETS = Object.keys(AMG_PRESETS) as [AmgPreset, ...AmgPreset[]];
export type RunPreset = AmgPreset;

/** How a run searches an image: sam-core's AmgOptions as far as a person sets them, within what is sensible. */
export const RunParameters = z.object({
  /** where the values came from */
  preset: z.enum([...RUN_PRESETS, 'custom']),
  pointsPerSide: z.number().int().min(1).max(64),
  /** predicted IoU must be above */
  predIouThresh: Fraction,
  stabilityScoreThresh: Fraction,
  boxNmsThresh: Fraction,
  cropNLayers: z.number().int().min(0).max(2),
  cropNPointsDownscaleFactor: z.number().int().min(1).max(4),
  /** pixels; 0 is off */
  minMaskRegionArea: z.number().int().min(0).max(100_000),
  /** masks that cover this share of the image or more are dropped; 1 is off */
  maxAreaShare: Fraction,
});
export type RunParameters = z.infer<typeof RunParameters>;

export function presetParameters(preset: RunPreset): RunParameters {
  return RunParameters.parse({ preset, ...AMG_PRESETS[preset] });
}

/** The preset that suits a model best, by its family in the manifest. */
export function suggestedPreset(family: string): RunPreset {
  return family === 'maskloop' ? 'embedded' : 'reference';
}

/** Thresholds of a confident proposal that suit a model: those under which it is searched with. */
export function suggestedThresholds(family: string): { confidentIou: number; confidentStability: number } {
  const { predIouThresh, stabilityScoreThresh } = AMG_PRESETS[suggestedPreset(family)];
  return { confidentIou: predIouThresh, confidentStability: stabilityScoreThresh };
}

/** How many images a dry run looks at. */
export const DRY_RUN = { images: 5, mostImages: 20 } as const;

/**
 * A dry run keeps more than was asked for, so that its pictures show what lower thresholds would bring. Duplicates go
 * by falling predicted IoU, so raising that threshold afterwards gives exactly what a run with it gives; for stability
 * it is a close estimate.
 */
export function dryRunParameters(parameters: RunParameters): RunParameters {
  const lower = (threshold: number) => Math.max(Math.min(0.1, threshold), threshold - 0.25);
  return {
    ...parameters,
    predIouThresh: lower(parameters.predIouThresh),
    stabilityScoreThresh: lower(parameters.stabilityScoreThresh),
  };
}

/** What a person gives to order a run. */
export const RunInput = z.object({
  modelVersionId: z.uuid(),
  kinds: z.array(z.enum(RUN_KINDS)).min(1).max(RUN_KINDS.length),
  scope: RunScope,
  parameters: RunParameters,
  /** proposals get classes by these phrases */
  text: RunText.nullable().default(null),
  priority: z.enum(Object.keys(RUN_PRIORITIES) as [RunPriority, ...RunPriority[]]).default('normal'),
  note: z.string().trim().max(LIMITS.noteLength).default(''),
  /** only a sample of the images, whose proposals are shown and do not become masks */
  dryRun: z.boolean().default(false),
  sample: z.number().int().min(1).max(DRY_RUN.mostImages).default(DRY_RUN.images),
  /** the same seed, scope and images give the same sample */
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0),
});
export type RunInput = z.infer<typeof RunInput>;

/** One proposal of a run as it was made, whatever became of it. */
export interface RunProposal {
  /** COCO compressed counts of the image's height x width */
  readonly counts: string;
  /** pixels */
  readonly area: number;
  readonly predictedIou: number;
  /** null for a mask whose stability cannot be measured */
  readonly stability: number | null;
  /** the grid point it was asked at, image pixels */
  readonly point: { readonly x: number; readonly y: number };
  /** the decoder's output channel that was taken, 0..3 */
  readonly candidate: number;
  /** CU3: the crop it was found in; absent: the whole picture */
  readonly closeUp?: CloseUp;
  /** by a text model (TX4) */
  readonly classId?: ClassId | null;
  readonly text?: TextMatch;
}

export interface RunSummary {
  readonly id: RunId;
  readonly projectId: ProjectId;
  readonly model: { readonly id: ModelVersionId; readonly name: string };
  readonly kinds: readonly RunKind[];
  readonly state: RunState;
  readonly parameters: RunParameters;
  readonly scope: RunScope;
  readonly text: RunText | null;
  readonly priority: RunPriority;
  readonly dryRun: boolean;
  readonly note: string;
  readonly startedBy: { readonly id: UserId; readonly name: string };
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  /** images by state; all 0 until the scope has been looked up */
  readonly counts: Readonly<Record<RunItemState, number>>;
  /** proposals made so far */
  readonly proposals: number;
}

export interface RunItem {
  readonly imageId: ImageId;
  readonly imageName: string;
  readonly state: RunItemState;
  readonly error: string | null;
  readonly proposals: number | null;
  /** milliseconds of work on the image */
  readonly ms: number | null;
  readonly updatedAt: Date;
}

export function isRunOver(state: RunState): boolean {
  return state !== 'pending' && state !== 'running';
}

/** RN6: how a run ends once no image of it is left to do. */
export function stateAtEnd(counts: Readonly<Record<RunItemState, number>>): RunState {
  if (counts.done > 0) return 'done';
  return counts.failed > 0 ? 'failed' : 'cancelled';
}

/** IoU above which a proposal repeats a mask that a person has judged or made. */
export const DUPLICATE_IOU = 0.9;

/**
 * RN7: how unsure the model is of an image, 0..1, from the scores of its proposals: one minus the mean of the lower of
 * both scores. An image in which it found nothing is the least sure.
 */
export function uncertaintyOf(
  proposals: readonly { readonly predictedIou: number; readonly stability: number | null }[],
): number {
  if (proposals.length === 0) return 1;
  const sum = proposals.reduce(
    (total, { predictedIou, stability }) =>
      total + Math.min(1, Math.max(0, Math.min(predictedIou, stability ?? 0))),
    0,
  );
  return 1 - sum / proposals.length;
}

/** What became of a run's proposals in another run, matched by the IoU of their masks. */
export interface RunComparison {
  readonly same: number;
  readonly changed: number;
  readonly appeared: number;
  readonly vanished: number;
}

/** IoU from which two runs' proposals are one and the same mask, and from which one is a change of the other. */
export const SAME_IOU = 0.9;
export const CHANGED_IOU = 0.5;
