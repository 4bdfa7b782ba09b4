import type { Embedding } from '../engine.ts';

export interface TensorStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
  /** values that are NaN or infinite; the other numbers leave them out */
  readonly notFinite: number;
}
export type EmbeddingStatistics = Readonly<Record<string, TensorStatistics>>;

export const embeddingStatistics = (_embedding: Embedding): EmbeddingStatistics => {
  throw new Error('not yet');
};
/** @returns why the embedding cannot be real (e.g. "embedding is constant"), or null */
export const degenerateReason = (_stats: EmbeddingStatistics): string | null => {
  throw new Error('not yet');
};
export const isDegenerate = (stats: EmbeddingStatistics): boolean => degenerateReason(stats) !== null;
