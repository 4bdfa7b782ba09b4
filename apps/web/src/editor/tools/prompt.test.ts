import { type CloseUp, trailFault } from '@maskloop/domain';
import { expect, test } from 'vitest';
import type { DecodeResult } from './candidates.ts';
import { PROMPT_START, type PromptState, previewOf, stepPrompt } from './prompt.ts';
import { type PromptSet, setFromTrail, storedSet, trailOf } from './prompt-set.ts';
import type { Effect, Modifiers, ToolContext, ToolEvent } from './types.ts';

const NONE: Modifiers = { shift: false, ctrl: false, alt: false };
const context: ToolContext = {
  image: { width: 100, height: 100 },
  zoom: 1,
  canDecode: true,
  closeUp: null,
  readOnly: false,
  selectedId: null,
  brush: { size: 10, shape: 'round' },
  top: () => null,
  hits: () => [],
  bitmap: () => ({ width: 1, height: 1, data: new Uint8Array(1) }),
};

const answer = (mark: number, closeUp: CloseUp | null = null): DecodeResult => ({
  closeUp,
  best: 1,
  candidates: [1, 2, 3].map((channel) => ({
    channel,
    iou: channel / 10,
    share: 1 / channel,
    lowRes: Float32Array.of(mark, channel),
  })),
});

/** Drives the tool by gestures and keeps what it asked for. */
function driver(start: PromptState = PROMPT_START, part: Partial<ToolContext> = {}) {
  let state = start;
  let closeUp = part.closeUp ?? null;
  const asked: Effect[] = [];
  const send = (event: ToolEvent) => {
    const [next, ...effects] = stepPrompt(state, event, { ...context, ...part, closeUp });
    state = next;
    asked.push(...effects);
    return effects;
  };
  const at = (x: number, y: number, mods: Partial<Modifiers> = {}) => ({
    point: { x, y },
    screen: { x, y },
    mods: { ...NONE, ...mods },
  });
  return {
    send,
    asked,
    get state() {
      return state;
    },
    click(x: number, y: number, how: { right?: boolean; mods?: Partial<Modifiers> } = {}) {
      send({ type: 'down', button: how.right ? 'right' : 'left', pressure: 0, ...at(x, y, how.mods) });
      return send({ type: 'up', ...at(x, y, how.mods) });
    },
    drag(from: readonly [number, number], to: readonly [number, number]) {
      send({ type: 'down', button: 'left', pressure: 0, ...at(...from) });
      send({ type: 'move', pressure: 0, ...at(...to) });
      return send({ type: 'up', ...at(...to) });
    },
    /** opens a close-up, or leaves it */
    look(at: CloseUp | null) {
      closeUp = at;
      return send({ type: 'close-up', at: null });
    },
    move: (x: number, y: number) => send({ type: 'move', pressure: 0, ...at(x, y) }),
    /** answers the newest question */
    answer(mark: number) {
      const last = asked.findLast((effect) => effect.do === 'decode');
      if (last?.do !== 'decode') throw new Error('nothing was asked');
      return send({ type: 'decoded', request: last.request, result: answer(mark) });
    },
    shown: () => previewOf(state)?.lowRes[0] ?? null,
    points: () => state.set?.rounds.at(-1)?.prompt.points.map((point) => [point.x, point.label[0]]) ?? [],
  };
}

test('hovering asks for the mask a click would give, and shows the best of the three', () => {
  const it = driver();
  expect(it.move(10, 10)).toMatchObject([{ do: 'decode', purpose: 'hover' }]);
  it.answer(7);
  expect(previewOf(it.state)).toMatchObject({ hover: true, lowRes: Float32Array.of(7, 2) });
});

test('outside the picture nothing is asked', () => {
  const it = driver();
  expect(it.move(-3, 10)).toEqual([]);
  expect(it.click(-3, 10)).toEqual([]);
});

test('left click is foreground, right click and Shift+click are background', () => {
  const it = driver();
  it.click(10, 10);
  it.answer(1);
  it.click(30, 10, { right: true });
  it.answer(2);
  it.click(50, 10, { mods: { shift: true } });
  expect(it.points()).toEqual([
    [10, 'f'],
    [30, 'b'],
    [50, 'b'],
  ]);
});

test('each decode after the first feeds back the logits that were chosen', () => {
  const it = driver();
  it.click(10, 10);
  it.answer(1);
  it.send({ type: 'candidate', by: 1 });
  const [effect] = it.click(30, 10);
  expect(effect).toMatchObject({ do: 'decode', prompt: { maskInput: Float32Array.of(1, 3) } });
});

