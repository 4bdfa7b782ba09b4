/**
 * float32 ⇄ IEEE 754 half precision, by table: JavaScript engines this runs on have no Float16Array yet.
 *
 * For each of the 512 (sign, exponent) pairs of a float32: the half's upper bits, and how far the mantissa moves.
 */
const base = new Uint16Array(512);
const shift = new Uint8Array(512);
/** the leading 1 of the mantissa, where the half is subnormal and must spell it out */
const leading = new Uint32Array(512);

for (let i = 0; i < 256; i++) {
  const exponent = i - 127;
  let [bits, by, one] = [0x7c00, 24, 0]; // too large: infinity
  if (exponent < -25)
    [bits, by] = [0, 24]; // too small: zero
  else if (exponent < -14) [bits, by, one] = [0, -exponent - 1, 0x800000];
  else if (exponent <= 15) [bits, by] = [(exponent + 15) << 10, 13];
  else if (i === 255) by = 13; // infinity and NaN keep what fits of the mantissa
  base[i] = bits;
  base[i | 256] = bits | 0x8000;
  shift[i] = by;
  shift[i | 256] = by;
  leading[i] = one;
  leading[i | 256] = one;
}

/**
 * @param values float32; NaN stays NaN, magnitudes of 65520 and more become infinity
 * @returns halves as their bits, rounded to nearest, ties to even
 */
export function toFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const out = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i]!;
    const kind = word >>> 23;
    const by = shift[kind]!;
    const mantissa = (word & 0x7fffff) | leading[kind]!;
    let half = base[kind]! + (mantissa >>> by);
    const rest = mantissa & ((1 << by) - 1);
    const tie = 1 << (by - 1);
    // a carry out of the mantissa raises the exponent, and past the last one gives infinity, as it should
    if (rest > tie || (rest === tie && half & 1)) half++;
    if ((kind & 0xff) === 0xff) half = base[kind]! | (mantissa === 0 ? 0 : 0x200 | (mantissa >>> 13));
    out[i] = half;
  }
  return out;
}

let decoded: Float32Array | null = null;

/** @returns float32 of each half, exactly */
export function fromFloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  decoded ??= allHalves();
  const table = decoded;
  const out = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) out[i] = table[halves[i]!]!;
  return out;
}

/** All 65,536 values, 256 KiB, made at first use. */
function allHalves(): Float32Array {
  return Float32Array.from({ length: 1 << 16 }, (_, half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 0x1f;
    const mantissa = half & 0x3ff;
    if (exponent === 0) return sign * mantissa * 2 ** -24;
    if (exponent === 31) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return sign * (1024 + mantissa) * 2 ** (exponent - 25);
  });
}
