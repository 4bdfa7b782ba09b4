import type { CanvasController } from './canvas/controller.ts';
import { toggleCloseUp } from './close-up.ts';
import { clickCursor, moveCursor, putCursor } from './cursor.ts';
import { nextUncovered } from './document/coverage.ts';
import { newId } from './ids.ts';
import { classAllShown, judge, keepAllShown, maskAtPointer, rejectAllHidden } from './judging.ts';
import type { Action } from './keys.ts';
import type { EditorSession } from './session.ts';
import { COLOURINGS, type Settings } from './settings.ts';
import { isBusy } from './tools/table.ts';

/** What keys reach beyond the session: the window around it and the way to other pictures. */
export interface EditorWindow {
  readonly canvas: CanvasController | null;
  go(direction: 'previous' | 'next'): void;
  submit(): void;
  askSkip(): void;
  toggleHelp(): void;
  searchClass(): void;
}

const ZOOM_STEP = 1.25;
const BRUSH_STEP = 1.2;
const DIRECTIONS = {
  'cursor-left': [-1, 0],
  'cursor-right': [1, 0],
  'cursor-up': [0, -1],
  'cursor-down': [0, 1],
} as const;

/**
 * Does what an action says.
 * @returns false when it has nothing to do here, so that the key keeps its usual meaning
 */
export function act(action: Action, session: EditorSession, around: EditorWindow): boolean {
  const { canvas } = around;
  const tool = session.tool.get();
  switch (action) {
    case 'accept':
      session.dispatch({ type: 'accept', keep: false });
      return true;
    case 'accept-keep':
      session.dispatch({ type: 'accept', keep: true });
      return true;
    case 'back':
      session.dispatch({ type: 'back' });
      return true;
    case 'cancel':
      session.asksToSubmit.set(false);
      session.dispatch({ type: 'cancel' });
      return true;
    case 'candidate-next':
    case 'candidate-previous':
      // without prompts Tab moves the focus, as everywhere
      if (tool.name !== 'prompt' || tool.state.set === null) return false;
      session.dispatch({ type: 'candidate', by: action === 'candidate-next' ? 1 : -1 });
      return true;
    case 'reprompt': {
      const maskId = session.selectedId.get() ?? maskAtPointer(session);
      if (maskId !== null) void session.effects.reprompt(maskId);
      return true;
    }
    case 'close-up':
      if (session.readOnly) return false;
      toggleCloseUp(session);
      return true;
    case 'tool-select':
      session.takeTool('select');
      return true;
    case 'tool-prompt':
      session.takeTool('prompt');
      return true;
    case 'tool-brush':
      session.takeTool('brush');
      return true;
    case 'tool-eraser':
      session.takeTool('eraser');
      return true;
    case 'tool-polygon':
      session.takeTool('polygon');
      return true;
    case 'brush-smaller':
    case 'brush-larger':
      change(session, ({ brushSize }) => ({
        brushSize: resized(brushSize, action === 'brush-larger' ? BRUSH_STEP : 1 / BRUSH_STEP),
      }));
      return true;
    case 'brush-shape':
      change(session, ({ brushShape }) => ({ brushShape: brushShape === 'round' ? 'square' : 'round' }));
      return true;
    case 'judge-accept':
    case 'judge-reject':
      judge(session, action === 'judge-accept');
      return true;
    case 'keep-shown':
      keepAllShown(session);
      return true;
    case 'class-shown':
      classAllShown(session);
      return true;
    case 'reject-hidden':
      rejectAllHidden(session);
      return true;
    case 'delete': {
      const maskId = session.selectedId.get();
      if (maskId === null || isBusy(tool)) return false;
      session.run({ name: 'removeMask', maskId, operationId: newId() });
      return true;
    }
    case 'uncovered': {
      const found = session.labels && nextUncovered(session.labels, session.uncoveredCursor);
      if (found) {
        session.uncoveredCursor = found.cursor;
        if (canvas) {
          canvas.centreOn(found.box);
          putCursor(session, canvas, found.point);
        }
      } else session.say('all-covered');
      return true;
    }
    case 'undo':
      session.undo();
      return true;
    case 'redo':
      session.redo();
      return true;
    case 'class-1':
    case 'class-2':
    case 'class-3':
    case 'class-4':
    case 'class-5':
    case 'class-6':
    case 'class-7':
    case 'class-8':
    case 'class-9':
      return chooseClassAt(session, Number(action.slice(-1)));
    case 'class-search':
      around.searchClass();
      return true;
    case 'fit':
      canvas?.fit();
      return true;
    case 'actual-size':
      canvas?.actualSize();
      return true;
    case 'zoom-in':
      canvas?.zoomBy(ZOOM_STEP);
      return true;
    case 'zoom-out':
      canvas?.zoomBy(1 / ZOOM_STEP);
      return true;
    case 'hide-all':
      session.allHidden.update((hidden) => !hidden);
      return true;
    case 'outline-only':
      change(session, ({ outlineOnly }) => ({ outlineOnly: !outlineOnly }));
      return true;
    case 'opacity-less':
    case 'opacity-more':
      change(session, ({ opacity }) => ({
        opacity: Math.min(1, Math.max(0.1, opacity + (action === 'opacity-more' ? 0.1 : -0.1))),
      }));
      return true;
    case 'colour-by':
      change(session, ({ colourBy }) => ({
        colourBy: COLOURINGS[(COLOURINGS.indexOf(colourBy) + 1) % COLOURINGS.length] ?? 'class',
      }));
      return true;
    case 'coverage':
      change(session, ({ coverage }) => ({ coverage: !coverage }));
      return true;
    case 'crosshair':
      change(session, ({ crosshair }) => ({ crosshair: !crosshair }));
      return true;
    case 'cursor-left':
    case 'cursor-right':
    case 'cursor-up':
    case 'cursor-down': {
      const [dx, dy] = DIRECTIONS[action];
      if (canvas) moveCursor(session, canvas, dx, dy);
      return true;
    }
    case 'cursor-point':
    case 'cursor-background':
      if (canvas) clickCursor(session, canvas, action === 'cursor-point' ? 'left' : 'right');
      return true;
    case 'previous':
    case 'next':
      around.go(action);
      return true;
    case 'submit':
      around.submit();
      return true;
    case 'skip':
      around.askSkip();
      return true;
    case 'filmstrip':
      change(session, ({ filmstrip }) => ({ filmstrip: !filmstrip }));
      return true;
    case 'help':
      around.toggleHelp();
      return true;
  }
  return action satisfies never;
}

/** Changes settings; they are kept for the next time. */
export function change(session: EditorSession, how: (settings: Settings) => Partial<Settings>): void {
  session.workspace.settings.update((settings) => ({ ...settings, ...how(settings) }));
}

/** @returns false when there is no such class */
export function chooseClassAt(session: EditorSession, place: number): boolean {
  const found = session.classes.get().filter((each) => !each.deleted)[place - 1];
  if (found) session.chooseClass(found.id);
  return found !== undefined;
}

function resized(size: number, factor: number): number {
  const next = Math.round(size * factor);
  return Math.min(500, Math.max(1, next === size ? size + Math.sign(factor - 1) : next));
}
