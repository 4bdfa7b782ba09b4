/**
 * The straightforward version of each step: what one writes first, straight from the description, on plain arrays.
 * Benchmarks measure against it, tests compare with it.
 */
import type { AmgOptions } from '../src/amg/options.ts';
import type { Box, Size } from '../src/geometry.ts';
import type { BitMask } from '../src/mask/bit-mask.ts';

/** Bilinear with the filter widened when shrinking, floating point, one channel value at a time. */
export function plainResize(data: Uint8Array, from: Size, to: Size): Uint8Array {
  const filter = (n: number, o: number, i: number): { at: number; weight: number }[] => {
    const centre = ((i + 0.5) * n) / o;
    const reach = Math.max(n / o, 1);
    const taps: { at: number; weight: number }[] = [];
    for (
      let x = Math.max(0, Math.trunc(centre - reach + 0.5));
      x < Math.min(n, Math.trunc(centre + reach + 0.5));
      x++
    ) {
      taps.push({ at: x, weight: Math.max(0, 1 - Math.abs(x - centre + 0.5) / reach) });
    }
    const sum = taps.reduce((total, { weight }) => total + weight, 0);
    return taps.map(({ at, weight }) => ({ at, weight: weight / sum }));
  };
  const across = new Float64Array(to.width * from.height * 3);
  for (let x = 0; x < to.width; x++) {
    const taps = filter(from.width, to.width, x);
    for (let y = 0; y < from.height; y++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (const { at, weight } of taps) sum += weight * data[(y * from.width + at) * 3 + c]!;
        across[(y * to.width + x) * 3 + c] = sum;
      }
    }
  }
  const out = new Uint8Array(to.width * to.height * 3);
  for (let y = 0; y < to.height; y++) {
    const taps = filter(from.height, to.height, y);
    for (let i = 0; i < to.width * 3; i++) {
      let sum = 0;
      for (const { at, weight } of taps) sum += weight * across[at * to.width * 3 + i]!;
      out[y * to.width * 3 + i] = Math.round(sum);
    }
  }
  return out;
}

/** Down the columns, pixel by pixel. */
export function plainEncode({ width, height, data }: BitMask): number[] {
  const counts = [0];
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      if (data[y * width + x] !== ((counts.length - 1) & 1)) counts.push(0);
      counts[counts.length - 1]!++;
    }
  }
  return counts;
}

/** Pixel by pixel, down the columns. */
export function plainDecode(counts: ArrayLike<number>, { width, height }: Size): BitMask {
  const data = new Uint8Array(width * height);
  let p = 0;
  for (let i = 0; i < counts.length; i++) {
    for (let k = 0; k < counts[i]!; k++, p++) {
      if (i & 1) data[(p % height) * width + Math.floor(p / height)] = 1;
    }
  }
  return { width, height, data };
}

/** COCO's string, number by number. @source cocoapi common/maskApi.c, rleToString */
export function plainCompress(counts: ArrayLike<number>): string {
  let text = '';
  for (let i = 0; i < counts.length; i++) {
    let x = i > 2 ? counts[i]! - counts[i - 2]! : counts[i]!;
    for (let more = true; more; ) {
      const bits = x & 0x1f;
      x >>= 5;
      more = bits & 0x10 ? x !== -1 : x !== 0;
      text += String.fromCharCode((more ? bits | 0x20 : bits) + 48);
    }
  }
  return text;
}

/** @source cocoapi common/maskApi.c, rleFrString */
export function plainExpand(text: string): number[] {
  const counts: number[] = [];
  for (let at = 0; at < text.length; ) {
    let x = 0;
    let k = 0;
    for (let more = true; more; k++) {
      const c = text.charCodeAt(at++) - 48;
      x |= (c & 0x1f) << (5 * k);
      more = (c & 0x20) !== 0;
      if (!more && c & 0x10) x |= -1 << (5 * (k + 1));
    }
    counts.push(counts.length > 2 ? x + counts[counts.length - 2]! : x);
  }
  return counts;
}

