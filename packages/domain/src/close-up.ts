import { z } from 'zod';

/** Pixels that a side of a close-up has at least: below, there is nothing more to see. */
export const CLOSE_UP_MIN_SIDE = 32;

/** Below this share of a picture a region gained from a close-up, above it none did (model card, "Small objects"). */
export const SMALL_SHARE = 0.01;

/** CU4: days after which a close-up's embedding goes; asking again makes it again. */
export const CLOSE_UP_DAYS = 7;

const Corner = z.number().int().min(0).max(1_000_000);

/**
 * CU1: a part of a picture that is encoded by itself, so that what is small in the picture is large for the model. Whole
 * image pixels; x1 and y1 are EXCLUSIVE.
 */
export const CloseUp = z
  .object({ x0: Corner, y0: Corner, x1: Corner, y1: Corner })
  .refine(({ x0, y0, x1, y1 }) => Math.min(x1 - x0, y1 - y0) >= CLOSE_UP_MIN_SIDE, {
    error: `each side must have at least ${CLOSE_UP_MIN_SIDE} pixels`,
  })
  .meta({
    description: `whole pixels of the image, x1 and y1 exclusive; at least ${CLOSE_UP_MIN_SIDE} on each side`,
  });
export type CloseUp = z.infer<typeof CloseUp>;

/** As it stands in addresses, in object keys and in the identity of jobs. */
export const closeUpName = ({ x0, y0, x1, y1 }: CloseUp): string => `${x0}-${y0}-${x1}-${y1}`;

/** @returns null for what {@link closeUpName} never writes */
export function parseCloseUp(name: string): CloseUp | null {
  const [, ...corners] = /^(\d{1,7})-(\d{1,7})-(\d{1,7})-(\d{1,7})$/.exec(name) ?? [];
  const [x0, y0, x1, y1] = corners.map(Number);
  return CloseUp.safeParse({ x0, y0, x1, y1 }).data ?? null;
}

/** @returns why a close-up cannot be one of a picture of this size; null: it can */
export function closeUpFault(
  { x1, y1 }: CloseUp,
  { width, height }: { readonly width: number; readonly height: number },
): string | null {
  if (x1 > width) return `closeUp.x1: at most ${width}, the width of the picture, got ${x1}`;
  if (y1 > height) return `closeUp.y1: at most ${height}, the height of the picture, got ${y1}`;
  return null;
}

/** How much of a region's surroundings its close-up shows, in lengths of the region's longer side. */
const SURROUNDINGS = 2.5;

/**
 * The close-up of a region: a square around it as far as the picture reaches.
 * Small regions gained most with this much around them (model card, "Small objects").
 */
export function closeUpAround(
  {
    x,
    y,
    width,
    height,
  }: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  picture: { readonly width: number; readonly height: number },
): CloseUp {
  const side = Math.max(CLOSE_UP_MIN_SIDE, Math.ceil(SURROUNDINGS * Math.max(width, height)));
  const from = (middle: number, length: number) =>
    Math.max(0, Math.min(Math.round(middle - side / 2), length - side));
  const x0 = from(x + width / 2, picture.width);
  const y0 = from(y + height / 2, picture.height);
  return { x0, y0, x1: Math.min(picture.width, x0 + side), y1: Math.min(picture.height, y0 + side) };
}

/** A position in image pixels. */
interface Pixel {
  readonly x: number;
  readonly y: number;
}
/** A box in image pixels, far corners exclusive. */
interface Corners {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Whether a point lies in a close-up. */
export const liesInCloseUp = ({ x, y }: Pixel, { x0, y0, x1, y1 }: CloseUp): boolean =>
  x >= x0 && y >= y0 && x < x1 && y < y1;

/** Whether a box lies in a close-up as a whole; image pixels, far corners exclusive. */
export const boxLiesInCloseUp = (box: Corners, { x0, y0, x1, y1 }: CloseUp): boolean =>
  box.x0 >= x0 && box.y0 >= y0 && box.x1 <= x1 && box.y1 <= y1;

/** @returns why a prompt cannot have been asked in a close-up: what of it lies outside (CU1); null: nothing does */
export function promptFault(
  { points, box }: { readonly points: readonly Pixel[]; readonly box: Corners | null },
  closeUp: CloseUp,
): string | null {
  for (const [at, point] of points.entries()) {
    for (const axis of ['x', 'y'] as const) {
      const [from, to, value] = [closeUp[`${axis}0`], closeUp[`${axis}1`], point[axis]];
      if (value >= from && value < to) continue;
      return `points.${at}.${axis}: at least ${from} and below ${to} in this close-up, got ${value}`;
    }
  }
  if (!box) return null;
  for (const field of ['x0', 'y0', 'x1', 'y1'] as const) {
    const axis = field.startsWith('x') ? 'x' : 'y';
    const [from, to, value] = [closeUp[`${axis}0`], closeUp[`${axis}1`], box[field]];
    if (value >= from && value <= to) continue;
    return `box.${field}: at least ${from} and at most ${to} in this close-up, got ${value}`;
  }
  return null;
}

/** null and undefined: the whole picture. */
export const isSameCloseUp = (a: CloseUp | null | undefined, b: CloseUp | null | undefined): boolean =>
  (a ? closeUpName(a) : null) === (b ? closeUpName(b) : null);