test('a late answer to a superseded click is dropped', () => {
  const it = driver();
  it.click(10, 10);
  it.click(30, 10);
  const [first, second] = it.asked;
  if (first?.do !== 'decode' || second?.do !== 'decode') throw new Error('two questions expected');
  it.send({ type: 'decoded', request: first.request, result: answer(1) });
  expect(it.shown()).toBeNull();
  it.send({ type: 'decoded', request: second.request, result: answer(2) });
  expect(it.shown()).toBe(2);
});

test('a click before the answer to the one before is asked together with it, without feedback', () => {
  const it = driver();
  it.click(10, 10);
  it.click(30, 10);
  expect(it.asked.at(-1)).toMatchObject({ prompt: { points: [{ x: 10 }, { x: 30 }], maskInput: null } });
  it.answer(1);
  // and each of the two is taken back by itself
  it.send({ type: 'back' });
  expect(it.points()).toEqual([[10, 'f']]);
});

test('dragging five pixels draws a box, four make a click', () => {
  const it = driver();
  it.drag([10, 10], [13, 12]);
  expect(it.state.set?.rounds[0]?.prompt).toMatchObject({ box: null, points: [{ x: 10 }] });
  const other = driver();
  other.drag([40, 30], [10, 10]);
  expect(other.state.set?.rounds[0]?.prompt).toMatchObject({
    points: [],
    box: { x0: 10, y0: 10, x1: 40, y1: 30 },
  });
});

test('points refine inside a box', () => {
  const it = driver();
  it.drag([10, 10], [40, 40]);
  it.answer(1);
  it.click(20, 20);
  expect(it.asked.at(-1)).toMatchObject({ prompt: { box: { x0: 10 }, points: [{ x: 20 }] } });
});

test('clicking on a point takes it out', () => {
  const it = driver();
  it.click(10, 10);
  it.answer(1);
  it.click(40, 10);
  it.answer(2);
  it.click(70, 10);
  it.answer(3);
  it.click(40, 12);
  expect(it.points()).toEqual([
    [10, 'f'],
    [70, 'f'],
  ]);
  it.answer(4);
  // the newest one goes by undoing it, which shows the earlier answer at once
  const newest = driver();
  newest.click(10, 10);
  newest.answer(1);
  newest.click(40, 10);
  newest.answer(2);
  expect(newest.click(40, 10)).toEqual([]);
  expect(newest.shown()).toBe(1);
});

test('Ctrl places several points and asks when it is let go', () => {
  const it = driver();
  it.click(10, 10, { mods: { ctrl: true } });
  it.click(30, 10, { mods: { ctrl: true } });
  expect(it.asked).toEqual([]);
  it.send({ type: 'mods', mods: NONE });
  expect(it.asked).toMatchObject([{ prompt: { points: [{ x: 10 }, { x: 30 }] } }]);
});

test('undo inside a mask takes the last prompt back, redo brings it again, neither asks', () => {
  const it = driver();
  it.click(10, 10);
  it.answer(1);
  it.click(30, 10);
  it.answer(2);
  expect(it.send({ type: 'back' })).toEqual([]);
  expect(it.shown()).toBe(1);
  expect(it.send({ type: 'redo' })).toEqual([]);
  expect(it.shown()).toBe(2);
  it.send({ type: 'back' });
  it.send({ type: 'back' });
  expect(it.state.set).toBeNull();
});

test('Esc drops the prompts, and only then the selection', () => {
  const it = driver();
  it.click(10, 10);
  it.answer(1);
  expect(it.send({ type: 'cancel' })).toEqual([]);
  expect(it.state.set).toBeNull();
  expect(it.send({ type: 'cancel' })).toEqual([{ do: 'select', maskId: null }]);
});

test('Enter before the answer accepts as soon as it comes', () => {
  const it = driver();
  it.click(10, 10);
  expect(it.send({ type: 'accept', keep: false })).toEqual([]);
  expect(it.answer(1)).toMatchObject([{ do: 'commit-prompt' }]);
  expect(it.state.set).toBeNull();
});

test('after an accept a late answer of the set before is no hover', () => {
  const it = driver();
  it.click(10, 10);
  const late = it.asked[0];
  it.send({ type: 'cancel' });
  it.move(50, 50);
  if (late?.do !== 'decode') throw new Error('a question expected');
  it.send({ type: 'decoded', request: late.request, result: answer(9) });
  expect(it.shown()).toBeNull();
});

test('a background point alone is no question', () => {
  const it = driver();
  expect(it.click(10, 10, { right: true })).toEqual([{ do: 'say', message: 'first-foreground' }]);
  expect(it.state.set).toBeNull();
});

test('nothing is made while somebody else holds the picture', () => {
  const it = driver(PROMPT_START, { readOnly: true });
  expect(it.click(10, 10)).toEqual([]);
  expect(it.move(10, 10)).toEqual([]);
});

