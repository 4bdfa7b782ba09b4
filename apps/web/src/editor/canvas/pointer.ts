import type { EditorSession } from '../session.ts';
import type { Modifiers, ScreenPoint } from '../tools/types.ts';
import type { CanvasController } from './controller.ts';
import { toImage } from './view.ts';

/** The pointer over the canvas when a picture was last left: the next one hovers there without a move. */
let lastPointer: ScreenPoint | null = null;

/** Space is held: the left button moves the picture. */
const held = { space: false };

/** Told by the keyboard. */
export function holdSpace(down: boolean): void {
  held.space = down;
}

/** Pointer and wheel on the canvas → tool events, panning and zooming. @returns undoes it */
export function attachPointer(
  root: HTMLElement,
  session: EditorSession,
  canvas: CanvasController,
): () => void {
  let panning: { pointerId: number; x: number; y: number } | null = null;
  const touches = new Map<number, ScreenPoint>();
  let pinch: { distance: number; centre: ScreenPoint } | null = null;

  const screenOf = (event: { clientX: number; clientY: number }): ScreenPoint => {
    const box = root.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const pointOf = (screen: ScreenPoint) => toImage(canvas.view.get(), screen);
  const remember = (screen: ScreenPoint | null) => {
    lastPointer = screen;
    session.keyCursor.set(null);
    session.pointer = screen && pointOf(screen);
  };

  const onDown = (event: PointerEvent) => {
    const screen = screenOf(event);
    // the keys go to the canvas from here; a ring is for those who came by keyboard
    root.focus({ preventScroll: true, focusVisible: false } as FocusOptions);
    root.setPointerCapture(event.pointerId);
    if (event.pointerType === 'touch') {
      touches.set(event.pointerId, screen);
      if (touches.size === 2) {
        session.dispatch({ type: 'cancel' });
        pinch = pinchOf(touches);
        return;
      }
    }
    const pans = event.button === 1 || held.space || session.tool.get().name === 'pan';
    if (pans) {
      event.preventDefault();
      panning = { pointerId: event.pointerId, x: event.clientX, y: event.clientY };
      root.dataset.panning = 'true';
      return;
    }
    if (event.button !== 0 && event.button !== 2) return;
    remember(screen);
    const button = event.button === 2 ? 'right' : 'left';
    session.dispatch({ type: 'down', button, pressure: pressureOf(event), ...placed(event, screen) });
  };

  const onMove = (event: PointerEvent) => {
    if (panning?.pointerId === event.pointerId) {
      canvas.panBy(event.clientX - panning.x, event.clientY - panning.y);
      panning = { pointerId: event.pointerId, x: event.clientX, y: event.clientY };
      return;
    }
    if (touches.has(event.pointerId)) {
      touches.set(event.pointerId, screenOf(event));
      if (pinch && touches.size === 2) {
        const now = pinchOf(touches);
        canvas.panBy(now.centre.x - pinch.centre.x, now.centre.y - pinch.centre.y);
        canvas.zoomBy(now.distance / Math.max(1, pinch.distance), now.centre);
        pinch = now;
        return;
      }
    }
    const name = session.tool.get().name;
    // strokes want every position the hardware saw, the others only where the pointer is now
    const all =
      name === 'brush' || name === 'eraser' || name === 'polygon' ? event.getCoalescedEvents?.() : [];
    for (const each of all?.length ? all : [event]) {
      const screen = screenOf(each);
      remember(screen);
      session.dispatch({ type: 'move', pressure: pressureOf(each), ...placed(event, screen) });
    }
  };

  const onUp = (event: PointerEvent) => {
    touches.delete(event.pointerId);
    if (touches.size < 2) pinch = null;
    if (panning?.pointerId === event.pointerId) {
      panning = null;
      delete root.dataset.panning;
      return;
    }
    canvas.clicked(event.timeStamp);
    session.dispatch({ type: 'up', ...placed(event, screenOf(event)) });
  };

  const onLeave = () => {
    remember(null);
    session.dispatch({ type: 'leave' });
  };
  const onDouble = (event: MouseEvent) => {
    const screen = screenOf(event);
    session.dispatch({ type: 'double', ...placed(event, screen) });
    const selected = session.selectedId.get();
    if (session.tool.get().name === 'select' && selected !== null) void session.effects.reprompt(selected);
  };
  const onWheel = (event: WheelEvent) => {
    event.preventDefault();
    if (event.altKey) {
      session.dispatch({ type: 'candidate', by: event.deltaY > 0 ? 1 : -1 });
      return;
    }
    // lines and pages of old mice in pixels; a pinch on a trackpad comes as Ctrl+wheel with small steps
    const unit = event.deltaMode === 1 ? 33 : event.deltaMode === 2 ? 400 : 1;
    const speed = event.ctrlKey ? 0.01 : 0.0016;
    canvas.zoomBy(Math.exp(-event.deltaY * unit * speed), screenOf(event));
  };
  const onMenu = (event: Event) => event.preventDefault();

  const listeners = [
    ['pointerdown', onDown],
    ['pointermove', onMove],
    ['pointerup', onUp],
    ['pointercancel', onUp],
    ['pointerleave', onLeave],
    ['dblclick', onDouble],
    ['wheel', onWheel],
    ['contextmenu', onMenu],
  ] as const;
  for (const [type, listener] of listeners) {
    root.addEventListener(type, listener as EventListener, { passive: false });
  }
  if (lastPointer) remember(lastPointer);
  return () => {
    for (const [type, listener] of listeners) root.removeEventListener(type, listener as EventListener);
  };

  function placed(event: MouseEvent, screen: ScreenPoint) {
    return { point: pointOf(screen), screen, mods: modifiersOf(event) };
  }
}

export function modifiersOf(event: {
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}): Modifiers {
  return { shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey, alt: event.altKey };
}

/** 0 for a mouse, whose 0.5 says nothing. */
function pressureOf(event: PointerEvent): number {
  return event.pointerType === 'pen' ? event.pressure : 0;
}

function pinchOf(touches: ReadonlyMap<number, ScreenPoint>): { distance: number; centre: ScreenPoint } {
  const [a, b] = [...touches.values()];
  if (!a || !b) return { distance: 1, centre: a ?? { x: 0, y: 0 } };
  return { distance: Math.hypot(a.x - b.x, a.y - b.y), centre: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } };
}
