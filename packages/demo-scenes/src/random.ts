/** Integer hash of up to three 32-bit integers to 0 (inclusive) .. 1 (exclusive); the same on every machine. */
export function hash(a: number, b = 0, c = 0): number {
  let h = Math.imul(a | 0, 0x27d4eb2d) ^ Math.imul(b | 0, 0x165667b1) ^ Math.imul(c | 0, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** 32-bit integer hash of a text, to turn a scene's name into a seed. */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (const char of text) h = Math.imul(h ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return h >>> 0;
}

/** A seeded stream of random numbers; the same seed gives the same stream. */
export class Random {
  readonly #seed: number;
  #count = 0;

  constructor(seed: number) {
    this.#seed = seed | 0;
  }

  /** Uniform in `low` (inclusive) .. `high` (exclusive). */
  between(low: number, high: number): number {
    this.#count++;
    return low + (high - low) * hash(this.#seed, this.#count, 7919);
  }

  /** Uniform in -`spread` .. `spread`. */
  around(spread: number): number {
    return this.between(-spread, spread);
  }

  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.between(0, items.length))] as T;
  }
}
