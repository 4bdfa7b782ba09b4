import { z } from 'zod';
import {
  boxLiesInCloseUp,
  CloseUp,
  closeUpFault,
  closeUpName,
  isSameCloseUp,
  promptFault,
} from './close-up.ts';
import type { ClassId, ImageId, MaskId, ModelVersionId, OperationId, RevisionId, UserId } from './ids.ts';
import { LIMITS } from './limits.ts';
import { Fraction } from './project.ts';
import type { Edit, Origin } from './provenance.ts';
import type { Stage } from './stage.ts';
import type { TextMatch } from './text.ts';

/** Bounding box in image pixels: left, top, width, height. */
export interface MaskBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Its corners; x1 and y1 exclusive. */
export const edgesOf = ({ x, y, width, height }: MaskBox) => ({
  x0: x,
  y0: y,
  x1: x + width,
  y1: y + height,
});

const Coordinate = z.number().min(-100_000).max(200_000);

/** One prompt as it was given to the decoder; image pixels. */
export const PromptRound = z.object({
  points: z
    .array(z.object({ x: Coordinate, y: Coordinate, label: z.enum(['foreground', 'background']) }))
    .max(LIMITS.promptPoints),
  box: z.object({ x0: Coordinate, y0: Coordinate, x1: Coordinate, y1: Coordinate }).nullable(),
  feedback: z.boolean().meta({
    description:
      'whether the low-resolution logits of the round before were fed back; in the first round: the pixels of the mask as it was',
  }),
  /** decoder output channel that was taken */
  candidate: z.number().int().min(0).max(3),
  closeUp: CloseUp.optional().meta({
    description:
      'the part of the image that was encoded by itself and asked in (CU3); left out: the whole image. All coordinates stay pixels of the whole image, and those of the round lie inside; a round that is fed back has the close-up of the round before',
  }),
});
export type PromptRound = z.infer<typeof PromptRound>;

/** All prompts of one revision, in order: replaying them gives the mask again, and training replays them too. */
export const PromptTrail = z.array(PromptRound).max(LIMITS.promptRounds);
export type PromptTrail = z.infer<typeof PromptTrail>;

/** What a trail is compared with. */
export interface TrailPlace {
  /** size of the picture in pixels, after orientation */
  readonly picture: { readonly width: number; readonly height: number };
  /** boxes of all revisions of the mask; none: a new mask */
  readonly earlier: readonly MaskBox[];
}

/**
 * CU1, CU3: what a trail says of close-ups has to be possible in this picture and for this mask.
 * @returns the first fault, with its round, field, limit and value; null: there is none
 */
export function trailFault(trail: PromptTrail, place: TrailPlace): string | null {
  for (const [at, round] of trail.entries()) {
    const before = trail[at - 1];
    const fault =
      (round.closeUp && (closeUpFault(round.closeUp, place.picture) ?? promptFault(round, round.closeUp))) ??
      (round.feedback ? (before ? placeFault(round, before) : seedFault(round, place.earlier)) : null);
    if (fault) return `${at}.${fault}`;
  }
  return null;
}

function placeFault({ closeUp }: PromptRound, before: PromptRound): string | null {
  if (isSameCloseUp(closeUp, before.closeUp)) return null;
  return `closeUp: must be ${placeName(before.closeUp)} as in the round before, whose logits are fed back, got ${placeName(closeUp)}`;
}

/** In the first round it is the mask's own pixels that are fed back: those it had when it was taken up again. */
function seedFault({ closeUp }: PromptRound, earlier: readonly MaskBox[]): string | null {
  if (earlier.length === 0) return 'feedback: must be false in the first round of a new mask, got true';
  if (!closeUp || earlier.some((box) => boxLiesInCloseUp(edgesOf(box), closeUp))) return null;
  return `closeUp: must hold the earlier mask that is fed back as a whole, got ${placeName(closeUp)}`;
}

const placeName = (closeUp: CloseUp | undefined): string =>
  closeUp ? closeUpName(closeUp) : 'the whole picture';

/**
 * What a person gave: points and boxes, however many of them one answer of the decoder was asked for. Taking a point
 * out counts as well: it is a click.
 */
export function countPrompts(trail: PromptTrail): number {
  return trail.reduce((sum, { points, box }, index) => {
    const before = trail[index - 1];
    const boxes = Number(box !== null && JSON.stringify(box) !== JSON.stringify(before?.box ?? null));
    return sum + Math.max(1, points.length - (before?.points.length ?? 0) + boxes);
  }, 0);
}

