import type { BitMask } from './mask/bit-mask.ts';

/**
 * Xorshift32: the same numbers in every engine and in the scripts that made the golden files.
 * @returns a function giving uint32
 */
export function seeded(seed: number): () => number {
  let x = seed >>> 0 || 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    x >>>= 0;
    return x;
  };
}

/** Upper bytes of {@link seeded}. */
export function noiseBytes(length: number, seed: number): Uint8Array {
  const next = seeded(seed);
  return Uint8Array.from({ length }, () => next() >>> 24);
}

/** A mask of a few discs with holes and specks: runs of many lengths, parts that touch the border. */
export function blobs(width: number, height: number, seed: number, discs = 6): BitMask {
  const next = seeded(seed);
  const data = new Uint8Array(width * height);
  for (let d = 0; d < discs; d++) {
    const [cx, cy] = [next() % width, next() % height];
    const radius = 1 + (next() % Math.max(2, Math.ceil(Math.min(width, height) / 3)));
    const value = d % 3 === 2 ? 0 : 1;
    for (let y = Math.max(0, cy - radius); y < Math.min(height, cy + radius); y++) {
      for (let x = Math.max(0, cx - radius); x < Math.min(width, cx + radius); x++) {
        if ((x - cx) ** 2 + (y - cy) ** 2 < radius ** 2) data[y * width + x] = value;
      }
    }
  }
  for (let s = 0; s < (width * height) / 400; s++) {
    const at = next() % data.length;
    data[at] = 1 - data[at]!;
  }
  return { width, height, data };
}

/**
 * Logits with slopes and noise, like a decoder's: discs that fall off from their middle, cut at ±12. Only arithmetic
 * that every language rounds alike, so that golden files can be made elsewhere.
 *
 * @returns float32 [side,side]
 */
export function discLogits(side: number, seed: number, discs = 3): Float32Array {
  const next = seeded(seed);
  const logits = new Float32Array(side * side).fill(-12);
  for (let d = 0; d < discs; d++) {
    const [cx, cy] = [next() % side, next() % side];
    const radius = 2 + (next() % Math.floor(side / 3));
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const height = (radius * radius - (x - cx) ** 2 - (y - cy) ** 2) / radius;
        logits[y * side + x] = Math.min(12, Math.max(logits[y * side + x]!, height));
      }
    }
  }
  for (let i = 0; i < logits.length; i++) logits[i] = logits[i]! + (next() >>> 24) / 256 - 0.5;
  return logits;
}
