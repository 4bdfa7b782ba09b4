import type { PromptTrail } from '@maskloop/domain';
import {
  bestCandidate,
  candidates,
  compressCounts,
  type Candidate as DecoderCandidate,
  type DecoderOutput,
  decodeRle,
  inCrop,
  isAmbiguous,
  LogitSampler,
  type ModelFrame,
  modelFrame,
  type Point,
  type PromptRequest,
  parseRle,
  rleBox,
  type SamDecoder,
  toDecoderPrompt,
  windowRuns,
} from '@maskloop/sam-core';
import type { Candidate, DecodeResult } from '../tools/candidates.ts';
import type { PlacedEmbedding } from './embedding-cache.ts';
import type { CommittedMask } from './protocol.ts';

/**
 * One prompt → the masks to choose from.
 * @param prompt in pixels of the whole picture
 * @param taken channel that was taken when this was asked before: it is on offer again
 */
export async function decode(
  decoder: SamDecoder,
  placed: PlacedEmbedding,
  prompt: PromptRequest,
  taken: number | null = null,
): Promise<DecodeResult> {
  const { embedding } = placed;
  const asked = inCrop(prompt, originOf(placed));
  const output = await decoder.decode(embedding, toDecoderPrompt([asked], decoder.manifest, embedding.image));
  return resultOf(output, prompt, placed, thresholdOf(decoder), taken);
}

/**
 * Asks a stored trail again. Rounds before the last one that stood on its own change nothing and are skipped.
 * @returns one for each round, null for skipped ones
 */
export async function replay(
  decoder: SamDecoder,
  placed: PlacedEmbedding,
  trail: PromptTrail,
): Promise<(DecodeResult | null)[]> {
  const start = Math.max(
    0,
    trail.findLastIndex((round) => !round.feedback),
  );
  const results: (DecodeResult | null)[] = trail.slice(0, start).map(() => null);
  let before: Float32Array | null = null;
  for (const round of trail.slice(start)) {
    const maskInput: Float32Array | null = round.feedback ? before : null;
    const asked = { points: round.points, box: round.box, maskInput };
    const result = await decode(decoder, placed, asked, round.candidate);
    const taken: Candidate | undefined =
      result.candidates.find((each) => each.channel === round.candidate) ?? result.candidates[result.best];
    before = taken?.lowRes ?? null;
    results.push(result);
  }
  return results;
}

/** Logits → the mask in the whole picture, run-length coded, with its stability score. */
export function commit(decoder: SamDecoder, placed: PlacedEmbedding, lowRes: Float32Array): CommittedMask {
  const sampler = new LogitSampler(frameOf(placed), decoder.manifest.decoder.lowResSide);
  const { window, area, high, low } = sampler.measure(lowRes, { threshold: thresholdOf(decoder), offset: 1 });
  const origin = originOf(placed);
  const there = { ...window, x0: window.x0 + origin.x, y0: window.y0 + origin.y };
  const rle = { ...placed.picture, counts: windowRuns(there, placed.picture) };
  const box = rleBox(rle) ?? { x0: 0, y0: 0, x1: 0, y1: 0 };
  return {
    counts: compressCounts(rle.counts),
    area,
    box: { x: box.x0, y: box.y0, width: box.x1 - box.x0, height: box.y1 - box.y0 },
    stability: low === 0 ? 0 : high / low,
  };
}

/** Logits of this size say "surely": about where a decoder's own answers saturate. */
const SURE = 8;

/**
 * Pixels of a mask → logits [L,L] in the square frame of a part, to refine a mask that has no prompts to replay. The
 * value follows the covered share of each low-res cell, so that edges keep their place to a part of a cell.
 */
