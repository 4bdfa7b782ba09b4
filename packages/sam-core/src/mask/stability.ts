/**
 * How much a mask changes when the threshold moves: pixels above threshold + offset over pixels above
 * threshold - offset. NaN when neither has any, as in the reference, where NaN fails every comparison.
 *
 * @param logits any length; at image resolution in the mask generator
 * @source segment_anything/utils/amg.py, calculate_stability_score
 */
export function stabilityScore(logits: Float32Array, threshold: number, offset: number): number {
  let [high, low] = [0, 0];
  for (const value of logits) {
    if (value > threshold + offset) high++;
    if (value > threshold - offset) low++;
  }
  return stabilityOf(high, low);
}

/** The same from counts already taken, rounded to float32 as the reference stores it. */
export const stabilityOf = (high: number, low: number): number => Math.fround(high / low);
