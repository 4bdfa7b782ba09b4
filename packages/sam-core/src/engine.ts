import { SamCoreError } from './errors.ts';
import type { Fit, Size } from './geometry.ts';
import type { Pixels } from './image/pixels.ts';
import { encoderInput, preprocessingKey } from './image/preprocess.ts';
import { EMBEDDING_ROLES, type EmbeddingRole, encoderKey, type ModelManifest } from './manifest.ts';
import type { DecoderPrompt } from './prompt.ts';
import type { FloatTensor, Tensor } from './tensor.ts';

/** What the encoder made of one image: everything a decoder needs to answer prompts about it. */
export interface Embedding {
  /** {@link encoderKey} of the model that made it; a decoder of another model refuses it */
  readonly encoder: string;
  /** {@link preprocessingKey}: resampler, fit and normalisation it was made with */
  readonly preprocessing: string;
  /** the encoded image (or crop), after orientation */
  readonly image: Size;
  /** side S of the model square and how the image lies in it */
  readonly side: number;
  readonly fit: Fit;
  /** e.g. embedding [1,256,64,64]; the roles the manifest names */
  readonly tensors: Readonly<Partial<Record<EmbeddingRole, FloatTensor>>>;
}

/** The decoder's answer to P prompts with K mask channels each. */
export interface DecoderOutput {
  /** P */
  readonly prompts: number;
  /** K: 4 = single + three candidates, 3 = candidates only, 1 = single only */
  readonly maskTokens: 4 | 3 | 1;
  /** which of them compete for a lone click */
  readonly loneClick: ModelManifest['decoder']['loneClick'];
  /** L */
  readonly lowResSide: number;
  /** [P,K,L,L] logits in the padded (or stretched) square frame; feed a channel back as `maskInput` */
  readonly lowRes: Float32Array;
  /** [P,K] the model's own estimate of each mask's IoU, about 0..1 */
  readonly iou: Float32Array;
  /** [P] object-presence logit where the model has one */
  readonly object: Float32Array | null;
}

/** Half of the port: image in, embedding out. */
export interface SamEncoder {
  readonly manifest: ModelManifest;
  encode(pixels: Pixels): Promise<Embedding>;
}

/** The other half; all that the browser needs. */
export interface SamDecoder {
  readonly manifest: ModelManifest;
  /** @throws SamCoreError EMBEDDING_MISMATCH when the embedding is another encoder's */
  decode(embedding: Embedding, prompt: DecoderPrompt): Promise<DecoderOutput>;
}

export interface SamEngine extends SamEncoder, SamDecoder {}

export type Feeds = Readonly<Record<string, Tensor>>;

/** What a host brings: one `session.run`. `outputs` holds at least the names in `fetches`. */
export type RunModel = (
  feeds: Feeds,
  fetches: readonly string[],
) => Promise<Readonly<Record<string, Tensor>>>;

/** An encoder on any runtime. */
export const createEncoder = (manifest: ModelManifest, run: RunModel): SamEncoder => ({
  manifest,
  encode: async (pixels) =>
    embeddingFrom(manifest, pixels, await run(encoderFeeds(manifest, pixels), encoderFetches(manifest))),
});

/** A decoder on any runtime. */
export const createDecoder = (manifest: ModelManifest, run: RunModel): SamDecoder => ({
  manifest,
  decode: async (embedding, prompt) =>
    decoderOutputFrom(
      manifest,
      prompt.prompts,
      await run(decoderFeeds(manifest, embedding, prompt), decoderFetches(manifest)),
    ),
});

/** Both halves in one. */
export const createEngine = (
  manifest: ModelManifest,
  runEncoder: RunModel,
  runDecoder: RunModel,
): SamEngine => ({
  ...createEncoder(manifest, runEncoder),
  ...createDecoder(manifest, runDecoder),
});

/** @returns the encoder's one input, resized, normalised and padded as far as the manifest leaves it to us */
export const encoderFeeds = (manifest: ModelManifest, pixels: Pixels): Feeds => ({
  [manifest.encoder.input.name]: { type: 'float32', ...encoderInput(pixels, manifest) },
});

/** Names of the encoder outputs to ask for. */
export const encoderFetches = (manifest: ModelManifest): string[] =>
  EMBEDDING_ROLES.flatMap((role) => manifest.encoder.outputs[role] ?? []);

/**
 * Names what a session returned.
 * @throws SamCoreError MODEL_CONTRACT_MISMATCH when an output is missing or not float32
 */
