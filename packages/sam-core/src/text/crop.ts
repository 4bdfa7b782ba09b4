import { SamCoreError } from '../errors.ts';
import type { Box } from '../geometry.ts';
import type { Pixels } from '../image/pixels.ts';
import { resize } from '../image/resize.ts';
import { decodeRle, type Rle, rleBox } from '../mask/rle.ts';
import type { FloatTensor } from '../tensor.ts';
import type { TextModelManifest } from './manifest.ts';

/** How far the window reaches beyond the mask, as a share of its longer side, on each side. */
const MARGIN = 0.1;

/**
 * The square around a mask that the image encoder is shown. It may reach beyond the picture: a cut square would show
 * things at the border stretched.
 *
 * @param box the mask's, whole pixels, x1 and y1 exclusive
 * @returns whole pixels, x1 and y1 exclusive
 */
export function cropWindow({ x0, y0, x1, y1 }: Box<'image'>): Box<'image'> {
  const longer = Math.max(x1 - x0, y1 - y0);
  const side = longer + 2 * Math.ceil(longer * MARGIN);
  const left = Math.floor((x0 + x1 - side) / 2);
  const top = Math.floor((y0 + y1 - side) / 2);
  return { x0: left, y0: top, x1: left + side, y1: top + side };
}

/**
 * A mask's pixels in the middle of a square of the fill colour. What is around the mask is not shown, so that the
 * answer is about the mask and not about what it lies on: SAM's text variant hides it in half of its training crops.
 *
 * @param fill RGB, 0..255
 * @throws SamCoreError GEOMETRY_INVALID for an empty mask, and for one of another picture's size
 * @source the SAM paper, appendix D.5 (there the background is zeroed before the encoder; the mean colour is zero
 *         after normalising)
 */
export function maskCrop(pixels: Pixels, mask: Rle, fill: readonly [number, number, number]): Pixels {
  const box = rleBox(mask);
  if (box === null || mask.width !== pixels.width || mask.height !== pixels.height) {
    throw new SamCoreError(
      'GEOMETRY_INVALID',
      'only a mask of the picture that is not empty can be cut out',
      {
        mask: [mask.width, mask.height],
        picture: [pixels.width, pixels.height],
      },
    );
  }
  const window = cropWindow(box);
  const side = window.x1 - window.x0;
  const data = new Uint8Array(side * side * 3);
  const colour = fill.map(Math.round);
  for (let i = 0; i < data.length; i++) data[i] = colour[i % 3]!;
  const inside = decodeRle(mask);
  for (let y = box.y0; y < box.y1; y++) {
    for (let x: number = box.x0; x < box.x1; x++) {
      const from = y * pixels.width + x;
      if (inside.data[from] !== 1) continue;
      const to = (y - window.y0) * side + x - window.x0;
      for (let channel = 0; channel < 3; channel++) {
        data[to * 3 + channel] = pixels.data[from * 3 + channel]!;
      }
    }
  }
  return { data, width: side, height: side };
}

/**
 * Squares → the image encoder's input, resized (bilinear) and normalised.
 * @returns float32 [B,3,S,S]
 */
export function textImageInput(
  crops: readonly Pixels[],
  { side, mean, std }: Pick<TextModelManifest['image'], 'side' | 'mean' | 'std'>,
): FloatTensor {
  const plane = side * side;
  const data = new Float32Array(crops.length * 3 * plane);
  for (const [at, crop] of crops.entries()) {
    const small = resize(crop, { width: side, height: side }).data;
    for (let channel = 0; channel < 3; channel++) {
      const to = (at * 3 + channel) * plane;
      for (let i = 0; i < plane; i++)
        data[to + i] = (small[i * 3 + channel]! - mean[channel]!) / std[channel]!;
    }
  }
  return { dims: [crops.length, 3, side, side], data };
}
