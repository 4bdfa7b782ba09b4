import { BRUSH_START, type BrushState, stepBrush, stepEraser } from './brush.ts';
import { POLYGON_START, type PolygonState, stepPolygon } from './polygon.ts';
import { isPrompting, PROMPT_START, type PromptState, stepPrompt } from './prompt.ts';
import { SELECT_START, type SelectState, stepSelect } from './select.ts';
import type { Effect, ToolContext, ToolEvent, ToolName } from './types.ts';

/** The tool in hand and where it is. */
export type ToolState =
  | { readonly name: 'select'; readonly state: SelectState }
  | { readonly name: 'prompt'; readonly state: PromptState }
  | { readonly name: 'brush' | 'eraser'; readonly state: BrushState }
  | { readonly name: 'polygon'; readonly state: PolygonState }
  /** moving the view is the canvas's own business; the tool only says that the left button does it too */
  | { readonly name: 'pan' };

/** A tool as it is when taken up. */
export function startOf(name: ToolName): ToolState {
  switch (name) {
    case 'select':
      return { name, state: SELECT_START };
    case 'prompt':
      return { name, state: PROMPT_START };
    case 'brush':
    case 'eraser':
      return { name, state: BRUSH_START };
    case 'polygon':
      return { name, state: POLYGON_START };
    case 'pan':
      return { name };
  }
}

/** Hands an event to the tool in hand. */
export function stepTool(
  tool: ToolState,
  event: ToolEvent,
  context: ToolContext,
): readonly [ToolState, readonly Effect[]] {
  switch (tool.name) {
    case 'select': {
      const [state, ...effects] = stepSelect(tool.state, event, context);
      return [keep(tool, state), effects];
    }
    case 'prompt': {
      const [state, ...effects] = stepPrompt(tool.state, event, context);
      return [keep(tool, state), effects];
    }
    case 'brush': {
      const [state, ...effects] = stepBrush(tool.state, event, context);
      return [keep(tool, state), effects];
    }
    case 'eraser': {
      const [state, ...effects] = stepEraser(tool.state, event, context);
      return [keep(tool, state), effects];
    }
    case 'polygon': {
      const [state, ...effects] = stepPolygon(tool.state, event, context);
      return [keep(tool, state), effects];
    }
    case 'pan':
      return [tool, []];
  }
}

/** Undo, Backspace and Esc belong to the tool, not to the document. */
export function isBusy(tool: ToolState): boolean {
  switch (tool.name) {
    case 'prompt':
      return isPrompting(tool.state);
    case 'brush':
    case 'eraser':
      return tool.state.at === 'stroking';
    case 'polygon':
      return tool.state.at === 'drawing';
    default:
      return false;
  }
}

/** Whether the tool has something of its own to make again. */
export function canRedo(tool: ToolState): boolean {
  return tool.name === 'prompt' && tool.state.undone.length > 0;
}

/** The same object when nothing changed, so that nobody is woken for nothing. */
function keep<T extends { readonly state: unknown }>(tool: T, state: T['state']): T {
  return tool.state === state ? tool : { ...tool, state };
}
