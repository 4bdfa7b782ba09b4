import type { Box, Point, Size } from '@maskloop/sam-core';
import type { ScreenPoint } from '../tools/types.ts';

/** How the picture lies on the screen: screen = image · zoom + offset, in CSS pixels. */
export interface View {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}

const LEAST_ZOOM = 0.02;
const MOST_ZOOM = 64;
/** Room left around a fitted picture, CSS pixels. */
const MARGIN = 24;

export function toImage(view: View, at: ScreenPoint): Point {
  return { x: (at.x - view.x) / view.zoom, y: (at.y - view.y) / view.zoom };
}

export function toScreen(view: View, at: Point): ScreenPoint {
  return { x: at.x * view.zoom + view.x, y: at.y * view.zoom + view.y };
}

/** The whole picture, centred. */
export function fit(image: Size, screen: Size): View {
  const room = {
    width: Math.max(1, screen.width - 2 * MARGIN),
    height: Math.max(1, screen.height - 2 * MARGIN),
  };
  const zoom = Math.min(MOST_ZOOM, room.width / image.width, room.height / image.height);
  return centred(image, screen, zoom);
}

/** A zoom with the picture in the middle. */
export function centred(image: Size, screen: Size, zoom: number): View {
  return {
    zoom,
    x: (screen.width - image.width * zoom) / 2,
    y: (screen.height - image.height * zoom) / 2,
  };
}

/** Zooms by a factor; what is at `at` stays there. */
export function zoomAt(view: View, at: ScreenPoint, factor: number): View {
  const zoom = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, view.zoom * factor));
  const ratio = zoom / view.zoom;
  return { zoom, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio };
}

/** Keeps some of the picture on the screen: nobody gets lost. */
export function keepInSight(view: View, image: Size, screen: Size): View {
  const hold = (offset: number, length: number, room: number) =>
    Math.min(room - Math.min(80, length / 2), Math.max(Math.min(80, length / 2) - length, offset));
  return {
    zoom: view.zoom,
    x: hold(view.x, image.width * view.zoom, screen.width),
    y: hold(view.y, image.height * view.zoom, screen.height),
  };
}

/** A region shorter than this on the screen is too small to be judged, CSS pixels. */
const LEAST_REGION = 48;
/** What it is enlarged to then. */
const WANTED_REGION = 160;

/**
 * A view in which a region can be judged: the same one while it lies on the screen and is large enough, else with
 * the region in the middle, nearer or further away only as far as needed.
 * @param box image pixels
 */
export function revealed(view: View, box: Box, screen: Size): View {
  const a = toScreen(view, { x: box.x0, y: box.y0 });
  const b = toScreen(view, { x: box.x1, y: box.y1 });
  const longest = Math.max(b.x - a.x, b.y - a.y);
  const seen =
    a.x >= MARGIN && a.y >= MARGIN && b.x <= screen.width - MARGIN && b.y <= screen.height - MARGIN;
  if (seen && longest >= LEAST_REGION) return view;
  const wanted = longest < LEAST_REGION ? (view.zoom * WANTED_REGION) / Math.max(1e-6, longest) : view.zoom;
  return inTheMiddle(box, Math.min(wanted, mostZoomOf(box, screen)), screen);
}

/** A view that a region fills. @param box image pixels */
export function filled(box: Box, screen: Size): View {
  return inTheMiddle(box, mostZoomOf(box, screen), screen);
}

/** At which all of a region is on the screen still. */
const mostZoomOf = (box: Box, screen: Size): number =>
  Math.min(MOST_ZOOM, fit({ width: box.x1 - box.x0, height: box.y1 - box.y0 }, screen).zoom);

const inTheMiddle = (box: Box, zoom: number, screen: Size): View => ({
  zoom,
  x: screen.width / 2 - ((box.x0 + box.x1) / 2) * zoom,
  y: screen.height / 2 - ((box.y0 + box.y1) / 2) * zoom,
});
