import type { ModelFrame } from '../geometry.ts';
import { type BitMask, bitMask } from './bit-mask.ts';
import { LogitSampler, lowResSideOf } from './logit-sampler.ts';
import type { Rle } from './rle.ts';
import { windowRuns } from './window.ts';

/**
 * Turns decoder logits into a binary mask at image size: enlarged to the model square, cut to the image's part,
 * resampled to the image (two interpolations, align_corners=False), then thresholded. Stretched models skip the
 * square, as SAM 2 does.
 *
 * @param lowRes logits, float32 [L,L], row-major, square frame including padding; L must be 3 or more
 * @param frame  where the image lies in that square
 * @param threshold logit above which a pixel is inside; strict
 * @returns one byte per image pixel
 * @source segment_anything/modeling/sam.py, Sam.postprocess_masks
 */
export function maskFromLogits(lowRes: Float32Array, frame: ModelFrame, threshold = 0): BitMask {
  const { image } = frame;
  const mask = bitMask(image);
  const { window } = new LogitSampler(frame, lowResSideOf(lowRes)).measure(lowRes, { threshold, offset: 0 });
  for (let y = 0; y < window.height; y++) {
    const row = window.data.subarray(y * window.stride, y * window.stride + window.width);
    mask.data.set(row, (window.y0 + y) * image.width + window.x0);
  }
  return mask;
}

/** {@link maskFromLogits} straight to run lengths, without a full-size array. */
export function rleFromLogits(lowRes: Float32Array, frame: ModelFrame, threshold = 0): Rle {
  const { image } = frame;
  const { window } = new LogitSampler(frame, lowResSideOf(lowRes)).measure(lowRes, { threshold, offset: 0 });
  return { width: image.width, height: image.height, counts: windowRuns(window, image) };
}
