/** One mask the decoder offers. */
export interface Candidate {
  /** decoder output channel */
  readonly channel: number;
  /** the model's own estimate */
  readonly iou: number;
  /** share of the picture, 0..1 */
  readonly share: number;
  /** logits [L,L] in the model's square frame */
  readonly lowRes: Float32Array;
}

export interface DecodeResult {
  /** largest first: whole, part, subpart */
  readonly candidates: readonly Candidate[];
  /** index of the one to show first */
  readonly best: number;
}
