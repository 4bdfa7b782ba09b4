import { type Candidate, candidates, type Embedding, type SamDecoder, type SamEncoder } from '../engine.ts';
import { type Box, modelFrame, type Point, type Size } from '../geometry.ts';
import { cropPixels, type Pixels } from '../image/pixels.ts';
import { LogitSampler } from '../mask/logit-sampler.ts';
import { fillSmallHoles, removeSmallIslands } from '../mask/regions.ts';
import { type Rle, rleArea, rleBox } from '../mask/rle.ts';
import { stabilityOf } from '../mask/stability.ts';
import { windowRuns } from '../mask/window.ts';
import { type PromptRequest, toDecoderPrompt } from '../prompt.ts';
import { type Crop, cropsOf, touchesCropEdge } from './crops.ts';
import { nonMaximumSuppression } from './nms.ts';
import { AmgOptions } from './options.ts';
import { pointGrid, pointsPerSide } from './point-grid.ts';

/** One generated mask. */
export interface Proposal {
  readonly rle: Rle;
  /** pixels inside */
  readonly area: number;
  /** image pixels, whole; x1 and y1 are INCLUSIVE indices as in the reference; all 0 for an empty mask */
  readonly box: Box<'image'>;
  /** the model's estimate, about 0..1; not recomputed when regions were cleaned, nor is the stability */
  readonly predictedIou: number;
  /** 0..1; NaN for an empty mask, which only survives with the stability filter off */
  readonly stabilityScore: number;
  /** the grid point that made it, image pixels */
  readonly point: Point<'image'>;
  /** the decoder's output channel that was taken */
  readonly channel: number;
  /** the crop it was found in, x1 and y1 EXCLUSIVE */
  readonly cropBox: Box<'image'>;
  /** 0 for the full image */
  readonly cropLayer: number;
}

/** What a platform's AbortSignal has of use here; this package knows no platform. */
export interface Abort {
  readonly aborted: boolean;
  readonly reason?: unknown;
}

export interface AmgProgress {
  /** index of the crop being searched, and how many there are */
  readonly crop: number;
  readonly crops: number;
  /** prompts decoded so far and in all */
  readonly done: number;
  readonly total: number;
  /** masks that passed the filters so far, before duplicates go */
  readonly kept: number;
}

export interface AmgContext {
  /** embedding of the whole image when there is one already; crops are always encoded */
  readonly embedding?: Embedding | undefined;
  readonly signal?: Abort | undefined;
}

/** Only crops, and a whole image without embedding, need the encoder. */
export type AmgEngine = SamDecoder & Partial<SamEncoder>;

/**
 * Segments everything: asks the model about a grid of points on the image and on crops of it, keeps confident and
 * stable masks, drops duplicates. Yields after each batch, so that the caller can report, give way, or stop.
 *
 * @param pixels  the image; may be null when `context.embedding` is given and no crops are asked for
 * @param options defaults are the reference's
 * @returns (as the generator's return value) proposals by falling score; smaller crops first where there are crops
 * @throws `signal.reason` between batches once the signal is aborted; SamCoreError from the engine
 * @source segment_anything/automatic_mask_generator.py; arXiv 2304.02643 §B
 */
export async function* generateMasks(
  engine: AmgEngine,
  pixels: Pixels | null,
  options: Partial<AmgOptions> = {},
  context: AmgContext = {},
): AsyncGenerator<AmgProgress, Proposal[], void> {
  const settings = AmgOptions.parse(options);
  const image = imageSize(pixels, context.embedding);
  const crops = cropsOf(image, settings.cropNLayers, settings.cropOverlapRatio);
  const grids = crops.map((crop) => pointGrid(pointsPerSide(crop.layer, settings), sizeOf(crop)));
  const total = grids.reduce((sum, grid) => sum + grid.length, 0);
  const found: Proposal[] = [];
  let done = 0;
  let passed = 0;
  for (const [index, crop] of crops.entries()) {
    stopIfAborted(context.signal);
    const embedding = await embeddingOf(engine, pixels, crop, context.embedding);
    const sampler = new LogitSampler(
      modelFrame(sizeOf(crop), engine.manifest.side, engine.manifest.encoder.fit),
      engine.manifest.decoder.lowResSide,
    );
    const ofCrop: Proposal[] = [];
    for (const points of batchesOf(grids[index]!, batchSize(engine, settings))) {
      stopIfAborted(context.signal);
      ofCrop.push(...(await searchPoints(engine, embedding, points, { crop, image, sampler, settings })));
      done += points.length;
      yield { crop: index, crops: crops.length, done, total, kept: passed + ofCrop.length };
    }
    passed += ofCrop.length;
    found.push(...withoutDuplicates(ofCrop, (mask) => mask.predictedIou, settings.boxNmsThresh));
  }
  const across =
    crops.length === 1 ? found : withoutDuplicates(found, smallCropsFirst, settings.cropNmsThresh);
  return settings.minMaskRegionArea > 0 ? withCleanRegions(across, settings) : across;
}

/** {@link generateMasks} to its end, for callers that only want the masks. */
export async function collectMasks(
  engine: AmgEngine,
  pixels: Pixels | null,
  options: Partial<AmgOptions> = {},
  context: AmgContext & { readonly onProgress?: (progress: AmgProgress) => void } = {},
): Promise<Proposal[]> {
  const steps = generateMasks(engine, pixels, options, context);
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
    context.onProgress?.(step.value);
  }
}

interface Search {
  readonly crop: Crop;
  readonly image: Size;
  readonly sampler: LogitSampler;
  readonly settings: AmgOptions;
}

