import { z } from 'zod';
import { SamCoreError } from './errors.ts';
import { modelFrame, type Point, type Size, toModelBox, toModelPoint } from './geometry.ts';
import type { ModelManifest } from './manifest.ts';

/** A click. x, y in image pixels, continuous; fractional and outside values are allowed, as in the reference. */
export const PromptPoint = z.object({
  x: z.number(),
  y: z.number(),
  label: z.enum(['foreground', 'background']),
});
export type PromptPoint = z.infer<typeof PromptPoint>;

/** A drawn rectangle in image pixels, continuous, with its corners in order. */
export const PromptBox = z
  .object({ x0: z.number(), y0: z.number(), x1: z.number(), y1: z.number() })
  .refine((box) => box.x1 >= box.x0 && box.y1 >= box.y0, 'box corners must be in order: x0 <= x1, y0 <= y1');
export type PromptBox = z.infer<typeof PromptBox>;

/**
 * What a person pointed at: clicks and at most one box, in image pixels. Several boxes are several prompts.
 * A mask prompt (logits of an earlier call) travels beside it, see {@link PromptRequest}.
 */
export const Prompt = z
  .object({ points: z.array(PromptPoint).max(200), box: PromptBox.nullable() })
  .refine((prompt) => prompt.points.length > 0 || prompt.box !== null, 'a prompt needs a point or a box');
export type Prompt = z.infer<typeof Prompt>;

/** A prompt and, when it refines, the low-res logits to start from. */
export interface PromptRequest extends Prompt {
  /** one low-res channel of an earlier call, float32 [L,L] in the padded square frame; neither cut nor thresholded */
  readonly maskInput?: Float32Array | null;
}

/** The same prompt in pixels of a crop whose top left corner is `origin`; the mask prompt has no place in the image. */
export function inCrop<P extends Prompt>(prompt: P, origin: Point): P {
  const { box } = prompt;
  return {
    ...prompt,
    points: prompt.points.map((point) => ({ ...point, x: point.x - origin.x, y: point.y - origin.y })),
    box: box && {
      x0: box.x0 - origin.x,
      y0: box.y0 - origin.y,
      x1: box.x1 - origin.x,
      y1: box.y1 - origin.y,
    },
  };
}

export type LabelData = Float32Array | Int32Array | BigInt64Array;

/** A batch of P prompts in the form a decoder takes. Only names and rank still come from the manifest. */
export interface DecoderPrompt {
  /** P */
  readonly prompts: number;
  /** N, tokens per prompt (clicks, corners, padding); 0 is possible where boxes have their own tensor */
  readonly tokens: number;
  /** [P,N,2] (x, y), in the frame the manifest asks for */
  readonly coords: Float32Array;
  /** [P,N] 1 foreground, 0 background, 2/3 corners, -1 padding, in the manifest's dtype */
  readonly labels: LabelData;
  /** [P,nb,4] XYXY where the model has a tensor for boxes, else null; nb is 1 or 0 for the whole batch */
  readonly boxes: Float32Array | null;
  /** [P,1,L,L] finite; null when no prompt of the batch has a mask */
  readonly maskInput: Float32Array | null;
  /** [P] 1 where maskInput counts */
  readonly hasMask: Float32Array;
  /** the image the coordinates refer to */
  readonly image: Size;
}

/**
 * One click alone can mean the part, the whole or the group: only then are the three multi-mask candidates right.
 * A box, a second click or an earlier mask settles it.
 *
 * @source arXiv 2304.02643 §A, "Resolving ambiguity"
 */
export const isAmbiguous = (prompt: PromptRequest): boolean =>
  prompt.points.length === 1 && prompt.box === null && !prompt.maskInput;

/** Padding points lie at (0, 0); their position never matters. */
const PADDING = -1;
const LABELS = { background: 0, foreground: 1, boxTopLeft: 2, boxBottomRight: 3 } as const;

