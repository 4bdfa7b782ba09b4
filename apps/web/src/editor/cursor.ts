import type { Point } from '@maskloop/sam-core';
import type { CanvasController } from './canvas/controller.ts';
import { toImage, toScreen } from './canvas/view.ts';
import type { EditorSession } from './session.ts';

/** CSS pixels a key press moves the cursor. */
const STEP_PX = 8;
const NO_MODS = { shift: false, ctrl: false, alt: false };

/** Moves a cursor of its own over the picture, for those who point with keys; what is under it is hovered. */
export function moveCursor(session: EditorSession, canvas: CanvasController, dx: number, dy: number): void {
  const { width, height } = canvas.screen.get();
  const view = canvas.view.get();
  const from = session.pointer ? toScreen(view, session.pointer) : { x: width / 2, y: height / 2 };
  const screen = {
    x: Math.min(width - 1, Math.max(0, from.x + dx * STEP_PX)),
    y: Math.min(height - 1, Math.max(0, from.y + dy * STEP_PX)),
  };
  putCursor(session, canvas, toImage(view, screen));
}

/** Puts the cursor somewhere over the picture. @param point image pixels */
export function putCursor(session: EditorSession, canvas: CanvasController, point: Point): void {
  session.pointer = point;
  session.keyCursor.set(point);
  const screen = toScreen(canvas.view.get(), point);
  session.dispatch({ type: 'move', point, screen, pressure: 0, mods: NO_MODS });
}

/** A click where the cursor is: whatever the tool in hand makes of it. */
export function clickCursor(
  session: EditorSession,
  canvas: CanvasController,
  button: 'left' | 'right',
): void {
  const point = session.pointer;
  if (!point) return;
  const at = { point, screen: toScreen(canvas.view.get(), point), mods: NO_MODS };
  session.dispatch({ type: 'down', button, pressure: 0, ...at });
  canvas.clicked(performance.now());
  session.dispatch({ type: 'up', ...at });
}
