import {
  type CloseUp,
  isSameCloseUp,
  type MaskId,
  type PromptRound,
  type PromptTrail,
} from '@maskloop/domain';
import type { Prompt, PromptRequest } from '@maskloop/sam-core';
import type { DecodeResult, PlacedLogits } from './candidates.ts';

/** One question to the decoder and, once it has come, the answer. */
export interface Round {
  readonly prompt: Prompt;
  /** CU3: where it is asked; null: in the whole picture */
  readonly closeUp: CloseUp | null;
  /** the logits shown before went in as well */
  readonly feedback: boolean;
  /** prompts this round brought, each of which Backspace takes back by itself */
  readonly added: number;
  readonly result: DecodeResult | null;
  /** index into the result's candidates */
  readonly candidate: number;
}

/** All prompts for one mask, from the first click to Enter. */
export interface PromptSet {
  /** a saved mask that is being prompted again; null for a new one */
  readonly target: MaskId | null;
  /** the whole that further candidates of this set are parts of */
  readonly parentId: MaskId | null;
  /** logits made from the pixels of a mask that has no prompts to replay */
  readonly seed: PlacedLogits | null;
  readonly rounds: readonly Round[];
}

export const FRESH_SET: PromptSet = { target: null, parentId: null, seed: null, rounds: [] };

/** The logits to draw: those of the newest round with an answer, else the seed. */
export function shownLogits(set: PromptSet): PlacedLogits | null {
  const round = answeredRound(set);
  const chosen = round?.result?.candidates[round.candidate];
  return round && chosen ? { lowRes: chosen.lowRes, closeUp: round.closeUp } : set.seed;
}

/** The chosen candidate of the newest round that has an answer. */
export function answered(set: PromptSet) {
  const round = answeredRound(set);
  return round?.result?.candidates[round.candidate] ?? null;
}

const answeredRound = (set: PromptSet): Round | undefined =>
  set.rounds.findLast((each) => each.result !== null);

/** What to ask the decoder for the newest round. */
export function requestOf(set: PromptSet): PromptRequest {
  const round = set.rounds.at(-1);
  if (round === undefined) throw new Error('a set without rounds asks nothing');
  return { ...round.prompt, maskInput: round.feedback ? (fedBack(set)?.lowRes ?? null) : null };
}

/** What the newest round can feed back: what was shown before it. */
const fedBack = (set: PromptSet): PlacedLogits | null =>
  shownLogits({ ...set, rounds: set.rounds.slice(0, -1) });

/**
 * The set with a newest round that feeds back only what is there, and where it was made (CU3): of a stored trail only
 * the answers are known that were needed, and a round that is asked again without them stands on its own.
 */
export function askable(set: PromptSet): PromptSet {
  const round = set.rounds.at(-1);
  if (!round?.feedback) return set;
  const before = fedBack(set);
  if (before && isSameCloseUp(before.closeUp, round.closeUp)) return set;
  return { ...set, rounds: set.rounds.with(-1, { ...round, feedback: false }) };
}

/**
 * Without the candidates that were not taken, except for the newest round: small enough to keep in the undo stack
 * and in the browser's database.
 */
export function slim(set: PromptSet): PromptSet {
  const rounds = set.rounds.map((round, index): Round => {
    const chosen = round.result?.candidates[round.candidate];
    if (index === set.rounds.length - 1 || chosen === undefined) return round;
    const { closeUp } = round;
    return { ...round, result: { candidates: [chosen], best: 0, closeUp }, candidate: 0 };
  });
  return { ...set, rounds };
}

/** As it is stored: replaying it gives the mask again. Rounds without an answer are not part of it. */
export function trailOf(set: PromptSet): PromptTrail {
  return set.rounds.flatMap(({ prompt, closeUp, feedback, result, candidate }): PromptRound[] => {
    const chosen = result?.candidates[candidate];
    if (chosen === undefined) return [];
    const { points, box } = prompt;
    return [{ points, box, feedback, candidate: chosen.channel, ...(closeUp && { closeUp }) }];
  });
}

/**
 * Stored rounds and the decoder's answers to them, as a set again.
 * @param results one for each round; null where it was not asked again (only the last chain of feedback matters)
 */
export function setFromTrail(
  trail: PromptTrail,
  results: readonly (DecodeResult | null)[],
  target: MaskId | null,
): PromptSet {
  let points = 0;
  let box = false;
  const rounds = trail.map((round, index): Round => {
    const result = results[index] ?? null;
    const added = Math.max(1, round.points.length - points + Number(round.box !== null && !box));
    points = round.points.length;
    box = round.box !== null;
    const candidate = result?.candidates.findIndex((each) => each.channel === round.candidate) ?? 0;
    return {
      prompt: { points: round.points, box: round.box },
      closeUp: round.closeUp ?? null,
      feedback: round.feedback,
      added,
      result,
      candidate: Math.max(0, candidate),
    };
  });
  return { ...FRESH_SET, target, rounds };
}

/** A set as a browser kept it, perhaps before there were close-ups. */
export function storedSet({ seed, rounds, ...set }: PromptSet): PromptSet {
  return {
    ...set,
    seed: seed instanceof Float32Array ? { lowRes: seed, closeUp: null } : seed,
    rounds: rounds.map((round) => ({ ...round, closeUp: round.closeUp ?? null })),
  };
}
