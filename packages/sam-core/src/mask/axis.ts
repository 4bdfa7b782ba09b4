/** Bilinear sampling along one axis: output i is (1 - lambda) · in[first] + lambda · in[second]. */
export interface Axis {
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** weight of `first`, float32 */
  readonly w0: Float32Array;
  /** weight of `second`, float32 */
  readonly w1: Float32Array;
}

/**
 * Taps of torch's bilinear interpolation with align_corners=False: half-pixel centres, clamped at the borders. The
 * scale and the weights are float32, the position between them is not (observed on torch 1.13, to the last bit).
 *
 * @param from length of the input
 * @param to   length of the output
 */
export function bilinearAxis(from: number, to: number): Axis {
  const first = new Int32Array(to);
  const second = new Int32Array(to);
  const w0 = new Float32Array(to);
  const w1 = new Float32Array(to);
  const scale = Math.fround(from / to);
  for (let i = 0; i < to; i++) {
    const source = Math.max(0, scale * (i + 0.5) - 0.5);
    const at = Math.min(Math.floor(source), from - 1);
    const lambda = Math.min(Math.max(Math.fround(source - at), 0), 1);
    first[i] = at;
    second[i] = Math.min(at + 1, from - 1);
    w1[i] = lambda;
    w0[i] = 1 - lambda;
  }
  return { first, second, w0, w1 };
}

/** Two {@link Axis} steps in one: output i is the sum over k < 3 of weight[3i+k] · in[first[i]+k]. */
export interface ChainedAxis {
  readonly first: Int32Array;
  readonly weights: Float64Array;
}

/**
 * Interpolation twice is one linear map, and its taps are neighbours: the two middle samples a, a+1 read at most
 * three inputs as long as the first step enlarges.
 *
 * @param inputs length of the input of the first step, at least 1
 */
export function chainAxes(inner: Axis, outer: Axis, inputs: number): ChainedAxis {
  const n = outer.first.length;
  const first = new Int32Array(n);
  const weights = new Float64Array(n * 3);
  for (let i = 0; i < n; i++) {
    const [a, b] = [outer.first[i]!, outer.second[i]!];
    // the last inputs have no third neighbour: start earlier, with weight 0 there
    const start = Math.max(0, Math.min(inner.first[a]!, inputs - 3));
    first[i] = start;
    const add = (middle: number, weight: number): void => {
      const p = i * 3 + inner.first[middle]! - start;
      const q = i * 3 + inner.second[middle]! - start;
      weights[p] = weights[p]! + weight * inner.w0[middle]!;
      weights[q] = weights[q]! + weight * inner.w1[middle]!;
    };
    add(a, outer.w0[i]!);
    add(b, outer.w1[i]!);
  }
  return { first, weights };
}