interface Token {
  readonly x: number;
  readonly y: number;
  readonly label: number;
}

/**
 * Turns prompts into decoder tensors: coordinates scaled to the model's frame, labels in the model's dtype, box
 * corners and the padding token as the manifest says.
 *
 * @param prompts one or more; all with as many tokens unless the manifest names an ignoreLabel
 * @param image   size of the image (or crop) the coordinates refer to, after orientation
 * @throws SamCoreError PROMPT_INVALID: nothing to decode, unequal lengths, too many points or prompts, a mask of the
 *         wrong size or for a model without mask input, boxes on only a part of the batch
 */
export function toDecoderPrompt(
  prompts: readonly PromptRequest[],
  manifest: Pick<ModelManifest, 'side' | 'encoder' | 'decoder'>,
  image: Size,
): DecoderPrompt {
  const { decoder } = manifest;
  if (prompts.length === 0) throw invalid('a batch needs at least one prompt');
  if (decoder.promptBatch !== 'dynamic' && prompts.length > decoder.promptBatch) {
    throw invalid(`the model takes ${decoder.promptBatch} prompts per call, got ${prompts.length}`);
  }
  const rows = prompts.map((prompt) => tokensOf(prompt, manifest, image));
  const tokens = Math.max(...rows.map((row) => row.length));
  if (decoder.maxPoints !== null && tokens > decoder.maxPoints) {
    throw invalid(`the model takes ${decoder.maxPoints} points per prompt, got ${tokens}`);
  }
  const coords = new Float32Array(prompts.length * tokens * 2);
  const labels = newLabels(decoder.labelDtype, prompts.length * tokens);
  rows.forEach((row, p) => {
    if (row.length !== tokens && decoder.ignoreLabel === null) {
      throw invalid(`prompts of one batch must be equally long: ${row.length} and ${tokens} tokens`);
    }
    for (let n = 0; n < tokens; n++) {
      const at = p * tokens + n;
      const token = row[n] ?? { x: 0, y: 0, label: decoder.ignoreLabel ?? PADDING };
      coords[at * 2] = token.x;
      coords[at * 2 + 1] = token.y;
      if (labels instanceof BigInt64Array) labels[at] = BigInt(token.label);
      else labels[at] = token.label;
    }
  });
  return {
    prompts: prompts.length,
    tokens,
    coords,
    labels,
    boxes: decoder.boxStyle === 'boxes' ? boxTensor(prompts, manifest, image) : null,
    ...maskTensor(prompts, decoder),
    image,
  };
}

/**
 * Splits prompts into batches that {@link toDecoderPrompt} accepts, without changing any result: equal token
 * counts together, no batch above `limit` or what the model takes.
 *
 * @returns lists of indices into `prompts`
 */
export function batchPrompts(
  prompts: readonly PromptRequest[],
  manifest: Pick<ModelManifest, 'decoder'>,
  limit = 64,
): number[][] {
  const { promptBatch, boxStyle } = manifest.decoder;
  const most = promptBatch === 'dynamic' ? limit : Math.min(limit, promptBatch);
  const alone = (prompt: PromptRequest) =>
    boxStyle === 'boxes' && prompt.box !== null && prompt.points.length > 0;
  const open = new Map<string, number[]>();
  const batches: number[][] = [];
  prompts.forEach((prompt, index) => {
    const kind = [prompt.points.length, prompt.box !== null, !!prompt.maskInput].join();
    let batch = open.get(kind);
    if (batch === undefined || batch.length >= most || alone(prompt)) {
      batch = [];
      open.set(kind, batch);
      batches.push(batch);
    }
    batch.push(index);
  });
  return batches;
}

