import { SamCoreError } from '../errors.ts';
import type { Size } from '../geometry.ts';
import type { Pixels } from './pixels.ts';

/** Fractional bits of the integer weights: 8 bits of pixel and 2 of headroom leave 22 of 32. */
const PRECISION = 22;
const HALF = 1 << (PRECISION - 1);

/**
 * Resamples with Pillow's BILINEAR, byte for byte: a triangle filter that widens with the shrink factor, across
 * first and down second, rounded to uint8 after EACH pass. Both hosts use this one, because another resampler
 * shifts the embedding (a canvas `drawImage` is off by up to 135 grey levels at strong reductions).
 *
 * @param source RGB uint8
 * @param to     size of the result in pixels
 * @returns new pixels; the source itself when the size is the same
 * @throws SamCoreError GEOMETRY_INVALID for a size that is not whole and positive
 * @source the behaviour of Pillow's Image.resize(size, BILINEAR) on an 8-bit image
 */
export function resize(source: Pixels, to: Size): Pixels {
  if (!(Number.isInteger(to.width) && Number.isInteger(to.height) && to.width > 0 && to.height > 0)) {
    throw new SamCoreError('GEOMETRY_INVALID', `cannot resize to ${to.width} x ${to.height} pixels`, {
      ...to,
    });
  }
  const across = to.width === source.width ? source : resizeAcross(source, to.width);
  return to.height === across.height ? across : resizeDown(across, to.height);
}

/** For each output position: the first input position, how many, and their weights (22 fractional bits). */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `stride` weights for each output */
  readonly weights: Int32Array;
  readonly stride: number;
}

function triangleTaps(from: number, to: number): Taps {
  const scale = from / to;
  const reach = Math.max(scale, 1); // enlarging interpolates between two pixels, shrinking averages over `scale`
  const stride = Math.ceil(reach) * 2 + 1;
  const first = new Int32Array(to);
  const count = new Int32Array(to);
  const weights = new Int32Array(to * stride);
  const raw = new Float64Array(stride);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale;
    const a = Math.max(0, Math.trunc(centre - reach + 0.5));
    const b = Math.min(from, Math.trunc(centre + reach + 0.5));
    let sum = 0;
    for (let x = a; x < b; x++) {
      // multiplied by the reciprocal, not divided: the last bit decides some weights
      const weight = Math.max(0, 1 - Math.abs((x - centre + 0.5) * (1 / reach)));
      raw[x - a] = weight;
      sum += weight;
    }
    first[i] = a;
    count[i] = b - a;
    for (let k = 0; k < b - a; k++) {
      weights[i * stride + k] = Math.trunc(0.5 + (raw[k]! / sum) * 2 ** PRECISION);
    }
  }
  return { first, count, weights, stride };
}

function resizeAcross({ data, width, height }: Pixels, to: number): Pixels {
  const { first, count, weights, stride } = triangleTaps(width, to);
  const out = new Uint8Array(to * height * 3);
  let at = 0;
  for (let y = 0; y < height; y++) {
    const row = y * width * 3;
    for (let x = 0; x < to; x++, at += 3) {
      let from = row + first[x]! * 3;
      let k = x * stride;
      // the sums stay below 2^30 + 2^21, so plain int32 arithmetic is exact; weights are never negative, so the
      // result never leaves 0..255 and needs no clamp
      let r = HALF;
      let g = HALF;
      let b = HALF;
      for (const end = k + count[x]!; k < end; k++, from += 3) {
        const weight = weights[k]!;
        r = (r + Math.imul(weight, data[from]!)) | 0;
        g = (g + Math.imul(weight, data[from + 1]!)) | 0;
        b = (b + Math.imul(weight, data[from + 2]!)) | 0;
      }
      out[at] = r >> PRECISION;
      out[at + 1] = g >> PRECISION;
      out[at + 2] = b >> PRECISION;
    }
  }
  return { data: out, width: to, height };
}

function resizeDown({ data, width, height }: Pixels, to: number): Pixels {
  const { first, count, weights, stride } = triangleTaps(height, to);
  const rowLength = width * 3;
  const out = new Uint8Array(rowLength * to);
  const sums = new Int32Array(rowLength);
  for (let y = 0; y < to; y++) {
    sums.fill(HALF);
    // row by row: memory is read in order, and the inner loop has one weight
    for (let k = 0; k < count[y]!; k++) {
      const weight = weights[y * stride + k]!;
      const from = (first[y]! + k) * rowLength;
      for (let i = 0; i < rowLength; i++) sums[i] = (sums[i]! + Math.imul(weight, data[from + i]!)) | 0;
    }
    const at = y * rowLength;
    for (let i = 0; i < rowLength; i++) out[at + i] = sums[i]! >> PRECISION;
  }
  return { data: out, width, height: to };
}