export function embeddingFrom(
  manifest: ModelManifest,
  image: Size,
  outputs: Readonly<Record<string, Tensor>>,
): Embedding {
  const tensors: Partial<Record<EmbeddingRole, FloatTensor>> = {};
  for (const role of EMBEDDING_ROLES) {
    const name = manifest.encoder.outputs[role];
    if (name === undefined) continue;
    tensors[role] = { dims: outputs[name]?.dims ?? [], data: floats(manifest, outputs, name) };
  }
  return {
    encoder: encoderKey(manifest),
    preprocessing: preprocessingKey(manifest),
    image: { width: image.width, height: image.height },
    side: manifest.side,
    fit: manifest.encoder.fit,
    tensors,
  };
}

/**
 * Every tensor the decoder graph asks for, including those a prompt does not use: graphs compute
 * `has·f(mask) + (1 − has)·none`, so an unused mask must be finite zeros.
 *
 * @throws SamCoreError EMBEDDING_MISMATCH when the embedding was made by another encoder or preprocessing
 */
export function decoderFeeds(manifest: ModelManifest, embedding: Embedding, prompt: DecoderPrompt): Feeds {
  assertSameEncoder(manifest, embedding);
  const { inputs, promptRank, labelDtype, lowResSide, hasMaskShape, imageSizeDtype } = manifest.decoder;
  const { prompts: P, tokens: N } = prompt;
  const lead = promptRank === 4 ? [1] : [];
  const feeds: Record<string, Tensor> = {};
  for (const role of EMBEDDING_ROLES) {
    const name = inputs[role];
    const tensor = embedding.tensors[role];
    if (name === undefined) continue;
    if (tensor === undefined) throw mismatch(`the embedding has no ${role}`, { role });
    feeds[name] = { type: 'float32', ...tensor };
  }
  feeds[inputs.coords] = { type: 'float32', dims: [...lead, P, N, 2], data: prompt.coords };
  feeds[inputs.labels] = { type: labelDtype, dims: [...lead, P, N], data: prompt.labels };
  if (inputs.boxes !== undefined) {
    const boxes = prompt.boxes ?? new Float32Array(0);
    feeds[inputs.boxes] = { type: 'float32', dims: [1, boxes.length / 4, 4], data: boxes };
  }
  if (inputs.maskInput !== undefined) {
    // one flag per call goes with one mask per call: such graphs broadcast an unused mask, and only then
    const rows = hasMaskShape === 'one' && prompt.maskInput === null ? 1 : P;
    const data = prompt.maskInput ?? new Float32Array(rows * lowResSide * lowResSide);
    feeds[inputs.maskInput] = { type: 'float32', dims: [rows, 1, lowResSide, lowResSide], data };
  }
  if (inputs.hasMask !== undefined) {
    const data = hasMaskShape === 'one' ? prompt.hasMask.slice(0, 1) : prompt.hasMask;
    feeds[inputs.hasMask] = { type: 'float32', dims: [data.length], data };
  }
  if (inputs.imageSize !== undefined && imageSizeDtype !== null) {
    feeds[inputs.imageSize] = imageSizeTensor(prompt.image, imageSizeDtype);
  }
  return feeds;
}

/** Names of the decoder outputs to ask for: never the full-size masks, which would dominate the call. */
export const decoderFetches = ({ decoder: { outputs } }: ModelManifest): string[] => [
  outputs.lowRes,
  outputs.iou,
  ...(outputs.object === undefined ? [] : [outputs.object]),
];

/**
 * Names what a session returned and checks the amounts: one export of the reference calls its stability scores
 * `low_res_masks`, so names alone prove nothing.
 *
 * @throws SamCoreError MODEL_CONTRACT_MISMATCH
 */
export function decoderOutputFrom(
  manifest: ModelManifest,
  prompts: number,
  outputs: Readonly<Record<string, Tensor>>,
): DecoderOutput {
  const { maskTokens, loneClick, lowResSide, outputs: names } = manifest.decoder;
  const lowRes = floats(manifest, outputs, names.lowRes);
  const iou = floats(manifest, outputs, names.iou);
  const expected = prompts * maskTokens * lowResSide * lowResSide;
  if (lowRes.length !== expected || iou.length !== prompts * maskTokens) {
    throw new SamCoreError(
      'MODEL_CONTRACT_MISMATCH',
      `model ${manifest.id}: ${prompts} prompts x ${maskTokens} masks x ${lowResSide} x ${lowResSide} expected, ` +
        `${names.lowRes} has [${outputs[names.lowRes]?.dims.join(',')}], ` +
        `${names.iou} has [${outputs[names.iou]?.dims.join(',')}]`,
      { model: manifest.id, expected, lowRes: lowRes.length, iou: iou.length },
    );
  }
  const object = names.object === undefined ? null : floats(manifest, outputs, names.object);
  return { prompts, maskTokens, loneClick, lowResSide, lowRes, iou, object };
}