test('a trail is what was asked, and loads as the same set again', () => {
  const it = driver();
  it.click(10, 10);
  it.answer(1);
  it.send({ type: 'candidate', by: 1 });
  it.click(30, 10);
  it.answer(2);
  if (!it.state.set) throw new Error('a set expected');
  const trail = trailOf(it.state.set);
  expect(trail).toMatchObject([
    { points: [{ x: 10 }], feedback: false, candidate: 3 },
    { points: [{ x: 10 }, { x: 30 }], feedback: true, candidate: 2 },
  ]);
  const again = driver();
  again.send({ type: 'load', set: setFromTrail(trail, [answer(1), answer(2)], 'm') });
  expect(again.shown()).toBe(2);
  expect(again.state.set?.target).toBe('m');
  again.send({ type: 'back' });
  expect(again.shown()).toBe(1);
});

const NEAR: CloseUp = { x0: 20, y0: 20, x1: 60, y1: 60 };

test('CU3: with a close-up open, what lies in it is asked in it and the rest in the whole picture', () => {
  const it = driver(PROMPT_START, { closeUp: NEAR });
  expect(it.move(30, 30)).toMatchObject([{ do: 'decode', closeUp: NEAR }]);
  expect(it.move(80, 30)).toMatchObject([{ do: 'decode', closeUp: null }]);
  expect(it.drag([25, 25], [60, 60])).toMatchObject([{ do: 'decode', closeUp: NEAR }]);
  it.send({ type: 'cancel' });
  expect(it.drag([25, 25], [61, 60])).toMatchObject([{ do: 'decode', closeUp: null }]);
});

test('CU3: a set stays where it was begun; a click outside is told and changes nothing', () => {
  const it = driver(PROMPT_START, { closeUp: NEAR });
  it.click(30, 30);
  it.answer(1);
  expect(it.click(40, 30)).toMatchObject([
    { do: 'decode', closeUp: NEAR, prompt: { maskInput: expect.anything() } },
  ]);
  it.answer(2);
  const before = it.state.set;
  expect(it.click(80, 30)).toEqual([{ do: 'say', message: 'outside-close-up' }]);
  expect(it.state.set).toBe(before);
  if (!before) throw new Error('a set expected');
  expect(trailOf(before)).toMatchObject([
    { closeUp: NEAR, feedback: false },
    { closeUp: NEAR, feedback: true },
  ]);
  const again = driver();
  again.send({ type: 'load', set: setFromTrail(trailOf(before), [answer(1), answer(2)], 'm') });
  expect(previewOf(again.state)?.closeUp).toEqual(NEAR);
});

test('CU3: opening a close-up asks anew in it without feeding back, and Backspace goes back to the answer before', () => {
  const it = driver();
  it.click(30, 30);
  it.answer(1);
  expect(previewOf(it.state)).toMatchObject({ closeUp: null });
  expect(it.look(NEAR)).toMatchObject([
    { do: 'decode', closeUp: NEAR, prompt: { points: [{ x: 30, y: 30 }], maskInput: null } },
  ]);
  it.answer(2);
  expect(previewOf(it.state)).toMatchObject({ closeUp: NEAR, lowRes: Float32Array.of(2, 2) });
  it.send({ type: 'back' });
  expect(previewOf(it.state)).toMatchObject({ closeUp: null, lowRes: Float32Array.of(1, 2) });
});

test('CU3: leaving a close-up asks in the whole picture again; prompts that do not fit one stay where they are', () => {
  const it = driver(PROMPT_START, { closeUp: NEAR });
  it.click(30, 30);
  it.answer(1);
  expect(it.look(null)).toMatchObject([{ do: 'decode', closeUp: null }]);
  it.answer(2);
  it.click(80, 30);
  it.answer(3);
  expect(it.look(NEAR)).toEqual([]);
  expect(it.shown()).toBe(3);
});

test('CU3: a question that waits when a close-up opens is asked there instead, and its late answer is dropped', () => {
  const it = driver();
  it.click(30, 30);
  const [late] = it.asked;
  it.look(NEAR);
  if (late?.do !== 'decode') throw new Error('a question expected');
  it.send({ type: 'decoded', request: late.request, result: answer(9) });
  expect(it.shown()).toBeNull();
  it.answer(2);
  expect(it.state.set?.rounds).toMatchObject([{ closeUp: NEAR, feedback: false }]);
});

test('CU3: a click before a new place has answered is asked there, too, and so is one after it', () => {
  const it = driver();
  it.click(30, 30);
  it.answer(1);
  it.look(NEAR);
  expect(it.click(40, 30)).toMatchObject([{ do: 'decode', closeUp: NEAR, prompt: { maskInput: null } }]);
  it.answer(2);
  expect(it.click(50, 30)).toMatchObject([
    { do: 'decode', closeUp: NEAR, prompt: { maskInput: Float32Array.of(2, 2) } },
  ]);
});

