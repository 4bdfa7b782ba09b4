import { SamCoreError } from '../errors.ts';
import type { Box, ModelFrame } from '../geometry.ts';
import { type Axis, bilinearAxis, type ChainedAxis, chainAxes } from './axis.ts';
import { type MaskWindow, paddedStride } from './window.ts';

/** What one pass over a mask's logits at image size finds. */
export interface Measured {
  /** the mask inside `window`; valid until the sampler's next call */
  readonly window: MaskWindow;
  /** tight box of the mask in the sampled image, x1 and y1 INCLUSIVE; null for an empty mask */
  readonly box: Box<'image'> | null;
  /** pixels with logit > threshold */
  readonly area: number;
  /** pixels with logit > threshold + offset */
  readonly high: number;
  /** pixels with logit > threshold - offset */
  readonly low: number;
}

/**
 * Samples many logit maps of one image: the axis tables and the scratch memory are made once.
 *
 * Exact shortcut: interpolation is a convex combination, so a pixel can exceed `threshold - offset` only if one of its
 * taps does. Only the pixels reached by such low-res cells are computed, row by row. The two interpolations run as
 * one (three taps on each axis) in float64; a result closer to a threshold than float32 rounding could explain is
 * computed again in the reference's own steps, so the mask is the reference's, pixel for pixel.
 */
export class LogitSampler {
  readonly frame: ModelFrame;
  readonly lowResSide: number;
  readonly #inner: { x: Axis; y: Axis };
  readonly #outer: { x: Axis; y: Axis };
  readonly #x: ChainedAxis;
  readonly #y: ChainedAxis;
  /** [L, W] low-res rows resampled across; a row is valid when its stamp is the current call's */
  readonly #across: Float32Array;
  readonly #stamp: Uint32Array;
  #call = 0;
  /** first and last + 1 low-res column above the cut, for each low-res row */
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  #bits = new Uint8Array(0);