/** One bilinear interpolation of a whole map (align_corners=False), float32 result. */
export function plainUpsample(map: Float32Array, from: Size, to: Size, rowLength = from.width): Float32Array {
  const out = new Float32Array(to.width * to.height);
  const places = (n: number, o: number) =>
    Array.from({ length: o }, (_, i) => {
      const source = Math.max(0, Math.fround(n / o) * (i + 0.5) - 0.5);
      const a = Math.min(Math.floor(source), n - 1);
      return { a, b: Math.min(a + 1, n - 1), w: Math.fround(source - a) };
    });
  const across = places(from.width, to.width);
  const down = places(from.height, to.height);
  for (let y = 0; y < to.height; y++) {
    const v = down[y]!;
    for (let x = 0; x < to.width; x++) {
      const h = across[x]!;
      const upper = map[v.a * rowLength + h.a]! * (1 - h.w) + map[v.a * rowLength + h.b]! * h.w;
      const lower = map[v.b * rowLength + h.a]! * (1 - h.w) + map[v.b * rowLength + h.b]! * h.w;
      out[y * to.width + x] = upper * (1 - v.w) + lower * v.w;
    }
  }
  return out;
}

export interface PlainMask {
  readonly counts: number[];
  readonly box: Box;
  readonly iou: number;
  readonly stability: number;
}

/**
 * The generator's steps for one image without crops, in the reference's order: every mask is enlarged to the image
 * first, then filtered, then duplicates go.
 */
export function plainGenerate(
  lowRes: Float32Array,
  iou: Float32Array,
  geometry: { lowResSide: number; side: number; content: Size; image: Size },
  options: AmgOptions,
): PlainMask[] {
  const { lowResSide: L, side: S, content, image } = geometry;
  const kept: PlainMask[] = [];
  for (let m = 0; m < iou.length; m++) {
    const square = plainUpsample(
      lowRes.subarray(m * L * L, (m + 1) * L * L),
      { width: L, height: L },
      { width: S, height: S },
    );
    const logits = plainUpsample(square, content, image, S);
    if (!(iou[m]! > Math.fround(options.predIouThresh))) continue;
    let [high, low] = [0, 0];
    const data = new Uint8Array(logits.length);
    let [x0, y0, x1, y1] = [image.width, image.height, -1, -1];
    for (let i = 0; i < logits.length; i++) {
      if (logits[i]! > options.stabilityScoreOffset) high++;
      if (logits[i]! > -options.stabilityScoreOffset) low++;
      if (logits[i]! <= 0) continue;
      data[i] = 1;
      const y = Math.floor(i / image.width);
      const x = i - y * image.width;
      if (x < x0) x0 = x;
      if (x > x1) x1 = x;
      if (y < y0) y0 = y;
      if (y > y1) y1 = y;
    }
    const stability = Math.fround(high / low);
    if (!(stability >= Math.fround(options.stabilityScoreThresh))) continue;
    const box = x1 < 0 ? { x0: 0, y0: 0, x1: 0, y1: 0 } : { x0, y0, x1, y1 };
    kept.push({ counts: plainEncode({ ...image, data }), box, iou: iou[m]!, stability });
  }
  const order = kept.map((_, i) => i).sort((a, b) => kept[b]!.iou - kept[a]!.iou || a - b);
  const chosen: PlainMask[] = [];
  for (const i of order) {
    if (chosen.every((other) => !(boxIou(other.box, kept[i]!.box) > options.boxNmsThresh)))
      chosen.push(kept[i]!);
  }
  return chosen;
}

function boxIou(a: Box, b: Box): number {
  const area = (box: Box) => (box.x1 - box.x0) * (box.y1 - box.y0);
  const w = Math.max(0, Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0));
  const h = Math.max(0, Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0));
  return (w * h) / (area(a) + area(b) - w * h);
}