function tokensOf(
  prompt: PromptRequest,
  { side, encoder, decoder }: Pick<ModelManifest, 'side' | 'encoder' | 'decoder'>,
  image: Size,
): Token[] {
  if (prompt.box && decoder.boxStyle === 'none') throw invalid('the model takes no box');
  const frame = modelFrame(image, side, encoder.fit);
  const place = (point: Point): { x: number; y: number } =>
    decoder.coordFrame === 'image' ? point : toModelPoint(point, frame);
  const points = prompt.points.map((point) => ({ ...place(point), label: LABELS[point.label] }));
  const box = decoder.boxStyle === 'boxes' ? null : prompt.box;
  const corners = box
    ? [
        { ...place({ x: box.x0, y: box.y0 }), label: LABELS.boxTopLeft },
        { ...place({ x: box.x1, y: box.y1 }), label: LABELS.boxBottomRight },
      ]
    : [];
  const pads = decoder.padToken === 'client-always' || (decoder.padToken === 'client-no-box' && !prompt.box);
  const padding = pads ? [{ x: 0, y: 0, label: PADDING }] : [];
  // the order of the reference: points, padding, corners; SAM 2 puts corners first and pads inside the graph
  const row =
    decoder.boxStyle === 'points-first'
      ? [...corners, ...points, ...padding]
      : [...points, ...padding, ...corners];
  if (row.length === 0 && !prompt.box) throw invalid('a prompt needs a point or a box');
  for (const token of row) {
    if (!Number.isFinite(token.x) || !Number.isFinite(token.y))
      throw invalid('prompt coordinates must be finite');
  }
  return row;
}

function boxTensor(
  prompts: readonly PromptRequest[],
  { side, encoder, decoder }: Pick<ModelManifest, 'side' | 'encoder' | 'decoder'>,
  image: Size,
): Float32Array {
  const boxes = prompts.filter((prompt) => prompt.box !== null).length;
  if (boxes === 0) return new Float32Array(0);
  if (boxes !== prompts.length) throw invalid('either all prompts of a batch have a box or none');
  if (boxes > 1 && prompts.some((prompt) => prompt.points.length > 0)) {
    throw invalid('the model takes points together with a box for one prompt at a time');
  }
  const frame = modelFrame(image, side, encoder.fit);
  const data = new Float32Array(boxes * 4);
  prompts.forEach((prompt, p) => {
    if (prompt.box === null) return;
    const box = decoder.coordFrame === 'image' ? prompt.box : toModelBox(prompt.box, frame);
    data.set([box.x0, box.y0, box.x1, box.y1], p * 4);
  });
  return data;
}

function maskTensor(
  prompts: readonly PromptRequest[],
  { inputs, lowResSide, hasMaskShape }: ModelManifest['decoder'],
): Pick<DecoderPrompt, 'maskInput' | 'hasMask'> {
  const hasMask = Float32Array.from(prompts, (prompt) => (prompt.maskInput ? 1 : 0));
  const used = hasMask.filter((flag) => flag === 1).length;
  if (used === 0) return { maskInput: null, hasMask };
  if (inputs.maskInput === undefined) throw invalid('the model takes no mask prompt');
  if (hasMaskShape === 'one' && used !== prompts.length) {
    throw invalid('the model has one mask flag per call: all prompts of a batch have a mask or none');
  }
  const area = lowResSide * lowResSide;
  const maskInput = new Float32Array(prompts.length * area);
  prompts.forEach(({ maskInput: mask }, p) => {
    if (!mask) return;
    if (mask.length !== area) throw invalid(`a mask prompt has ${area} logits, got ${mask.length}`);
    // 0 * NaN is NaN inside the graph, even where the flag is off
    if (!mask.every(Number.isFinite)) throw invalid('mask prompt logits must be finite');
    maskInput.set(mask, p * area);
  });
  return { maskInput, hasMask };
}

function newLabels(dtype: ModelManifest['decoder']['labelDtype'], length: number): LabelData {
  switch (dtype) {
    case 'float32':
      return new Float32Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'int64':
      return new BigInt64Array(length);
  }
  return dtype satisfies never;
}

const invalid = (message: string): SamCoreError => new SamCoreError('PROMPT_INVALID', message);
