import type { MaskId } from '@maskloop/domain';
import type { Step, ToolContext, ToolEvent } from './types.ts';

export interface SelectState {
  readonly hovered: MaskId | null;
}

export const SELECT_START: SelectState = { hovered: null };

/** Points at saved masks. Clicking again on the same place goes down through what lies there. */
export function stepSelect(state: SelectState, event: ToolEvent, context: ToolContext): Step<SelectState> {
  switch (event.type) {
    case 'move': {
      const hovered = context.top(event.point);
      return hovered === state.hovered ? [state] : [{ hovered }, { do: 'hover-mask', maskId: hovered }];
    }
    case 'leave':
      return state.hovered === null ? [state] : [SELECT_START, { do: 'hover-mask', maskId: null }];
    case 'down': {
      if (event.button !== 'left') return [state];
      const hits = context.hits(event.point);
      const at = context.selectedId === null ? -1 : hits.indexOf(context.selectedId);
      return [state, { do: 'select', maskId: hits[(at + 1) % Math.max(1, hits.length)] ?? null }];
    }
    case 'cancel':
      return [state, { do: 'select', maskId: null }];
    default:
      return [state];
  }
}
