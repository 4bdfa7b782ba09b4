import type { ModelVersionId } from './ids.ts';
import { PREPROCESSING_VERSION } from './image.ts';

export const MODEL_STATES = ['registered', 'active', 'retired'] as const;
export type ModelState = (typeof MODEL_STATES)[number];

/** Kept with each embedding, so that a degenerate one is seen without reading it. */
export interface EmbeddingStats {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** population standard deviation over all values of the main tensor */
  readonly std: number;
  readonly nonFinite: number;
}

export interface ModelVersionSummary {
  readonly id: ModelVersionId;
  readonly name: string;
  readonly family: string;
  readonly state: ModelState;
  readonly encoderSha256: string;
  readonly decoderSha256: string;
}

/** MD1: two model versions with the same encoder share embeddings; this key says when. */
export function embeddingKey(imageSha256: string, encoderSha256: string): string {
  return `${imageSha256}_${encoderSha256}_${PREPROCESSING_VERSION}`;
}
