import type { MaskBox } from '@maskloop/domain';
import type { Box, Size } from '@maskloop/sam-core';

/** Room around the mask, as a part of its longer side: what it belongs to must be seen as well. */
const CONTEXT = 0.35;
/** Image pixels around a speck. */
const LEAST_CONTEXT = 16;

/**
 * The part of a picture in which a mask is judged, in the shape of the screen. Lies inside the picture where it
 * fits; a part wider or higher than the picture is centred on it.
 * @returns image pixels
 */
export function windowOn(box: MaskBox, image: Size, screen: Size): Box {
  const room = Math.max(LEAST_CONTEXT, CONTEXT * Math.max(box.width, box.height));
  const shape = screen.width / screen.height;
  const wanted = { width: box.width + 2 * room, height: box.height + 2 * room };
  const width = Math.max(wanted.width, wanted.height * shape);
  const height = width / shape;
  const place = (middle: number, length: number, all: number) =>
    length >= all ? (all - length) / 2 : Math.min(all - length, Math.max(0, middle - length / 2));
  const x0 = place(box.x + box.width / 2, width, image.width);
  const y0 = place(box.y + box.height / 2, height, image.height);
  return { x0, y0, x1: x0 + width, y1: y0 + height };
}
