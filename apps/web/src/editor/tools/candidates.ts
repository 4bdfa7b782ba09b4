import type { CloseUp } from '@maskloop/domain';

/** One mask the decoder offers. */
export interface Candidate {
  /** decoder output channel */
  readonly channel: number;
  /** the model's own estimate */
  readonly iou: number;
  /** share of the picture, 0..1 */
  readonly share: number;
  /** logits [L,L] in the model's square frame of the part that was asked in */
  readonly lowRes: Float32Array;
}

/** Logits [L,L] and the part of the picture that their square frame shows; null: the whole. */
export interface PlacedLogits {
  readonly lowRes: Float32Array;
  readonly closeUp: CloseUp | null;
}

export interface DecodeResult {
  /** largest first: whole, part, subpart */
  readonly candidates: readonly Candidate[];
  /** index of the one to show first */
  readonly best: number;
  /** where it was asked; null: in the whole picture */
  readonly closeUp: CloseUp | null;
}
