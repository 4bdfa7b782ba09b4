import type { Box, ModelFrame, Size } from '../geometry.ts';
import type { Axis } from './axis.ts';
import { lowResSideOf } from './logit-sampler.ts';

/**
 * Logits of a window of the image at display size, for the screen: ONE interpolation straight from low-res, so edges may
 * differ from `maskFromLogits` by about a pixel where the image is larger than the model side.
 *
 * @param window image pixels shown, continuous; may reach beyond the image
 * @param size   pixels of the result
 * @param into   memory to reuse, at least size.width · size.height long
 * @returns float32 [size.height, size.width]
 */
export function previewLogits(
  lowRes: Float32Array,
  frame: ModelFrame,
  window: Box<'image'>,
  size: Size,
  into: Float32Array = new Float32Array(size.width * size.height),
): Float32Array {
  const L = lowResSideOf(lowRes);
  const perModelPixel = L / frame.side;
  const x = previewAxis(
    window.x0,
    window.x1,
    size.width,
    (frame.content.width / frame.image.width) * perModelPixel,
    L,
  );
  const y = previewAxis(
    window.y0,
    window.y1,
    size.height,
    (frame.content.height / frame.image.height) * perModelPixel,
    L,
  );
  for (let j = 0, at = 0; j < size.height; j++) {
    const upper = y.first[j]! * L;
    const lower = y.second[j]! * L;
    const [v0, v1] = [y.w0[j]!, y.w1[j]!];
    for (let i = 0; i < size.width; i++, at++) {
      const [a, b, h0, h1] = [x.first[i]!, x.second[i]!, x.w0[i]!, x.w1[i]!];
      into[at] =
        v0 * (h0 * lowRes[upper + a]! + h1 * lowRes[upper + b]!) +
        v1 * (h0 * lowRes[lower + a]! + h1 * lowRes[lower + b]!);
    }
  }
  return into;
}

function previewAxis(from: number, to: number, n: number, scale: number, L: number): Axis {
  const axis: Axis = {
    first: new Int32Array(n),
    second: new Int32Array(n),
    w0: new Float32Array(n),
    w1: new Float32Array(n),
  };
  for (let i = 0; i < n; i++) {
    const at = (from + ((i + 0.5) * (to - from)) / n) * scale - 0.5;
    const clamped = Math.min(Math.max(at, 0), L - 1);
    axis.first[i] = Math.floor(clamped);
    axis.second[i] = Math.min(axis.first[i]! + 1, L - 1);
    axis.w1[i] = clamped - axis.first[i]!;
    axis.w0[i] = 1 - axis.w1[i]!;
  }
  return axis;
}
