import type { MaskId } from '@maskloop/domain';
import type { Point } from '@maskloop/sam-core';
import type { Step, ToolContext, ToolEvent } from './types.ts';

/** CSS pixels: between two corners of a lasso, and around the first corner, where a click closes the outline. */
const LASSO_STEP_PX = 4;
const CLOSE_PX = 10;

/** Clicks set corners, dragging draws freehand; both may be mixed in one outline. */
export type PolygonState =
  | { readonly at: 'idle' }
  | {
      readonly at: 'drawing';
      readonly target: MaskId | null;
      readonly subtract: boolean;
      readonly points: readonly Point[];
      readonly pointer: Point;
      readonly pressed: boolean;
    };

export const POLYGON_START: PolygonState = { at: 'idle' };

/** Polygon and lasso: adds to the selected mask or makes a new one; begun with Alt or the right button it cuts. */
export function stepPolygon(state: PolygonState, event: ToolEvent, context: ToolContext): Step<PolygonState> {
  if (state.at === 'idle') {
    if (event.type === 'cancel' || event.type === 'accept') return [state, { do: 'select', maskId: null }];
    if (event.type !== 'down' || context.readOnly) return [state];
    const subtract = event.mods.alt || event.button === 'right';
    const target = context.selectedId ?? (subtract ? context.top(event.point) : null);
    if (subtract && target === null) return [state, { do: 'say', message: 'nothing-to-erase' }];
    const { point } = event;
    return [{ at: 'drawing', target, subtract, points: [point], pointer: point, pressed: true }];
  }
  switch (event.type) {
    case 'down': {
      const first = state.points[0];
      if (first && state.points.length > 2 && isNear(first, event.point, CLOSE_PX, context))
        return close(state);
      return [{ ...state, points: [...state.points, event.point], pointer: event.point, pressed: true }];
    }
    case 'move': {
      const last = state.points.at(-1);
      const far = last !== undefined && !isNear(last, event.point, LASSO_STEP_PX, context);
      const points = state.pressed && far ? [...state.points, event.point] : state.points;
      return [{ ...state, points, pointer: event.point }];
    }
    case 'up': {
      const first = state.points[0];
      const back = first !== undefined && isNear(first, event.point, CLOSE_PX, context);
      // a lasso that comes back to where it began is done
      return back && state.points.length > 8 ? close(state) : [{ ...state, pressed: false }];
    }
    case 'double':
    case 'accept':
      return close(state);
    case 'back': {
      const points = state.points.slice(0, -1);
      return points.length === 0 ? [POLYGON_START] : [{ ...state, points }];
    }
    case 'cancel':
      return [POLYGON_START];
    default:
      return [state];
  }
}

function close(state: Extract<PolygonState, { at: 'drawing' }>): Step<PolygonState> {
  if (state.points.length < 3) return [POLYGON_START];
  const { target, points, subtract } = state;
  return [POLYGON_START, { do: 'polygon', target, points, subtract }];
}

function isNear(a: Point, b: Point, px: number, { zoom }: ToolContext): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) * zoom <= px;
}
