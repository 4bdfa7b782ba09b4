import { boxLiesInCloseUp, type CloseUp, isSameCloseUp, LIMITS, liesInCloseUp } from '@maskloop/domain';
import type { Point, Prompt, PromptBox, PromptPoint } from '@maskloop/sam-core';
import type { DecodeResult, PlacedLogits } from './candidates.ts';
import { askable, FRESH_SET, type PromptSet, type Round, requestOf, shownLogits } from './prompt-set.ts';
import type { ScreenPoint, Step, ToolContext, ToolEvent } from './types.ts';

/** CSS pixels after which a press is a drag, and within which a click hits a point. */
const DRAG_PX = 5;
const HIT_PX = 9;

/** What the hand on the mouse is doing. */
export type Gesture =
  | { readonly at: 'none' }
  | {
      readonly at: 'pressing';
      readonly start: Point;
      readonly screen: ScreenPoint;
      readonly label: PromptPoint['label'];
      readonly canBox: boolean;
    }
  | { readonly at: 'boxing'; readonly start: Point; readonly end: Point }
  /** Ctrl is held: points are collected and asked together when it is let go */
  | { readonly at: 'grouping'; readonly points: readonly PromptPoint[] };

export interface PromptState {
  readonly gesture: Gesture;
  /** null: nothing prompted yet, the pointer only hovers */
  readonly set: PromptSet | null;
  /** rounds taken back, newest last */
  readonly undone: readonly Round[];
  /** request the newest round waits for */
  readonly waiting: number | null;
  /** Enter came before the answer */
  readonly accepting: { readonly keep: boolean } | null;
  readonly hover: {
    readonly request: number;
    readonly point: Point;
    readonly result: DecodeResult | null;
  } | null;
  readonly nextRequest: number;
  /** requests below belong to a set that is gone; their late answers are no hovers */
  readonly hoverFrom: number;
}

export const PROMPT_START: PromptState = {
  gesture: { at: 'none' },
  set: null,
  undone: [],
  waiting: null,
  accepting: null,
  hover: null,
  nextRequest: 1,
  hoverFrom: 1,
};

/** There are prompts that undo, Backspace and Esc are about. */
export function isPrompting(state: PromptState): boolean {
  return state.set !== null || state.gesture.at === 'grouping';
}

/** Logits to draw, and whether they are only what a click would give. */
export function previewOf(state: PromptState): (PlacedLogits & { hover: boolean }) | null {
  const shown = state.set && shownLogits(state.set);
  if (shown) return { ...shown, hover: false };
  const result = state.set === null ? state.hover?.result : null;
  const best = result?.candidates[result.best];
  return result && best ? { lowRes: best.lowRes, closeUp: result.closeUp, hover: true } : null;
}

/** The prompt tool: hover, clicks, box, refinement, candidates. */
export function stepPrompt(state: PromptState, event: ToolEvent, context: ToolContext): Step<PromptState> {
  switch (event.type) {
    case 'down':
      return press(state, event, context);
    case 'move':
      return move(state, event, context);
    case 'up':
      return release(state, event, context);
    case 'double':
      return [state];
    case 'leave':
      return [state.hover ? { ...state, hover: null } : state];
    case 'mods':
      return event.mods.ctrl ? [state] : endGroup(state, context);
    case 'ready':
      if (state.set?.rounds.at(-1)?.result === null && state.waiting === null) return ask(state);
      return event.at && !state.set && !state.hover?.result ? hover(state, event.at, context) : [state];
    case 'close-up':
      return state.set ? askElsewhere(state, state.set, context) : rehover(state, event.at, context);
    case 'decoded':
      return decoded(state, event.request, event.result);
    case 'failed':
      return [state.waiting === event.request ? { ...state, waiting: null, accepting: null } : state];
    case 'accept':
      return accept(state, event.keep);
    case 'cancel':
      return cancel(state);
    case 'back':
      return back(state);
    case 'redo':
      return redo(state);
    case 'candidate':
      return [withCandidate(state, event.by)];
    case 'load':
      return [{ ...PROMPT_START, nextRequest: state.nextRequest, set: event.set }];
  }
}

