import type { Point } from '@maskloop/sam-core';
import type { ScreenPoint } from '../tools/types.ts';
import { toImage } from './view.ts';
import type { ViewPort } from './view-port.ts';

/** CSS pixels the pointer may move between press and release and still click. */
const CLICK_SLACK = 5;

/** Wheel zooms, dragging pans, a press without a drag clicks; two fingers pinch. @returns undoes it */
export function attachLook(root: HTMLElement, port: ViewPort, onClick: (at: Point) => void): () => void {
  const down = new Map<number, ScreenPoint>();
  let moved = false;
  const screenOf = (event: { clientX: number; clientY: number }): ScreenPoint => {
    const box = root.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const spread = () => {
    const [a, b] = [...down.values()];
    if (!a || !b) return null;
    return { distance: Math.hypot(a.x - b.x, a.y - b.y), centre: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } };
  };
  const onDown = (event: PointerEvent) => {
    root.focus({ preventScroll: true, focusVisible: false } as FocusOptions);
    root.setPointerCapture(event.pointerId);
    if (down.size === 0) moved = false;
    down.set(event.pointerId, screenOf(event));
  };
  const onMove = (event: PointerEvent) => {
    const from = down.get(event.pointerId);
    if (!from) return;
    const to = screenOf(event);
    if (!moved && Math.hypot(to.x - from.x, to.y - from.y) < CLICK_SLACK) return;
    moved = true;
    root.dataset.panning = 'true';
    const before = spread();
    down.set(event.pointerId, to);
    const after = spread();
    if (before && after) {
      port.panBy(after.centre.x - before.centre.x, after.centre.y - before.centre.y);
      port.zoomBy(after.distance / Math.max(1, before.distance), after.centre);
    } else port.panBy(to.x - from.x, to.y - from.y);
  };
  const onUp = (event: PointerEvent) => {
    if (!down.delete(event.pointerId) || down.size > 0) return;
    delete root.dataset.panning;
    if (!moved && event.type === 'pointerup' && event.button === 0) {
      onClick(toImage(port.view.get(), screenOf(event)));
    }
  };
  const onWheel = (event: WheelEvent) => {
    event.preventDefault();
    // lines and pages of old mice in pixels; a pinch on a trackpad comes as Ctrl+wheel with small steps
    const unit = event.deltaMode === 1 ? 33 : event.deltaMode === 2 ? 400 : 1;
    port.zoomBy(Math.exp(-event.deltaY * unit * (event.ctrlKey ? 0.01 : 0.0016)), screenOf(event));
  };
  const listeners = [
    ['pointerdown', onDown],
    ['pointermove', onMove],
    ['pointerup', onUp],
    ['pointercancel', onUp],
    ['wheel', onWheel],
  ] as const;
  for (const [type, listener] of listeners) {
    root.addEventListener(type, listener as EventListener, { passive: false });
  }
  return () => {
    for (const [type, listener] of listeners) root.removeEventListener(type, listener as EventListener);
  };
}
