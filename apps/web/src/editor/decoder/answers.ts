import type { PromptTrail } from '@maskloop/domain';
import {
  bestCandidate,
  candidates,
  compressCounts,
  type Candidate as DecoderCandidate,
  type DecoderOutput,
  decodeRle,
  type Embedding,
  isAmbiguous,
  LogitSampler,
  type ModelFrame,
  modelFrame,
  type PromptRequest,
  parseRle,
  rleBox,
  rleFromLogits,
  type SamDecoder,
  toDecoderPrompt,
} from '@maskloop/sam-core';
import type { Candidate, DecodeResult } from '../tools/candidates.ts';
import type { CommittedMask } from './protocol.ts';

/**
 * One prompt → the masks to choose from.
 * @param taken channel that was taken when this was asked before: it is on offer again
 */
export async function decode(
  decoder: SamDecoder,
  embedding: Embedding,
  prompt: PromptRequest,
  taken: number | null = null,
): Promise<DecodeResult> {
  const request = toDecoderPrompt([prompt], decoder.manifest, embedding.image);
  const output = await decoder.decode(embedding, request);
  return resultOf(output, prompt, frameOf(embedding), thresholdOf(decoder), taken);
}

/**
 * Asks a stored trail again. Rounds before the last one that stood on its own change nothing and are skipped.
 * @returns one for each round, null for skipped ones
 */
export async function replay(
  decoder: SamDecoder,
  embedding: Embedding,
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
    const result = await decode(decoder, embedding, asked, round.candidate);
    const taken: Candidate | undefined =
      result.candidates.find((each) => each.channel === round.candidate) ?? result.candidates[result.best];
    before = taken?.lowRes ?? null;
    results.push(result);
  }
  return results;
}

/** Logits → the mask at image size, run-length coded, with its stability score. */
export function commit(decoder: SamDecoder, embedding: Embedding, lowRes: Float32Array): CommittedMask {
  const frame = frameOf(embedding);
  const threshold = thresholdOf(decoder);
  const sampler = new LogitSampler(frame, decoder.manifest.decoder.lowResSide);
  const { area, high, low } = sampler.measure(lowRes, { threshold, offset: 1 });
  const rle = rleFromLogits(lowRes, frame, threshold);
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
 * Pixels of a mask → logits [L,L] in the model's square frame, to refine a mask that has no prompts to replay. The
 * value follows the covered share of each low-res cell, so that edges keep their place to a part of a cell.
 */
export function lift(decoder: SamDecoder, embedding: Embedding, counts: string): Float32Array {
  const { width, height } = embedding.image;
  const mask = decodeRle(parseRle({ size: [height, width], counts }));
  const { content, side } = frameOf(embedding);
  const L = decoder.manifest.decoder.lowResSide;
  const logits = new Float32Array(L * L).fill(-SURE);
  const perCell = { x: (side / L) * (width / content.width), y: (side / L) * (height / content.height) };
  for (let v = 0; v < L && v * perCell.y < height; v++) {
    const [y0, y1] = cells(v, perCell.y, height);
    for (let u = 0; u < L && u * perCell.x < width; u++) {
      const [x0, x1] = cells(u, perCell.x, width);
      let inside = 0;
      for (let y = y0; y < y1; y++) {
        for (let x = x0; x < x1; x++) inside += mask.data[y * width + x] ?? 0;
      }
      logits[v * L + u] = SURE * ((2 * inside) / ((y1 - y0) * (x1 - x0)) - 1);
    }
  }
  return logits;
}

function cells(index: number, step: number, length: number): [number, number] {
  const from = Math.min(length - 1, Math.floor(index * step));
  return [from, Math.min(length, Math.max(from + 1, Math.floor((index + 1) * step)))];
}

function resultOf(
  output: DecoderOutput,
  prompt: PromptRequest,
  frame: ModelFrame,
  threshold: number,
  taken: number | null,
): DecodeResult {
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
        share: shareOf(lowRes, output.lowResSide, frame, threshold),
      }),
    )
    .sort((a, b) => b.share - a.share);
  return {
    candidates: all,
    best: Math.max(
      0,
      all.findIndex((each) => each.channel === chosen.channel),
    ),
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

/** Share of the picture inside, counted on the low-res cells. */
function shareOf(lowRes: Float32Array, L: number, frame: ModelFrame, threshold: number): number {
  const columns = Math.max(1, Math.round((frame.content.width / frame.side) * L));
  const rows = Math.max(1, Math.round((frame.content.height / frame.side) * L));
  let inside = 0;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) if ((lowRes[y * L + x] ?? 0) > threshold) inside++;
  }
  return inside / (columns * rows);
}

function frameOf({ image, side, fit }: Embedding): ModelFrame {
  return modelFrame(image, side, fit);
}

function thresholdOf(decoder: SamDecoder): number {
  return decoder.manifest.decoder.maskThreshold;
}
