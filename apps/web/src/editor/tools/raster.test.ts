import { bitMask, maskArea } from '@maskloop/sam-core';
import { expect, test } from 'vitest';
import { BRUSH_START, type BrushState, stepBrush, stepEraser } from './brush.ts';
import { POLYGON_START, type PolygonState, stepPolygon } from './polygon.ts';
import { fillPolygon, stampLine } from './raster.ts';
import { SELECT_START, stepSelect } from './select.ts';
import type { ToolContext, ToolEvent } from './types.ts';

const IMAGE = { width: 12, height: 6 };
const rows = ({ data }: { data: Uint8Array }) =>
  Array.from({ length: IMAGE.height }, (_, y) =>
    data.subarray(y * IMAGE.width, (y + 1) * IMAGE.width).join(''),
  );
const mods = { shift: false, ctrl: false, alt: false };
const context: ToolContext = {
  image: IMAGE,
  zoom: 1,
  canDecode: true,
  closeUp: null,
  readOnly: false,
  selectedId: null,
  brush: { size: 2, shape: 'square' },
  top: () => null,
  hits: () => [],
  bitmap: () => bitMask(IMAGE),
};
const down = (x: number, y: number, button: 'left' | 'right' = 'left', alt = false): ToolEvent => ({
  type: 'down',
  button,
  pressure: 0,
  point: { x, y },
  screen: { x, y },
  mods: { ...mods, alt },
});
const move = (x: number, y: number): ToolEvent => ({
  type: 'move',
  pressure: 0,
  point: { x, y },
  screen: { x, y },
  mods,
});
const up = (x: number, y: number): ToolEvent => ({ type: 'up', point: { x, y }, screen: { x, y }, mods });

test('a square brush sweeps a square along its line', () => {
  const mask = bitMask(IMAGE);
  const touched = stampLine(mask, { x: 2, y: 2 }, { x: 8, y: 2 }, { size: 2, shape: 'square' }, 1);
  expect(rows(mask)).toEqual([
    '0'.repeat(12),
    '011111111000',
    '011111111000',
    ...Array(3).fill('0'.repeat(12)),
  ]);
  expect(touched).toEqual({ x0: 1, y0: 1, x1: 9, y1: 3 });
});

test('a round brush has no corners, and a dot is never empty', () => {
  const mask = bitMask(IMAGE);
  stampLine(mask, { x: 6, y: 3 }, { x: 6, y: 3 }, { size: 4, shape: 'round' }, 1);
  expect(rows(mask).slice(1, 5)).toEqual(['000001100000', '000011110000', '000011110000', '000001100000']);
  const dot = bitMask(IMAGE);
  stampLine(dot, { x: 3.5, y: 2.5 }, { x: 3.5, y: 2.5 }, { size: 1, shape: 'round' }, 1);
  expect(maskArea(dot)).toBe(1);
});

test('a brush outside the picture touches nothing', () => {
  const mask = bitMask(IMAGE);
  expect(stampLine(mask, { x: -9, y: -9 }, { x: -5, y: -5 }, { size: 3, shape: 'round' }, 1)).toBeNull();
});

test('a polygon fills the pixels whose centres it holds, by the even-odd rule', () => {
  const mask = bitMask(IMAGE);
  fillPolygon(
    mask,
    [
      { x: 2, y: 1 },
      { x: 6, y: 1 },
      { x: 6, y: 4 },
      { x: 2, y: 4 },
    ],
    1,
  );
  expect(rows(mask).slice(0, 5)).toEqual(['0'.repeat(12), ...Array(3).fill('001111000000'), '0'.repeat(12)]);
});

test('a stroke is one command, made when the pointer goes up', () => {
  let state: BrushState = BRUSH_START;
  const asked = [down(2, 2), move(5, 2), move(8, 2), up(8, 2)].flatMap((event) => {
    const [next, ...effects] = stepBrush(state, event, context);
    state = next;
    return effects;
  });
  expect(asked.map((effect) => effect.do)).toEqual(['paint', 'paint', 'paint', 'draw']);
  const last = asked.at(-1);
  expect(last?.do === 'draw' && maskArea(last.bitmap)).toBe(16);
  expect(state).toBe(BRUSH_START);
});

test('Esc drops the stroke that is being drawn', () => {
  const [stroking] = stepBrush(BRUSH_START, down(2, 2), context);
  expect(stepBrush(stroking, { type: 'cancel' }, context)).toEqual([BRUSH_START, { do: 'clear-paint' }]);
});

test('the eraser takes the mask under it when none is selected, and says so when there is none', () => {
  expect(stepEraser(BRUSH_START, down(2, 2), context)).toEqual([
    BRUSH_START,
    { do: 'say', message: 'nothing-to-erase' },
  ]);
  const [state] = stepEraser(BRUSH_START, down(2, 2), { ...context, top: () => 'm' });
  expect(state).toMatchObject({ at: 'stroking', target: 'm', value: 0 });
});

test("the right button does the other one's work", () => {
  const [state] = stepBrush(BRUSH_START, down(2, 2, 'right'), { ...context, selectedId: 'm' });
  expect(state).toMatchObject({ value: 0, target: 'm' });
});

test('a polygon is closed by a click on its first corner, by Enter or by a double click', () => {
  const far = { ...context, zoom: 20 };
  const play = (last: ToolEvent) => {
    let state: PolygonState = POLYGON_START;
    let asked: unknown[] = [];
    const events = [down(1, 1), up(1, 1), down(6, 1), up(6, 1), down(6, 4), up(6, 4), last];
    for (const event of events) {
      const [next, ...effects] = stepPolygon(state, event, far);
      state = next;
      asked = effects;
    }
    return asked;
  };
  for (const last of [down(1.1, 1.1), { type: 'accept', keep: false } as const]) {
    expect(play(last)).toMatchObject([{ do: 'polygon', target: null, subtract: false }]);
  }
});

test('Backspace takes the last corner away, Alt cuts', () => {
  const [first] = stepPolygon(POLYGON_START, down(1, 1, 'left', true), { ...context, selectedId: 'm' });
  expect(first).toMatchObject({ subtract: true, target: 'm' });
  const [second] = stepPolygon(first, down(6, 1), context);
  expect(stepPolygon(second, { type: 'back' }, context)[0]).toMatchObject({ points: [{ x: 1, y: 1 }] });
});

test('clicking again on the same place selects what lies below', () => {
  const hits = () => ['top', 'below'];
  const select = (selectedId: string | null) =>
    stepSelect(SELECT_START, down(2, 2), { ...context, hits, selectedId })[1];
  expect(select(null)).toEqual({ do: 'select', maskId: 'top' });
  expect(select('top')).toEqual({ do: 'select', maskId: 'below' });
  expect(select('below')).toEqual({ do: 'select', maskId: 'top' });
});