export function lift(decoder: SamDecoder, placed: PlacedEmbedding, counts: string): Float32Array {
  const { picture, embedding } = placed;
  const mask = decodeRle(parseRle({ size: [picture.height, picture.width], counts }));
  const { width, height } = embedding.image;
  const { content, side } = frameOf(placed);
  const origin = originOf(placed);
  const L = decoder.manifest.decoder.lowResSide;
  const logits = new Float32Array(L * L).fill(-SURE);
  const perCell = { x: (side / L) * (width / content.width), y: (side / L) * (height / content.height) };
  for (let v = 0; v < L && v * perCell.y < height; v++) {
    const [y0, y1] = cells(v, perCell.y, height);
    for (let u = 0; u < L && u * perCell.x < width; u++) {
      const [x0, x1] = cells(u, perCell.x, width);
      let inside = 0;
      for (let y = y0; y < y1; y++) {
        const row = (origin.y + y) * picture.width + origin.x;
        for (let x = x0; x < x1; x++) inside += mask.data[row + x] ?? 0;
      }
      logits[v * L + u] = SURE * ((2 * inside) / ((y1 - y0) * (x1 - x0)) - 1);
    }
  }
  return logits;
}

/** The pixels of a cell; of one smaller than a pixel, as in a close-up of few pixels, the one under its middle. */
function cells(index: number, step: number, length: number): [number, number] {
  const from = Math.min(length - 1, Math.floor((step < 1 ? index + 0.5 : index) * step));
  return [from, Math.min(length, Math.max(from + 1, Math.floor((index + 1) * step)))];
}

function resultOf(
  output: DecoderOutput,
  prompt: PromptRequest,
  placed: PlacedEmbedding,
  threshold: number,
  taken: number | null,
): DecodeResult {
  const { embedding, picture, closeUp } = placed;
  const frame = frameOf(placed);
  const seen = (embedding.image.width * embedding.image.height) / (picture.width * picture.height);
  const { single, multi } = candidates(output);
  const chosen = bestCandidate(output, 0, isAmbiguous(prompt));
  const offered =
    !isAmbiguous(prompt) || multi.length === 0
      ? [...(single ? [single] : []), ...multi]
      : threeReadings(chosen, multi, threshold, taken);
  const all = offered
    .map(
      ({ channel, iou, lowRes }): Candidate => ({
        channel,
        iou,
        // a copy: the view would drag all channels along when it is sent
        lowRes: lowRes.slice(),
        share: seen * shareOf(lowRes, output.lowResSide, frame, threshold),
      }),
    )
    .sort((a, b) => b.share - a.share);
  return {
    candidates: all,
    best: Math.max(
      0,
      all.findIndex((each) => each.channel === chosen.channel),
    ),
    closeUp,
  };
}

/** Three stay three: a single answer that scores best takes the place of the reading most like it, never of the one taken. */
function threeReadings(
  chosen: DecoderCandidate,
  multi: readonly DecoderCandidate[],
  threshold: number,
  taken: number | null,
): readonly DecoderCandidate[] {
  if (multi.some(({ channel }) => channel === chosen.channel)) return multi;
  const likeness = multi.map(({ channel, lowRes }) =>
    channel === taken ? -1 : overlap(lowRes, chosen.lowRes, threshold),
  );
  const nearest = likeness.indexOf(Math.max(...likeness));
  return multi.map((reading, index) => (index === nearest ? chosen : reading));
}

/** IoU of two answers on the low-res cells. */
function overlap(a: Float32Array, b: Float32Array, threshold: number): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const [inA, inB] = [(a[i] ?? 0) > threshold, (b[i] ?? 0) > threshold];
    if (inA && inB) both++;
    if (inA || inB) either++;
  }
  return either === 0 ? 0 : both / either;
}

/** Share of the encoded part inside, counted on the low-res cells. */
function shareOf(lowRes: Float32Array, L: number, frame: ModelFrame, threshold: number): number {
  const columns = Math.max(1, Math.round((frame.content.width / frame.side) * L));
  const rows = Math.max(1, Math.round((frame.content.height / frame.side) * L));
  let inside = 0;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) if ((lowRes[y * L + x] ?? 0) > threshold) inside++;
  }
  return inside / (columns * rows);
}

function frameOf({ embedding: { image, side, fit } }: PlacedEmbedding): ModelFrame {
  return modelFrame(image, side, fit);
}

const originOf = ({ closeUp }: PlacedEmbedding): Point => ({ x: closeUp?.x0 ?? 0, y: closeUp?.y0 ?? 0 });

function thresholdOf(decoder: SamDecoder): number {
  return decoder.manifest.decoder.maskThreshold;
}