async function searchPoints(
  engine: AmgEngine,
  embedding: Embedding,
  points: readonly Point<'image'>[],
  search: Search,
): Promise<Proposal[]> {
  const prompts = points.map(
    ({ x, y }): PromptRequest => ({ points: [{ x, y, label: 'foreground' }], box: null }),
  );
  const output = await engine.decode(
    embedding,
    toDecoderPrompt(prompts, engine.manifest, sizeOf(search.crop)),
  );
  return points.flatMap((point, index) => {
    const { multi, single } = candidates(output, index);
    const channels = multi.length > 0 || single === null ? multi : [single];
    return channels.flatMap((candidate) => examine(candidate, point, search, engine) ?? []);
  });
}

/** The filters in order of cost: the score is free, so most logits are never looked at. */
function examine(
  { lowRes, iou: predictedIou, channel }: Candidate,
  point: Point<'image'>,
  { crop, image, sampler, settings }: Search,
  { manifest }: AmgEngine,
): Proposal | null {
  const { predIouThresh, stabilityScoreThresh, stabilityScoreOffset: offset, maxAreaShare } = settings;
  // the reference compares in float32, and lets NaN pass only where a filter is off
  if (predIouThresh > 0 && !(predictedIou > Math.fround(predIouThresh))) return null;
  const measured = sampler.measure(lowRes, { threshold: manifest.decoder.maskThreshold, offset });
  const stabilityScore = stabilityOf(measured.high, measured.low);
  if (stabilityScoreThresh > 0 && !(stabilityScore >= Math.fround(stabilityScoreThresh))) return null;
  if (maxAreaShare < 1 && measured.area >= maxAreaShare * image.width * image.height) return null;
  const { x0: dx, y0: dy } = crop.box;
  const local = measured.box ?? { x0: 0, y0: 0, x1: 0, y1: 0 };
  const box = { x0: local.x0 + dx, y0: local.y0 + dy, x1: local.x1 + dx, y1: local.y1 + dy };
  if (touchesCropEdge(box, crop.box, image)) return null;
  const window = { ...measured.window, x0: measured.window.x0 + dx, y0: measured.window.y0 + dy };
  return {
    rle: { width: image.width, height: image.height, counts: windowRuns(window, image) },
    area: measured.area,
    box,
    predictedIou,
    stabilityScore,
    point: { x: point.x + dx, y: point.y + dy },
    channel,
    cropBox: crop.box,
    cropLayer: crop.layer,
  };
}

function withoutDuplicates(
  masks: readonly Proposal[],
  score: (mask: Proposal) => number,
  threshold: number,
): Proposal[] {
  const boxes = masks.map((mask) => mask.box);
  return nonMaximumSuppression(boxes, masks.map(score), threshold).map((index) => masks[index]!);
}

/** A crop sees its objects larger, so its mask is the better one of a pair. */
const smallCropsFirst = ({ cropBox }: Proposal): number => {
  const { width, height } = sizeOf({ box: cropBox });
  return Math.fround(1 / (width * height));
};

/**
 * Fills small holes, drops small islands, then drops duplicates that this made; masks that needed no cleaning win.
 *
 * @source segment_anything/automatic_mask_generator.py, postprocess_small_regions
 */
function withCleanRegions(masks: readonly Proposal[], settings: AmgOptions): Proposal[] {
  const least = settings.minMaskRegionArea;
  const cleaned = masks.map((mask) => {
    const filled = fillSmallHoles(mask.rle, least);
    const { rle, changed } = removeSmallIslands(filled.rle, least);
    if (!changed && !filled.changed) return { mask, changed: false };
    return { mask: { ...mask, rle, area: rleArea(rle), box: inclusiveBox(rle) }, changed: true };
  });
  const kept = nonMaximumSuppression(
    cleaned.map(({ mask }) => mask.box),
    cleaned.map(({ changed }) => (changed ? 0 : 1)),
    Math.max(settings.boxNmsThresh, settings.cropNmsThresh),
  );
  return kept.map((index) => cleaned[index]!.mask);
}

function inclusiveBox(rle: Rle): Box<'image'> {
  const box = rleBox(rle);
  return box === null ? { x0: 0, y0: 0, x1: 0, y1: 0 } : { ...box, x1: box.x1 - 1, y1: box.y1 - 1 };
}

const sizeOf = ({ box }: Pick<Crop, 'box'>): Size => ({ width: box.x1 - box.x0, height: box.y1 - box.y0 });

function imageSize(pixels: Pixels | null, embedding: Embedding | undefined): Size {
  if (pixels !== null) return { width: pixels.width, height: pixels.height };
  if (embedding === undefined) throw new Error('mask generation needs pixels or an embedding');
  return embedding.image;
}

async function embeddingOf(
  engine: AmgEngine,
  pixels: Pixels | null,
  crop: Crop,
  whole: Embedding | undefined,
): Promise<Embedding> {
  if (crop.layer === 0 && whole !== undefined) return whole;
  if (pixels === null || engine.encode === undefined) {
    throw new Error('crops, and images without an embedding, need pixels and an encoder');
  }
  return engine.encode(crop.layer === 0 ? pixels : cropPixels(pixels, crop.box));
}

function batchSize({ manifest }: AmgEngine, { pointsPerBatch }: AmgOptions): number {
  const { promptBatch } = manifest.decoder;
  return promptBatch === 'dynamic' ? pointsPerBatch : Math.min(pointsPerBatch, promptBatch);
}

function* batchesOf<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}

function stopIfAborted(signal: Abort | undefined): void {
  if (signal?.aborted) throw signal.reason ?? new Error('mask generation was aborted');
}
