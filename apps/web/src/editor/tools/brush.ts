import type { MaskId } from '@maskloop/domain';
import type { BitMask, Point } from '@maskloop/sam-core';
import { stampLine } from './raster.ts';
import type { Step, ToolContext, ToolEvent } from './types.ts';

/** A stroke keeps its pixels here and becomes one command when the pointer goes up. */
export type BrushState =
  | { readonly at: 'idle' }
  | {
      readonly at: 'stroking';
      readonly target: MaskId | null;
      readonly bitmap: BitMask;
      readonly last: Point;
      readonly value: 0 | 1;
    };

export const BRUSH_START: BrushState = { at: 'idle' };

/** Brush and eraser: the right button does the other one's work. */
export const stepBrush = (state: BrushState, event: ToolEvent, context: ToolContext): Step<BrushState> =>
  step(state, event, context, 1);
export const stepEraser = (state: BrushState, event: ToolEvent, context: ToolContext): Step<BrushState> =>
  step(state, event, context, 0);

function step(state: BrushState, event: ToolEvent, context: ToolContext, own: 0 | 1): Step<BrushState> {
  if (state.at === 'idle') {
    if (event.type === 'cancel') return [state, { do: 'select', maskId: null }];
    if (event.type === 'accept') return [state, { do: 'select', maskId: null }];
    if (event.type !== 'down' || context.readOnly) return [state];
    const value = event.button === 'right' ? flip(own) : own;
    // erasing needs a mask: the selected one, else what lies under the pointer
    const target = context.selectedId ?? (value === 0 ? context.top(event.point) : null);
    if (value === 0 && target === null) return [state, { do: 'say', message: 'nothing-to-erase' }];
    const bitmap = context.bitmap(target);
    return paint(
      { at: 'stroking', target, bitmap, last: event.point, value },
      event.point,
      event.pressure,
      context,
    );
  }
  switch (event.type) {
    case 'move':
      return paint(state, event.point, event.pressure, context);
    case 'up':
      return [BRUSH_START, { do: 'draw', target: state.target, bitmap: state.bitmap }];
    case 'cancel':
    case 'back':
      return [BRUSH_START, { do: 'clear-paint' }];
    default:
      return [state];
  }
}

function paint(
  state: Extract<BrushState, { at: 'stroking' }>,
  to: Point,
  pressure: number,
  { brush }: ToolContext,
): Step<BrushState> {
  // a mouse reports 0.5 while pressed; a pen from 0 to 1
  const nib = { ...brush, size: brush.size * (pressure > 0 ? Math.min(1.5, 0.5 + pressure) : 1) };
  const rect = stampLine(state.bitmap, state.last, to, nib, state.value);
  const next = { ...state, last: to };
  return rect === null ? [next] : [next, { do: 'paint', target: state.target, bitmap: state.bitmap, rect }];
}

const flip = (value: 0 | 1): 0 | 1 => (value === 1 ? 0 : 1);
