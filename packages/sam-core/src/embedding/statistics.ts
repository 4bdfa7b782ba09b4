import type { Embedding } from '../engine.ts';
import { EMBEDDING_ROLES } from '../manifest.ts';
import type { FloatTensor } from '../tensor.ts';

/** Numbers that tell a real embedding from a broken one; stored beside it. Non-finite values are only counted. */
export interface TensorStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
  /** standard deviation over positions, within each channel, pooled; 0 when the image left no trace */
  readonly spatialStd: number;
  /** values that are NaN or infinite */
  readonly notFinite: number;
}

/** By role. */
export type EmbeddingStatistics = Readonly<Record<string, TensorStatistics>>;

/** @returns statistics of each tensor; [1,C,h,w] is taken as C channels of h·w positions */
export function embeddingStatistics(embedding: Embedding): EmbeddingStatistics {
  return Object.fromEntries(
    EMBEDDING_ROLES.flatMap((role) => {
      const tensor = embedding.tensors[role];
      return tensor === undefined ? [] : [[role, statisticsOf(tensor)] as const];
    }),
  );
}

function statisticsOf({ dims, data }: FloatTensor): TensorStatistics {
  const positions = Math.max(1, (dims.at(-1) ?? 1) * (dims.at(-2) ?? 1));
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [count, sum, squares, within] = [0, 0, 0, 0];
  for (let from = 0; from < data.length; from += positions) {
    let [n, s, s2] = [0, 0, 0];
    // measured from the channel's first value, or equal values would leave rounding for a deviation
    const origin = data[from]!;
    const shift = Number.isFinite(origin) ? origin : 0;
    for (let i = from; i < Math.min(from + positions, data.length); i++) {
      const value = data[i]!;
      if (value - value !== 0) continue; // NaN or infinite
      if (value < min) min = value;
      if (value > max) max = value;
      const d = value - shift;
      n++;
      s += d;
      s2 += d * d;
    }
    if (n === 0) continue;
    within += Math.max(0, s2 - (s * s) / n);
    count += n;
    sum += s + n * shift;
    squares += s2 + 2 * shift * s + n * shift * shift;
  }
  const mean = count === 0 ? 0 : sum / count;
  const variance = (total: number) => (count === 0 ? 0 : Math.max(0, total / count));
  return {
    min: count === 0 ? 0 : min,
    max: count === 0 ? 0 : max,
    mean,
    std: Math.sqrt(variance(squares - count * mean * mean)),
    spatialStd: Math.sqrt(variance(within)),
    notFinite: data.length - count,
  };
}

/** Spread below this share of the magnitude is float16 noise, not an image. */
const LEAST_SPREAD = 1e-4;

/**
 * An encoder in half precision can return NaN or one constant without an error; such an embedding must not be stored.
 *
 * @returns why it cannot be real, e.g. "embedding is constant", or null. Even a blank photo leaves a trace, at its
 *          borders or by the position code.
 */
export function degenerateReason(statistics: EmbeddingStatistics): string | null {
  for (const [role, { min, max, notFinite, spatialStd }] of Object.entries(statistics)) {
    if (notFinite > 0) return `${role} has ${notFinite} values that are not finite`;
    const magnitude = Math.max(Math.abs(min), Math.abs(max));
    if (max - min <= magnitude * LEAST_SPREAD) return `${role} is constant`;
    if (spatialStd <= magnitude * LEAST_SPREAD * 0.01) return `${role} is the same at every position`;
  }
  return null;
}

export const isDegenerate = (statistics: EmbeddingStatistics): boolean =>
  degenerateReason(statistics) !== null;
