/**
 * Speed of the hot paths against the straightforward version of each, in the same process, taking turns.
 *
 *   npx tsx packages/sam-core/bench/sam-core.bench.ts [--json]
 *
 * Prints a table, then one line of JSON (only that with --json). `ratio` is plain time over ours, from the medians; both
 * answers are compared before any is timed.
 */
import { nonMaximumSuppression } from '../src/amg/nms.ts';
import { AmgOptions } from '../src/amg/options.ts';
import { fromFloat16, toFloat16 } from '../src/embedding/float16.ts';
import { modelFrame } from '../src/geometry.ts';
import { resize } from '../src/image/resize.ts';
import { compressCounts, expandCounts } from '../src/mask/coco-rle.ts';
import { LogitSampler } from '../src/mask/logit-sampler.ts';
import { decodeRle, encodeRle } from '../src/mask/rle.ts';
import { stabilityOf } from '../src/mask/stability.ts';
import { windowRuns } from '../src/mask/window.ts';
import { blobs, discLogits, noiseBytes, seeded } from '../src/testing.ts';
import { plainCompress, plainDecode, plainEncode, plainExpand, plainGenerate, plainResize } from './plain.ts';

interface Result {
  readonly name: string;
  readonly unit: string;
  /** per second, medians */
  readonly ours: number;
  readonly plain: number | null;
  readonly ratio: number | null;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

function seconds(work: () => unknown): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

/** Runs both in turn, so that a busy moment of the machine hits both. */
function compare(
  name: string,
  unit: string,
  amount: number,
  rounds: number,
  ours: () => unknown,
  plain: (() => unknown) | null,
): Result {
  ours();
  plain?.();
  const [a, b]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    a.push(seconds(ours));
    if (plain) b.push(seconds(plain));
  }
  const fast = median(a);
  const slow = plain ? median(b) : null;
  return { name, unit, ours: amount / fast, plain: slow && amount / slow, ratio: slow && slow / fast };
}

function check(condition: boolean, what: string): void {
  if (!condition) throw new Error(`benchmark: ${what}`);
}

function benchResize(): Result {
  const from = { width: 1920, height: 1280 };
  const to = { width: 448, height: 299 };
  const data = noiseBytes(from.width * from.height * 3, 1);
  const [ours, plain] = [resize({ ...from, data }, to).data, plainResize(data, from, to)];
  check(
    ours.every((v, i) => Math.abs(v - plain[i]!) <= 1),
    'both resizers agree to one grey level',
  );
  return compare(
    'resize 1920x1280 to 448',
    'MB/s in',
    data.length / 1e6,
    7,
    () => resize({ ...from, data }, to),
    () => plainResize(data, from, to),
  );
}

function benchRle(): Result[] {
  const masks = Array.from({ length: 8 }, (_, i) => {
    const mask = blobs(1200, 800, i + 1, 2);
    // objects without the specks: real masks are smooth
    return decodeRle(encodeRle({ ...mask, data: smooth(mask.data, 1200) }));
  });
  const codes = masks.map(encodeRle);
  check(
    masks.every((mask, i) => plainEncode(mask).join() === codes[i]!.counts.join()),
    'both encoders agree',
  );
  const texts = codes.map((rle) => compressCounts(rle.counts));
  check(
    codes.every(({ counts }, i) => plainCompress(counts) === texts[i]),
    'both write the same strings',
  );
  return [
    compare(
      'RLE encode 1200x800',
      'masks/s',
      8,
      9,
      () => masks.map(encodeRle),
      () => masks.map(plainEncode),
    ),
    compare(
      'RLE decode 1200x800',
      'masks/s',
      8,
      9,
      () => codes.map(decodeRle),
      () => codes.map((rle) => plainDecode(rle.counts, rle)),
    ),
    compare(
      'RLE string, both ways',
      'masks/s',
      8,
      9,
      () => texts.map((text) => compressCounts(expandCounts(text))),
      () => texts.map((text) => plainCompress(plainExpand(text))),
    ),
  ];
}

/** Drops pixels that differ from both their neighbours in the row. */
function smooth(data: Uint8Array, width: number): Uint8Array {
  return data.map((v, i) => (i >= width && data[i - width] === data[i + width] ? data[i - width]! : v));
}

function benchGenerator(): Result {
  const image = { width: 900, height: 600 };
  const [side, L, count] = [448, 112, 96];
  const frame = modelFrame(image, side, 'pad');
  const options = AmgOptions.parse({ stabilityScoreThresh: 0.6 });
  const next = seeded(4);
  const lowRes = new Float32Array(count * L * L);
  for (let m = 0; m < count; m++) lowRes.set(discLogits(L, m + 1, 1), m * L * L);
  const iou = Float32Array.from({ length: count }, () => 0.7 + (next() % 1000) / 3000);
  const fast = () => {
    const sampler = new LogitSampler(frame, L);
    const kept = [...iou.keys()].flatMap((m) => {
      if (!(iou[m]! > Math.fround(options.predIouThresh))) return [];
      const found = sampler.measure(lowRes.subarray(m * L * L, (m + 1) * L * L), { threshold: 0, offset: 1 });
      if (!(stabilityOf(found.high, found.low) >= Math.fround(options.stabilityScoreThresh))) return [];
      return [{ counts: windowRuns(found.window, image), box: found.box!, iou: iou[m]! }];
    });
    const boxes = kept.map((mask) => mask.box);
    return nonMaximumSuppression(
      boxes,
      kept.map((mask) => mask.iou),
      options.boxNmsThresh,
    ).map((i) => kept[i]!);
  };
  const plain = () =>
    plainGenerate(lowRes, iou, { lowResSide: L, side, content: frame.content, image }, options);
  check(
    fast()
      .map((m) => m.counts.join())
      .join(';') ===
      plain()
        .map((m) => m.counts.join())
        .join(';'),
    'both generators keep the very same masks',
  );
  return compare('mask generator after the decoder, 900x600', 'candidate masks/s', count, 3, fast, plain);
}

function benchFloat16(): Result {
  const values = Float32Array.from({ length: 600_000 }, (_, i) => Math.sin(i) * 3);
  return compare('float16 and back', 'MB/s', 2.4, 9, () => fromFloat16(toFloat16(values)), null);
}

const results = [benchResize(), ...benchRle(), benchGenerator(), benchFloat16()];
if (!process.argv.includes('--json')) {
  for (const { name, unit, ours, plain, ratio } of results) {
    const against = ratio === null ? '' : `plain ${plain!.toFixed(1).padStart(9)}   ${ratio.toFixed(1)}x`;
    console.log(`${name.padEnd(42)} ${ours.toFixed(1).padStart(10)} ${unit.padEnd(18)} ${against}`);
  }
}
console.log(JSON.stringify({ bench: 'sam-core', node: process.version, results }));