  /** @throws SamCoreError GEOMETRY_INVALID when L is below 3 or above the side of the model */
  constructor(frame: ModelFrame, lowResSide: number) {
    const { image, content, side, fit } = frame;
    if (lowResSide < 3 || lowResSide > side) {
      throw new SamCoreError('GEOMETRY_INVALID', `low-res side must be in 3..${side}, got ${lowResSide}`);
    }
    this.frame = frame;
    this.lowResSide = lowResSide;
    // a stretched model has no square to go through: an inner step of length L changes nothing
    const inner = bilinearAxis(lowResSide, fit === 'pad' ? side : lowResSide);
    const middle = fit === 'pad' ? content : { width: lowResSide, height: lowResSide };
    this.#inner = { x: inner, y: inner };
    this.#outer = {
      x: bilinearAxis(middle.width, image.width),
      y: bilinearAxis(middle.height, image.height),
    };
    this.#x = chainAxes(inner, this.#outer.x, lowResSide);
    this.#y = chainAxes(inner, this.#outer.y, lowResSide);
    this.#across = new Float32Array(lowResSide * image.width);
    this.#stamp = new Uint32Array(lowResSide);
    this.#from = new Int32Array(lowResSide);
    this.#to = new Int32Array(lowResSide);
  }

  /**
   * @param lowRes float32 [L,L]
   * @param levels `threshold` of the mask and the `offset` around it at which stability is counted
   */
  measure(lowRes: Float32Array, levels: { readonly threshold: number; readonly offset: number }): Measured {
    const { width, height } = this.frame.image;
    const { threshold, offset } = levels;
    const nothing: Measured = { window: EMPTY, box: null, area: 0, high: 0, low: 0 };
    const reach = this.#findAbove(lowRes, threshold - offset);
    if (reach === null) return nothing;
    const x0 = firstReading(this.#x, width, reach.x0);
    const x1 = lastReading(this.#x, width, reach.x1 - 1) + 1;
    const y0 = firstReading(this.#y, height, reach.y0);
    const y1 = lastReading(this.#y, height, reach.y1 - 1) + 1;
    if (x0 >= x1 || y0 >= y1) return nothing; // all of it lies in the padding
    this.#call++;
    const stride = paddedStride(x1 - x0);
    if (this.#bits.length < stride * (y1 - y0)) this.#bits = new Uint8Array(stride * (y1 - y0));
    const bits = this.#bits;
    bits.fill(0, 0, stride * (y1 - y0));
    // float32 rounding in the reference's eight multiply-adds stays well below this
    const doubt = reach.magnitude * 2e-6;
    const across = this.#across;
    let [area, high, low] = [0, 0, 0];
    let [left, top, right, bottom] = [width, height, -1, -1];
    for (let y = y0; y < y1; y++) {
      const row = this.#y.first[y]!;
      const w0 = this.#y.weights[y * 3]!;
      const w1 = this.#y.weights[y * 3 + 1]!;
      const w2 = this.#y.weights[y * 3 + 2]!;
      const from = Math.min(this.#from[row]!, this.#from[row + 1]!, this.#from[row + 2]!);
      const to = Math.max(this.#to[row]!, this.#to[row + 1]!, this.#to[row + 2]!);
      if (from >= to) continue;
      const start = firstReading(this.#x, x1, from);
      const end = lastReading(this.#x, x1, to - 1) + 1;
      for (let k = 0; k < 3; k++) this.#sampleAcross(lowRes, row + k, x0, x1);
      const r0 = row * width;
      const r1 = r0 + width;
      const r2 = r1 + width;
      const at = (y - y0) * stride - x0;
      let first = -1;
      let last = -1;
      for (let x = start; x < end; x++) {
        let above = w0 * across[r0 + x]! + w1 * across[r1 + x]! + w2 * across[r2 + x]! - threshold;
        const distance = above < 0 ? -above : above;
        const toOffset = distance - offset;
        if (distance < doubt || (toOffset < doubt && toOffset > -doubt)) {
          above = this.#reference(lowRes, x, y) - threshold;
        }
        // negated, so that NaN stays outside
        if (!(above > -offset)) continue;
        low++;
        if (!(above > 0)) continue;
        bits[at + x] = 1;
        area++;
        if (above > offset) high++;
        if (first < 0) first = x;
        last = x;
      }
      if (first < 0) continue;
      if (first < left) left = first;
      if (last > right) right = last;
      if (top === height) top = y;
      bottom = y;
    }
    const window = { x0, y0, width: x1 - x0, height: y1 - y0, stride, data: bits };
    return { window, box: right < 0 ? null : { x0: left, y0: top, x1: right, y1: bottom }, area, high, low };
  }

  /** Finds, for each low-res row, the columns above the cut; the box around them; the largest magnitude. */
  #findAbove(lowRes: Float32Array, cut: number): (Box & { readonly magnitude: number }) | null {
    const L = this.lowResSide;
    // below the cut by more than rounding can lift a combination of equal taps
    const level = cut - 1e-3;
    let [x0, y0, x1, y1] = [L, L, 0, 0];
    let magnitude = 0;
    for (let y = 0; y < L; y++) {
      let first = L;
      let last = -1;
      for (let x = 0, at = y * L; x < L; x++, at++) {
        const value = lowRes[at]!;
        const size = value < 0 ? -value : value;
        if (size > magnitude) magnitude = size;
        if (value > level) {
          if (last < 0) first = x;
          last = x;
        }
      }
      this.#from[y] = first;
      this.#to[y] = last + 1;
      if (last < 0) continue;
      if (first < x0) x0 = first;
      if (last >= x1) x1 = last + 1;
      if (y < y0) y0 = y;
      y1 = y + 1;
    }
    return x1 === 0 ? null : { x0, y0, x1, y1, magnitude };
  }

  #sampleAcross(lowRes: Float32Array, row: number, x0: number, x1: number): void {
    if (this.#stamp[row] === this.#call) return;
    this.#stamp[row] = this.#call;
    const { first, weights } = this.#x;
    const from = row * this.lowResSide;
    const to = row * this.frame.image.width;
    for (let x = x0, k = x0 * 3; x < x1; x++, k += 3) {
      const at = from + first[x]!;
      this.#across[to + x] =
        weights[k]! * lowRes[at]! + weights[k + 1]! * lowRes[at + 1]! + weights[k + 2]! * lowRes[at + 2]!;
    }
  }

  /** One pixel in the reference's own steps: float32 after every operation, through the middle image. */
  #reference(lowRes: Float32Array, x: number, y: number): number {
    const L = this.lowResSide;
    const { x: ix, y: iy } = this.#inner;
    const { x: ox, y: oy } = this.#outer;
    const middle = (my: number, mx: number): number => {
      const [a, b] = [iy.first[my]! * L, iy.second[my]! * L];
      const [c, d] = [ix.first[mx]!, ix.second[mx]!];
      const upper = mix(lowRes[a + c]!, ix.w0[mx]!, lowRes[a + d]!, ix.w1[mx]!);
      const lower = mix(lowRes[b + c]!, ix.w0[mx]!, lowRes[b + d]!, ix.w1[mx]!);
      return mix(upper, iy.w0[my]!, lower, iy.w1[my]!);
    };
    const [top, low] = [oy.first[y]!, oy.second[y]!];
    const [left, right] = [ox.first[x]!, ox.second[x]!];
    const upper = mix(middle(top, left), ox.w0[x]!, middle(top, right), ox.w1[x]!);
    const lower = mix(middle(low, left), ox.w0[x]!, middle(low, right), ox.w1[x]!);
    return mix(upper, oy.w0[y]!, lower, oy.w1[y]!);
  }
}

const EMPTY: MaskWindow = { x0: 0, y0: 0, width: 0, height: 0, stride: 0, data: new Uint8Array(0) };

/** As torch's vector code rounds it: the second product, then the sum with the first product unrounded (a fused add). */
const mix = (a: number, wa: number, b: number, wb: number): number =>
  Math.fround(wa * a + Math.fround(wb * b));

/** @returns the first output below `n` that reads input `cell` or a later one (`n` if none) */
function firstReading({ first }: ChainedAxis, n: number, cell: number): number {
  let [from, to] = [0, n];
  while (from < to) {
    const i = (from + to) >> 1;
    if (first[i]! + 2 < cell) from = i + 1;
    else to = i;
  }
  return from;
}

/** @returns the last output below `n` that reads input `cell` or an earlier one (-1 if none) */
function lastReading({ first }: ChainedAxis, n: number, cell: number): number {
  let [from, to] = [0, n];
  while (from < to) {
    const i = (from + to) >> 1;
    if (first[i]! <= cell) from = i + 1;
    else to = i;
  }
  return from - 1;
}

/**
 * @returns L of [L,L] logits
 * @throws SamCoreError GEOMETRY_INVALID when they are not square
 */
export function lowResSideOf(lowRes: Float32Array): number {
  const side = Math.round(Math.sqrt(lowRes.length));
  if (side * side === lowRes.length) return side;
  throw new SamCoreError('GEOMETRY_INVALID', `low-res logits must be square, got ${lowRes.length} values`);
}
