import type { Box, ModelFrame, Size } from '../geometry.ts';
import type { BitMask } from './bit-mask.ts';
import type { Rle } from './rle.ts';

const notYet = (): never => {
  throw new Error('not yet');
};

/** Exact mask at image size: two bilinear steps, threshold strict. lowRes float32 [L,L]. */
export const maskFromLogits = (
  _lowRes: Float32Array,
  _frame: ModelFrame,
  _options?: { threshold?: number },
): BitMask => notYet();

/** Same, straight to run lengths, without a full-size array. */
export const rleFromLogits = (
  _lowRes: Float32Array,
  _frame: ModelFrame,
  _options?: { threshold?: number },
): Rle => notYet();

/**
 * Fast preview: logits of an image window at a display size, one interpolation (approximate at edges).
 * @returns float32 [size.height, size.width]
 */
export const previewLogits = (
  _lowRes: Float32Array,
  _frame: ModelFrame,
  _window: Box<'image'>,
  _size: Size,
  _into?: Float32Array,
): Float32Array => notYet();