/** One mask channel of one prompt. */
export interface Candidate {
  /** index in 0..K-1 */
  readonly channel: number;
  readonly iou: number;
  /** [L,L] logits: a view into the output, not a copy */
  readonly lowRes: Float32Array;
}

export interface Candidates {
  /** the answer meant for several prompts; null when the export leaves it out */
  readonly single: Candidate | null;
  /** the three readings (part, whole, group in no fixed order) of one ambiguous prompt, in channel order */
  readonly multi: readonly Candidate[];
}

/** Which channels are which, by the number of mask tokens the export returns. */
export const CANDIDATE_CHANNELS = {
  4: { single: 0, multi: [1, 2, 3] },
  3: { single: null, multi: [0, 1, 2] },
  1: { single: 0, multi: [] },
} as const satisfies Record<DecoderOutput['maskTokens'], { single: number | null; multi: readonly number[] }>;

/** @param index which prompt of the batch, 0..P-1 */
export function candidates(output: DecoderOutput, index = 0): Candidates {
  const { maskTokens: K, lowResSide: L, lowRes, iou } = output;
  const read = (channel: number): Candidate => {
    const at = index * K + channel;
    return { channel, iou: iou[at]!, lowRes: lowRes.subarray(at * L * L, (at + 1) * L * L) };
  };
  const { single, multi } = CANDIDATE_CHANNELS[K];
  return { single: single === null ? null : read(single), multi: multi.map(read) };
}

/**
 * The one mask to show: the best-scored candidate of an ambiguous prompt, else the single channel; where the export
 * has only one of the two kinds, that kind. Where the manifest says so the single channel competes with the candidates.
 */
export function bestCandidate(output: DecoderOutput, index: number, ambiguous: boolean): Candidate {
  const { single, multi } = candidates(output, index);
  const [first, ...rest] = multi;
  if (single !== null && (!ambiguous || first === undefined)) return single;
  if (first === undefined) throw new Error('a decoder output has at least one channel');
  const better = (best: Candidate, next: Candidate) => (next.iou > best.iou ? next : best);
  const best = rest.reduce(better, first);
  return single !== null && output.loneClick === 'all' ? better(best, single) : best;
}

function assertSameEncoder(manifest: ModelManifest, embedding: Embedding): void {
  const wanted = { encoder: encoderKey(manifest), preprocessing: preprocessingKey(manifest) };
  for (const key of ['encoder', 'preprocessing'] as const) {
    if (embedding[key] === wanted[key]) continue;
    throw mismatch(`model ${manifest.id} needs ${key} ${wanted[key]}, the embedding has ${embedding[key]}`, {
      model: manifest.id,
      [key]: embedding[key],
    });
  }
}

/** (H, W) in that order: the one place where the reference's order is written down. */
function imageSizeTensor({ width, height }: Size, type: Tensor['type']): Tensor {
  const dims = [2];
  switch (type) {
    case 'float32':
      return { type, dims, data: Float32Array.of(height, width) };
    case 'int32':
      return { type, dims, data: Int32Array.of(height, width) };
    case 'int64':
      return { type, dims, data: BigInt64Array.of(BigInt(height), BigInt(width)) };
  }
  return type satisfies never;
}

function floats(
  manifest: ModelManifest,
  outputs: Readonly<Record<string, Tensor>>,
  name: string,
): Float32Array {
  const data = outputs[name]?.data;
  if (data instanceof Float32Array) return data;
  throw new SamCoreError(
    'MODEL_CONTRACT_MISMATCH',
    `model ${manifest.id}: output ${name} must be float32, got ${outputs[name]?.type ?? 'nothing'} ` +
      `(outputs: ${Object.keys(outputs).join(', ')})`,
    { model: manifest.id, name },
  );
}

const mismatch = (message: string, details: Record<string, unknown>): SamCoreError =>
  new SamCoreError('EMBEDDING_MISMATCH', message, details);
