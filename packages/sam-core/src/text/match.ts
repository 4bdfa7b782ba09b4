/** @returns the cosine of the angle between two embeddings, -1..1; 0 where one of them is all zeros */
export function cosine(a: Float32Array, b: Float32Array): number {
  let dot = 0;
  let lengthA = 0;
  let lengthB = 0;
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    lengthA += a[i]! ** 2;
    lengthB += b[i]! ** 2;
  }
  return lengthA === 0 || lengthB === 0 ? 0 : dot / Math.sqrt(lengthA * lengthB);
}

/** Numbers → shares that sum to 1. The largest is taken off first, which changes nothing but keeps exp finite. */
export function softmax(values: readonly number[]): number[] {
  const largest = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/**
 * How well each phrase fits a picture, as CLIP's zero-shot classification has it: the softmax over all cosines times the
 * model's scale. The background phrases take part and are dropped from the answer, so the shares of what was asked for
 * sum to less than 1.
 *
 * @returns 0..1 for each phrase
 * @source Radford et al., "Learning Transferable Visual Models From Natural Language Supervision", §3.1
 */
export function phraseShares(
  image: Float32Array,
  {
    phrases,
    background,
    scale,
  }: {
    readonly phrases: readonly Float32Array[];
    readonly background: readonly Float32Array[];
    readonly scale: number;
  },
): number[] {
  const logits = [...phrases, ...background].map((text) => scale * cosine(image, text));
  return softmax(logits).slice(0, phrases.length);
}

/** The sentence that the text encoder is given. */
export const sentenceOf = (template: string, phrase: string): string => template.replace('{}', () => phrase);

/**
 * Token ids of the model's length: cut before the last token, which says where the phrase ends and which CLIP reads the
 * embedding from, or filled up.
 *
 * @returns ids, and 1 for each that is not filling
 */
export function fitTokens(
  ids: readonly number[],
  { contextLength, padId }: { readonly contextLength: number; readonly padId: number },
): { readonly ids: number[]; readonly mask: number[] } {
  const kept = ids.length > contextLength ? [...ids.slice(0, contextLength - 1), ids[ids.length - 1]!] : ids;
  const at = Array.from({ length: contextLength }, (_, i) => i);
  return { ids: at.map((i) => kept[i] ?? padId), mask: at.map((i) => (i < kept.length ? 1 : 0)) };
}