function press(
  state: PromptState,
  event: Extract<ToolEvent, { type: 'down' }>,
  { readOnly }: ToolContext,
): Step<PromptState> {
  if (readOnly || state.gesture.at === 'boxing') return [state];
  const label = event.button === 'right' || event.mods.shift ? 'background' : 'foreground';
  const point = { x: event.point.x, y: event.point.y, label } as const;
  if (event.mods.ctrl || state.gesture.at === 'grouping') {
    const before = state.gesture.at === 'grouping' ? state.gesture.points : [];
    return [{ ...state, hover: null, gesture: { at: 'grouping', points: [...before, point] } }];
  }
  const canBox = event.button === 'left' && !event.mods.shift;
  return [{ ...state, gesture: { at: 'pressing', start: event.point, screen: event.screen, label, canBox } }];
}

function move(
  state: PromptState,
  event: Extract<ToolEvent, { type: 'move' }>,
  context: ToolContext,
): Step<PromptState> {
  const { gesture } = state;
  switch (gesture.at) {
    case 'pressing': {
      const dragged = Math.hypot(event.screen.x - gesture.screen.x, event.screen.y - gesture.screen.y);
      if (!gesture.canBox || dragged < DRAG_PX) return [state];
      return [{ ...state, hover: null, gesture: { at: 'boxing', start: gesture.start, end: event.point } }];
    }
    case 'boxing':
      return [{ ...state, gesture: { ...gesture, end: event.point } }];
    case 'grouping':
      return [state];
    case 'none':
      return state.set ? [state] : hover(state, event.point, context);
  }
}

function hover(state: PromptState, point: Point, context: ToolContext): Step<PromptState> {
  if (!isInside(point, context)) return [state.hover ? { ...state, hover: null } : state];
  if (!context.canDecode || context.readOnly) return [state];
  const request = state.nextRequest;
  const prompt: Prompt = { points: [{ x: point.x, y: point.y, label: 'foreground' }], box: null };
  return [
    // the last answer stays until the next one is there: the mask follows the pointer instead of blinking
    { ...state, nextRequest: request + 1, hover: { request, point, result: state.hover?.result ?? null } },
    {
      do: 'decode',
      request,
      purpose: 'hover',
      prompt,
      closeUp: placeOf(prompt, context),
    },
  ];
}

/** The masks that hovering showed were of another part of the picture. */
function rehover(state: PromptState, at: Point | null, context: ToolContext): Step<PromptState> {
  const idle: PromptState = state.hover ? { ...state, hover: null } : state;
  return at && state.gesture.at === 'none' ? hover(idle, at, context) : [idle];
}

/**
 * What is prompted so far is asked anew in the close-up that was opened, or in the whole picture again. Backspace takes
 * that back like a prompt.
 */
function askElsewhere(state: PromptState, set: PromptSet, context: ToolContext): Step<PromptState> {
  const newest = set.rounds.at(-1);
  if (newest === undefined) return [state];
  const { prompt } = newest;
  const closeUp = placeOf(prompt, context);
  const hasGround = prompt.box !== null || prompt.points.some(({ label }) => label === 'foreground');
  // prompts that only correct a drawn mask mean nothing without it
  if (!hasGround || isSameCloseUp(closeUp, newest.closeUp)) return [state];
  if (newest.result !== null && set.rounds.length >= LIMITS.promptRounds) return [state];
  const kept = newest.result === null ? set.rounds.slice(0, -1) : set.rounds;
  const round: Round = { prompt, closeUp, feedback: false, added: 1, result: null, candidate: 0 };
  return ask({ ...state, undone: [], set: { ...set, rounds: [...kept, round] } });
}

/** Where a prompt is asked: in the open close-up when all of it lies there. */
function placeOf(prompt: Prompt, { closeUp }: ToolContext): CloseUp | null {
  return closeUp && promptLiesIn(prompt, closeUp) ? closeUp : null;
}

const promptLiesIn = ({ points, box }: Prompt, closeUp: CloseUp): boolean =>
  points.every((point) => liesInCloseUp(point, closeUp)) && (box === null || boxLiesInCloseUp(box, closeUp));

function release(
  state: PromptState,
  event: Extract<ToolEvent, { type: 'up' }>,
  context: ToolContext,
): Step<PromptState> {
  const { gesture } = state;
  const idle: PromptState = { ...state, gesture: { at: 'none' } };
  if (gesture.at === 'boxing') {
    const box = cornersOf(gesture.start, event.point, context);
    return box === null ? [idle] : extend(idle, [], box, context);
  }
  if (gesture.at !== 'pressing') return [state];
  const hit = pointAt(state, gesture.start, context.zoom);
  if (hit !== null) return withoutPoint(idle, hit);
  if (!isInside(gesture.start, context)) return [idle];
  return extend(idle, [{ x: gesture.start.x, y: gesture.start.y, label: gesture.label }], null, context);
}