const Operation = { id: z.uuid(), maskId: z.uuid() };
/** COCO compressed counts; checked against the image's size where the image is known (sam-core parseRle). */
const Counts = z.string().min(1).max(LIMITS.countsLength);

/**
 * What the editor asks the server to do, one change each, with an id made in the browser: sending it again
 * changes nothing (SV1). The server computes the origin; no client states its own (PV4).
 */
export const MaskOperation = z.discriminatedUnion('kind', [
  z.object({
    ...Operation,
    kind: z.literal('revise'),
    /** null: a new mask */
    baseRevisionId: z.uuid().nullable(),
    edit: z.enum(['draw', 'prompt']),
    counts: Counts,
    prompts: PromptTrail.default([]),
    modelVersionId: z.uuid().nullable().default(null),
    predictedIou: z.number().min(-1).max(2).nullable().default(null),
    stability: Fraction.nullable().default(null),
    /** active milliseconds spent, idle time cut */
    activeMs: z.number().int().min(0).max(86_400_000).default(0),
    /** for a new mask */
    classId: z.uuid().nullable().default(null),
    parentId: z.uuid().nullable().default(null),
  }),
  z.object({
    ...Operation,
    kind: z.literal('accept'),
    baseRevisionId: z.uuid(),
    activeMs: z.number().int().min(0).max(86_400_000).default(0),
  }),
  z.object({ ...Operation, kind: z.literal('revert'), baseRevisionId: z.uuid(), toRevisionId: z.uuid() }),
  z.object({ ...Operation, kind: z.literal('setClass'), classId: z.uuid().nullable() }),
  z.object({ ...Operation, kind: z.literal('setParent'), parentId: z.uuid().nullable() }),
  z.object({ ...Operation, kind: z.literal('setOrder'), zIndex: z.number().int().min(-1e6).max(1e6) }),
  z.object({ ...Operation, kind: z.literal('remove') }),
  z.object({ ...Operation, kind: z.literal('restore') }),
]);
/** As sent; `id` is also the id of the revision that `revise`, `accept` and `revert` make. */
export type MaskOperation = z.infer<typeof MaskOperation>;
export type MaskOperationInput = z.input<typeof MaskOperation>;
export type MaskOperationKind = MaskOperation['kind'];

/** What became of an operation. */
export type OperationResult =
  | { readonly status: 'applied'; readonly revision: MaskRevisionSummary | null }
  /** the head had moved: kept as a branch, `head` is what the mask is now (SV2) */
  | { readonly status: 'branched'; readonly revisionId: RevisionId; readonly head: MaskRevisionSummary }
  /** can never be applied; the browser shows why and keeps the person's pixels at hand */
  | { readonly status: 'refused'; readonly code: string; readonly message: string };
export interface OperationAnswer {
  readonly id: OperationId;
  /** true: this id was handled before, and this is the answer it got then */
  readonly repeated: boolean;
  readonly result: OperationResult;
}

/** A revision without its pixels. */
export interface MaskRevisionSummary {
  readonly id: RevisionId;
  readonly seq: number;
  readonly edit: Edit;
  readonly origin: Origin;
  readonly stage: Stage;
  readonly branch: boolean;
  readonly area: number;
  readonly box: MaskBox;
  readonly promptCount: number;
  readonly modelVersionId: ModelVersionId | null;
  readonly predictedIou: number | null;
  readonly stability: number | null;
  /** of a run that gave classes by text; null otherwise */
  readonly text: TextMatch | null;
  readonly iouWithParent: number | null;
  readonly iouWithProposal: number | null;
  readonly activeMs: number;
  readonly author: { readonly id: UserId; readonly name: string } | null;
  readonly createdAt: Date;
}

/** A mask as the editor loads it: identity, class and the head revision with its pixels. */
export interface MaskForEditor {
  readonly id: MaskId;
  readonly imageId: ImageId;
  readonly classId: ClassId | null;
  readonly parentId: MaskId | null;
  readonly zIndex: number;
  readonly stage: Stage;
  readonly head: MaskRevisionSummary;
  /** COCO compressed counts of the head */
  readonly counts: string;
  readonly prompts: PromptTrail;
  /** newest branch that nobody has merged yet */
  readonly branchRevisionId: RevisionId | null;
}