test('CU3: a round of a stored trail whose logits are not known any more stands on its own', () => {
  const asked = (x: number, feedback: boolean, closeUp?: CloseUp) => ({
    points: [{ x, y: 30, label: 'foreground' as const }],
    box: null,
    feedback,
    candidate: 2,
    ...(closeUp && { closeUp }),
  });
  const trail = [asked(30, false, NEAR), asked(31, true, NEAR), asked(32, false)];
  const it = driver();
  it.send({ type: 'load', set: setFromTrail(trail, [null, null, answer(3)], 'm') });
  expect(it.send({ type: 'back' })).toMatchObject([
    { do: 'decode', closeUp: NEAR, prompt: { maskInput: null } },
  ]);
  it.answer(2);
  expect(it.state.set && trailOf(it.state.set)).toMatchObject([{ feedback: false, closeUp: NEAR }]);
});

test('a click on the newest point takes it out, also when the newest round did not bring it', () => {
  const it = driver();
  it.click(30, 30);
  it.answer(1);
  it.click(50, 30);
  it.answer(2);
  it.look(NEAR);
  it.answer(3);
  it.click(50, 30);
  expect(it.points()).toEqual([[30, 'f']]);
});

/** Mulberry32: whole numbers from 0. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const OTHER: CloseUp = { x0: 0, y0: 30, x1: 50, y1: 90 };
const BEFORE = { x: 25, y: 35, width: 10, height: 10 };
const DRAWN: PromptSet = {
  target: 'm',
  parentId: null,
  seed: { lowRes: Float32Array.of(0), closeUp: OTHER },
  rounds: [],
};

test.each([
  ['a new mask', null],
  ['one that was drawn', DRAWN],
])('CU1, CU3: whatever the hand does to %s, the server takes the trail', (_, start) => {
  const random = randomFrom(7);
  const at = (): [number, number] => [random(11) * 10 - 3, random(11) * 10 - 3];
  const reprompt = (it: ReturnType<typeof driver>) => {
    const trail = it.state.set ? trailOf(it.state.set) : [];
    const since = trail.findLastIndex(({ feedback }) => !feedback);
    if (since < 0) return;
    const results = trail.map(({ closeUp }, index) => (index < since ? null : answer(index, closeUp)));
    it.send({ type: 'load', set: setFromTrail(trail, results, it.state.set?.target ?? null) });
  };
  const doAnything = (it: ReturnType<typeof driver>) => {
    const what = random(10);
    if (what === 0) it.look([null, NEAR, OTHER][random(3)] ?? null);
    else if (what === 1) it.drag(at(), at());
    else if (what === 2) it.send({ type: random(2) ? 'back' : 'redo' });
    else if (what === 3) it.send({ type: 'candidate', by: 1 });
    else if (what === 4) reprompt(it);
    else if (what === 5) {
      it.click(...at(), { mods: { ctrl: true } });
      it.click(...at(), { mods: { ctrl: true, shift: random(2) > 0 } });
      it.send({ type: 'mods', mods: NONE });
    } else it.click(...at(), { right: random(3) === 0 });
  };
  let [longest, elsewhere] = [0, 0];
  for (let session = 0; session < 60; session++) {
    const it = driver();
    if (start) it.send({ type: 'load', set: start });
    for (let step = 0; step < 25; step++) {
      doAnything(it);
      if (random(4) > 0 && it.asked.some((effect) => effect.do === 'decode')) it.answer(step);
      const { set } = it.state;
      const trail = set ? trailOf(set) : [];
      const earlier = set?.target ? [BEFORE] : [];
      const fault = trailFault(trail, { picture: context.image, earlier });
      if (fault) throw new Error(`${fault} in ${JSON.stringify(trail)}`);
      longest = Math.max(longest, trail.length);
      elsewhere += Number(trail.some(({ closeUp }) => closeUp) && trail.some(({ closeUp }) => !closeUp));
    }
  }
  expect(longest).toBeGreaterThan(5);
  expect(elsewhere).toBeGreaterThan(5);
});

test('a prompt that could not be answered is asked again once the decoder can', () => {
  const it = driver();
  const [first] = it.click(30, 30);
  if (first?.do !== 'decode') throw new Error('a question expected');
  it.send({ type: 'failed', request: first.request });
  expect(it.send({ type: 'ready', at: null })).toMatchObject([
    { do: 'decode', purpose: 'prompt', prompt: { points: [{ x: 30 }] } },
  ]);
});

test('a set that a browser kept before there were close-ups is one of the whole picture', () => {
  const kept = {
    target: 'm',
    parentId: null,
    seed: Float32Array.of(5),
    rounds: [{ prompt: {}, result: null }],
  };
  expect(storedSet(kept as unknown as PromptSet)).toMatchObject({
    seed: { lowRes: Float32Array.of(5), closeUp: null },
    rounds: [{ closeUp: null }],
  });
});