function endGroup(state: PromptState, context: ToolContext): Step<PromptState> {
  if (state.gesture.at !== 'grouping') return [state];
  return extend({ ...state, gesture: { at: 'none' } }, state.gesture.points, null, context);
}

/** Adds prompts and asks. A round that still waits for its answer takes them in: there is nothing to feed back. */
function extend(
  state: PromptState,
  points: readonly PromptPoint[],
  box: PromptBox | null,
  context: ToolContext,
): Step<PromptState> {
  const set = state.set ?? FRESH_SET;
  const newest = set.rounds.at(-1);
  const merged = newest !== undefined && newest.result === null;
  const kept = merged ? set.rounds.slice(0, -1) : set.rounds;
  const all = [...(newest?.prompt.points ?? []), ...points];
  const wholeBox = box ?? newest?.prompt.box ?? null;
  const hasGround =
    all.some((point) => point.label === 'foreground') || wholeBox !== null || set.seed !== null;
  if (!hasGround) return [state, { do: 'say', message: 'first-foreground' }];
  if (all.length > LIMITS.promptPoints || kept.length >= LIMITS.promptRounds) {
    return [state, { do: 'say', message: 'too-many-prompts' }];
  }
  const before = shownLogits({ ...set, rounds: kept });
  // what a waiting round would not have fed back is not fed back with more prompts either
  const feedback = box === null && before !== null && (!merged || newest.feedback);
  const prompt: Prompt = { points: all, box: wholeBox };
  // CU3: logits are fed back where they were made
  const closeUp = feedback ? before.closeUp : placeOf(prompt, context);
  if (closeUp && !promptLiesIn(prompt, closeUp)) return [state, { do: 'say', message: 'outside-close-up' }];
  const round: Round = {
    prompt,
    closeUp,
    // a box says anew what is meant; the mask before it would only hold it back
    feedback,
    added: points.length + Number(box !== null) + (merged ? newest.added : 0),
    result: null,
    candidate: 0,
  };
  return ask({ ...state, undone: [], set: { ...set, rounds: [...kept, round] } });
}

/** A click on a point takes it out: the newest by undoing it, an older one by asking without it. */
function withoutPoint(state: PromptState, index: number): Step<PromptState> {
  const { set } = state;
  const newest = set?.rounds.at(-1);
  if (!set || !newest) return [state];
  const pointsBefore = set.rounds.at(-2)?.prompt.points.length ?? 0;
  // only where this very point is what the newest round brought
  if (index === newest.prompt.points.length - 1 && newest.added === 1 && pointsBefore === index) {
    return back(state);
  }
  const points = newest.prompt.points.filter((_, at) => at !== index);
  const { box } = newest.prompt;
  if (box === null && !points.some((point) => point.label === 'foreground')) return [withoutSet(state)];
  if (set.rounds.length >= LIMITS.promptRounds) return [state, { do: 'say', message: 'too-many-prompts' }];
  const round: Round = {
    prompt: { points, box },
    closeUp: newest.closeUp,
    feedback: false,
    added: 1,
    result: null,
    candidate: 0,
  };
  return ask({ ...state, undone: [], set: { ...set, rounds: [...set.rounds, round] } });
}

function ask(state: PromptState): Step<PromptState> {
  if (!state.set) return [state];
  const set = askable(state.set);
  const request = state.nextRequest;
  const { closeUp } = lastOf(set);
  return [
    { ...state, set, hover: null, accepting: null, waiting: request, nextRequest: request + 1 },
    { do: 'decode', request, purpose: 'prompt', prompt: requestOf(set), closeUp },
  ];
}

function decoded(state: PromptState, request: number, result: DecodeResult): Step<PromptState> {
  if (state.set === null) {
    // an older answer than the one shown is never drawn; a newer hover may still be on its way
    if (!state.hover || request > state.hover.request || request < state.hoverFrom) return [state];
    return [{ ...state, hover: { ...state.hover, result } }];
  }
  // an answer to a superseded click is dropped
  if (state.waiting !== request) return [state];
  const rounds = state.set.rounds.with(-1, { ...lastOf(state.set), result, candidate: result.best });
  const next: PromptState = { ...state, waiting: null, set: { ...state.set, rounds } };
  return state.accepting ? accept({ ...next, accepting: null }, state.accepting.keep) : [next];
}

