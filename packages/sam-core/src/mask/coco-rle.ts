import { SamCoreError } from '../errors.ts';
import type { Size } from '../geometry.ts';
import { type Rle, rleArea } from './rle.ts';

/** The COCO form as stored and exported: `size` is [height, width], `counts` the compressed string. */
export interface CocoRle {
  readonly size: readonly [height: number, width: number];
  readonly counts: string;
}

/** Bounds on what {@link parseRle} accepts. */
export interface RleLimits {
  /** the image the mask belongs to; another size is refused */
  readonly size?: Size;
  /** most pixels, default 2^28 */
  readonly maxPixels?: number;
  /** most runs, default 2^22 */
  readonly maxRuns?: number;
  /** an empty mask is refused unless this is set */
  readonly allowEmpty?: boolean;
}

/** @returns the form to store: JSON-safe once escaped (the alphabet includes the backslash) */
export const toCocoRle = ({ width, height, counts }: Rle): CocoRle => ({
  size: [height, width],
  counts: compressCounts(counts),
});

/**
 * Packs run lengths as COCO does: from the fourth on, the difference to the run two before (the previous of the same
 * colour), in groups of five bits, least significant first, one printable character each.
 *
 * @source the format of pycocotools' rleToString, from its description; note `i > 2`: counts[2] is stored as it is
 */
export function compressCounts(counts: ArrayLike<number>): string {
  const text = new Uint8Array(counts.length * 7);
  let n = 0;
  for (let i = 0; i < counts.length; i++) {
    let rest = i > 2 ? counts[i]! - counts[i - 2]! : counts[i]!;
    for (let more = true; more; ) {
      const group = rest & 0x1f;
      rest >>= 5;
      // bit 0x10 of the last group is the sign
      more = group & 0x10 ? rest !== -1 : rest !== 0;
      text[n++] = (more ? group | 0x20 : group) + 48;
    }
  }
  let joined = '';
  for (let at = 0; at < n; at += 8192) {
    // apply takes any list of numbers; spread would go through the iterator, five times as slow
    const piece = text.subarray(at, Math.min(n, at + 8192)) as unknown as number[];
    joined += String.fromCharCode.apply(null, piece);
  }
  return joined;
}

/**
 * Unpacks {@link compressCounts}.
 * @throws SamCoreError RLE_INVALID: a character outside '0'..'o', an unfinished or oversized number, a negative run
 */
export function expandCounts(text: string): Uint32Array {
  const counts = new Uint32Array(text.length);
  let n = 0;
  for (let at = 0; at < text.length; ) {
    let value = 0;
    for (let shift = 0; ; shift += 5) {
      if (at === text.length) throw invalid('counts', 'ends in the middle of a number', text.length);
      const group = text.charCodeAt(at++) - 48;
      if (group < 0 || group > 63)
        throw invalid('counts', `has a foreign character at ${at - 1}`, text[at - 1]);
      if (shift > 30) throw invalid('counts', `has a number above 2^31 at ${at - 1}`, at - 1);
      value |= (group & 0x1f) << shift;
      if (group & 0x20) continue;
      if (group & 0x10 && shift < 30) value |= -1 << (shift + 5);
      break;
    }
    if (n > 2) value += counts[n - 2]!;
    if (value < 0) throw invalid('counts', `run ${n} must be 0 or more`, value);
    counts[n++] = value;
  }
  return counts.slice(0, n);
}

/**
 * Reads a mask from an untrusted source, in either COCO form (`counts` as string or as numbers).
 *
 * @param value  {size: [height, width], counts}
 * @returns canonical runs: zero-length runs inside are joined away
 * @throws SamCoreError RLE_INVALID whose message names the field, the limit and the value
 */
export function parseRle(value: unknown, limits: RleLimits = {}): Rle {
  const { maxPixels = 2 ** 28, maxRuns = 2 ** 22, allowEmpty = false } = limits;
  if (typeof value !== 'object' || value === null) throw invalid('rle', 'must be an object', value);
  const { size, counts } = value as { size?: unknown; counts?: unknown };
  if (
    !Array.isArray(size) ||
    size.length !== 2 ||
    !size.every((side) => Number.isInteger(side) && side > 0)
  ) {
    throw invalid('size', 'must be [height, width], whole and positive', size);
  }
  const [height, width] = size as [number, number];
  const pixels = width * height;
  if (pixels > maxPixels) throw invalid('size', `may have at most ${maxPixels} pixels`, pixels);
  if (limits.size && (limits.size.width !== width || limits.size.height !== height)) {
    throw invalid('size', `must be the image's [${limits.size.height}, ${limits.size.width}]`, size);
  }
  const length = typeof counts === 'string' || Array.isArray(counts) ? counts.length : 0;
  // a compressed run takes 1 to 7 characters
  if (length > maxRuns * (typeof counts === 'string' ? 7 : 1)) {
    throw invalid('counts', `may have at most ${maxRuns} runs`, length);
  }
  const runs = typeof counts === 'string' ? expandCounts(counts) : numbers(counts);
  if (runs.length > maxRuns) throw invalid('counts', `may have at most ${maxRuns} runs`, runs.length);
  let sum = 0;
  for (const run of runs) sum += run;
  if (sum !== pixels) throw invalid('counts', `must add up to ${height} * ${width} = ${pixels}`, sum);
  const rle = { width, height, counts: joined(runs) };
  if (!allowEmpty && rleArea(rle) === 0) throw invalid('counts', 'must have a pixel inside', 0);
  return rle;
}

function numbers(counts: unknown): Uint32Array {
  if (!Array.isArray(counts))
    throw invalid('counts', 'must be a string or an array of numbers', typeof counts);
  const bad = counts.findIndex((run) => !Number.isInteger(run) || run < 0 || run >= 2 ** 31);
  if (bad >= 0) throw invalid('counts', `run ${bad} must be whole and in 0..2^31`, counts[bad]);
  return Uint32Array.from(counts);
}

/** Some writers emit zero-length runs in the middle or at the end; one mask must have one code. */
function joined(runs: Uint32Array): Uint32Array {
  if (!runs.includes(0, 1)) return runs;
  const out = new Uint32Array(runs.length);
  let last = 0;
  for (let i = 0; i < runs.length; i++) {
    if (runs[i] === 0) continue;
    if ((i & 1) !== (last & 1)) last++;
    out[last] = out[last]! + runs[i]!;
  }
  return out.slice(0, last + 1);
}

function invalid(field: string, rule: string, value: unknown): SamCoreError {
  const shown = String(Array.isArray(value) ? `[${value.slice(0, 4)}]` : value).slice(0, 80);
  return new SamCoreError('RLE_INVALID', `${field} ${rule}, got ${shown}`, { field, value: shown });
}