function accept(state: PromptState, keep: boolean): Step<PromptState> {
  const { set } = state;
  if (!set) return [state];
  if (state.waiting !== null) return [{ ...state, accepting: { keep } }];
  if (set.rounds.at(-1)?.result == null) return [withoutSet(state)];
  const commit = { do: 'commit-prompt', set, keep } as const;
  return keep ? [state, commit] : [withoutSet(state), commit];
}

function cancel(state: PromptState): Step<PromptState> {
  if (state.gesture.at !== 'none') return [{ ...state, gesture: { at: 'none' } }];
  if (state.set) return [withoutSet(state)];
  return [state, { do: 'select', maskId: null }];
}

/** Takes the last prompt back; the answer before it is shown at once, without asking again. */
function back(state: PromptState): Step<PromptState> {
  if (state.gesture.at === 'grouping') {
    const points = state.gesture.points.slice(0, -1);
    return [{ ...state, gesture: points.length > 0 ? { at: 'grouping', points } : { at: 'none' } }];
  }
  const { set } = state;
  const newest = set?.rounds.at(-1);
  if (!set) return [state];
  if (!newest) return [withoutSet(state)];
  const rounds = set.rounds.slice(0, -1);
  if (newest.added > 1 && newest.prompt.points.length > 1) {
    const prompt = { ...newest.prompt, points: newest.prompt.points.slice(0, -1) };
    const shorter: Round = { ...newest, prompt, added: newest.added - 1, result: null, candidate: 0 };
    return ask({ ...state, set: { ...set, rounds: [...rounds, shorter] } });
  }
  const undone = [...state.undone, newest];
  if (rounds.length === 0 && set.seed === null) return [{ ...withoutSet(state), undone }];
  const next: PromptState = { ...state, undone, waiting: null, accepting: null, set: { ...set, rounds } };
  // a restored trail knows only the answers it needed; the others are asked for when they come up
  return rounds.at(-1)?.result === null ? ask(next) : [next];
}

function redo(state: PromptState): Step<PromptState> {
  const round = state.undone.at(-1);
  if (round === undefined) return [state];
  const set = state.set ?? FRESH_SET;
  const next = {
    ...state,
    undone: state.undone.slice(0, -1),
    set: { ...set, rounds: [...set.rounds, round] },
  };
  return round.result === null ? ask(next) : [{ ...next, hover: null }];
}

function withCandidate(state: PromptState, by: 1 | -1): PromptState {
  const newest = state.set?.rounds.at(-1);
  const count = newest?.result?.candidates.length ?? 0;
  if (!state.set || !newest || count === 0) return state;
  const round: Round = { ...newest, candidate: (newest.candidate + by + count) % count };
  return { ...state, set: { ...state.set, rounds: state.set.rounds.with(-1, round) } };
}

function withoutSet(state: PromptState): PromptState {
  return { ...PROMPT_START, nextRequest: state.nextRequest, hoverFrom: state.nextRequest };
}

function lastOf(set: PromptSet): Round {
  const round = set.rounds.at(-1);
  if (round === undefined) throw new Error('a waiting set has a round');
  return round;
}

/** @returns index of the point of the newest round under the pointer */
function pointAt(state: PromptState, at: Point, zoom: number): number | null {
  const points = state.set?.rounds.at(-1)?.prompt.points ?? [];
  const index = points.findLastIndex((point) => Math.hypot(point.x - at.x, point.y - at.y) * zoom <= HIT_PX);
  return index < 0 ? null : index;
}

function isInside(point: Point, { image }: ToolContext): boolean {
  return point.x >= 0 && point.y >= 0 && point.x < image.width && point.y < image.height;
}

/** Corners in order and inside the picture; null when nothing of the box lies in it. */
function cornersOf(a: Point, b: Point, { image }: ToolContext): PromptBox | null {
  const clamp = (value: number, most: number) => Math.min(most, Math.max(0, value));
  const box = {
    x0: clamp(Math.min(a.x, b.x), image.width),
    y0: clamp(Math.min(a.y, b.y), image.height),
    x1: clamp(Math.max(a.x, b.x), image.width),
    y1: clamp(Math.max(a.y, b.y), image.height),
  };
  return box.x1 - box.x0 < 1 || box.y1 - box.y0 < 1 ? null : box;
}
