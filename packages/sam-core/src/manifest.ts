import { z } from 'zod';
import { SamCoreError } from './errors.ts';

const TensorName = z.string().min(1).max(200);

/** A model file: path relative to the manifest, its hash (64 lower-case hex) and length. */
export const ModelFile = z.object({
  path: z
    .string()
    .min(1)
    .max(500)
    .refine(
      (path) => !/^([/\\]|[a-zA-Z]:)|(^|[/\\])\.\.([/\\]|$)/.test(path),
      'path must stay in the folder of the manifest',
    ),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'sha256 must be 64 lower-case hex digits'),
  bytes: z.number().int().positive(),
});
export type ModelFile = z.infer<typeof ModelFile>;

const Triple = z.tuple([z.number(), z.number(), z.number()]);

const EncoderContract = z.object({
  input: z.object({
    name: TensorName,
    /** nchw [1,3,H,W]; nhwc [1,H,W,3]; hwc [H,W,3] */
    layout: z.enum(['nchw', 'nhwc', 'hwc']),
  }),
  /** who resizes to the model side. `in-graph` takes an image of any size */
  resize: z.enum(['caller', 'in-graph']).default('caller'),
  fit: z.enum(['pad', 'stretch']),
  /** who fills the right and bottom up to the square; `none` when nothing needs filling (stretch) */
  pad: z.enum(['caller', 'in-graph', 'none']),
  normalize: z.discriminatedUnion('where', [
    /** (x - mean) / std with x, mean and std in 0..255 units, channel order RGB */
    z.object({ where: z.literal('caller'), mean: Triple, std: Triple }),
    /** the graph normalises; values arrive as 0..255 or 0..1 */
    z.object({ where: z.literal('in-graph'), range: z.enum(['0-255', '0-1']) }),
  ]),
  /** role → tensor name of what the encoder returns and the decoder takes back */
  outputs: z.object({
    embedding: TensorName,
    highRes0: TensorName.optional(),
    highRes1: TensorName.optional(),
    position: TensorName.optional(),
  }),
});

const DecoderContract = z.object({
  inputs: z.object({
    embedding: TensorName,
    highRes0: TensorName.optional(),
    highRes1: TensorName.optional(),
    position: TensorName.optional(),
    coords: TensorName,
    labels: TensorName,
    boxes: TensorName.optional(),
    maskInput: TensorName.optional(),
    hasMask: TensorName.optional(),
    imageSize: TensorName.optional(),
  }),
  outputs: z.object({
    /** logits at the low-res side; what everything after the decoder starts from */
    lowRes: TensorName,
    iou: TensorName,
    /** full-size masks, never fetched: they cost more than the decoder */
    masks: TensorName.optional(),
    /** object-presence logit (SAM 2 family) */
    object: TensorName.optional(),
  }),
  labelDtype: z.enum(['float32', 'int32', 'int64']),
  /** `model`: pixels of the model square. `image`: original pixels, the graph rescales */
  coordFrame: z.enum(['model', 'image']),
  /** 3: coords [P,N,2]; 4: coords [1,P,N,2] */
  promptRank: z.union([z.literal(3), z.literal(4)]),
  /** corners as labels 2/3 after the points, before them (SAM 2), in a tensor of their own [1,P,4], or not at all */
  boxStyle: z.enum(['points-last', 'points-first', 'boxes', 'none']),
  /** who adds the learned "not a point" token: us when there is no box, us always, or the graph */
  padToken: z.enum(['client-no-box', 'client-always', 'graph']),
  /** label of a point the model ignores, which lets prompts of different length share a batch */
  ignoreLabel: z
    .union([z.literal(-1), z.literal(-10)])
    .nullable()
    .default(null),
  /** most tokens one prompt may hold; more is refused rather than cut off silently */
  maxPoints: z.number().int().positive().nullable().default(null),
  /** prompts per call: 1 for the official file, a number for fixed exports, or any number */
  promptBatch: z.union([z.number().int().positive(), z.literal('dynamic')]),
  /** shape of has_mask_input: one flag for the call, or one for each prompt */
  hasMaskShape: z.enum(['one', 'per-prompt']).default('one'),
  /** dtype of the (H, W) tensor; null when the graph takes none */
  imageSizeDtype: z.enum(['float32', 'int32', 'int64']).nullable().default(null),
  /** 4: channel 0 single, 1..3 multi. 3: multi only. 1: single only */
  maskTokens: z.union([z.literal(4), z.literal(3), z.literal(1)]),
  /** side L of the low-res logits */
  lowResSide: z.number().int().positive(),
  /** a pixel is inside when its logit is strictly above this */
  maskThreshold: z.number().default(0),
  /** what competes for a lone click: SAM scores its single channel there untrained; a model may have trained it */
  loneClick: z.enum(['candidates', 'all']).default('candidates'),
});

/** The contract of an export: everything of a manifest but identity and files. */
export const ModelContract = z.object({
  family: z.enum(['sam', 'mobile-sam', 'sam2', 'efficient-sam', 'maskloop']),
  /** side S of the square encoder input in pixels */
  side: z.number().int().positive(),
  encoder: EncoderContract,
  decoder: DecoderContract,
});
export type ModelContract = z.infer<typeof ModelContract>;

/**
 * Everything the hosts need to run one pair of ONNX files; supporting another export is a JSON file, not a branch
 * in code. Checked for contradictions (a mask input without its flag, high-res features only on one side, …).
 */
export const ModelManifest = ModelContract.extend({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'id must be lower-case letters, digits, dot, dash, underscore'),
  title: z.string().max(200).optional(),
  license: z.string().min(1).max(200),
  source: z.string().max(500).optional(),
  encoder: EncoderContract.extend({ file: ModelFile, external: z.array(ModelFile).default([]) }),
  decoder: DecoderContract.extend({ file: ModelFile, external: z.array(ModelFile).default([]) }),
}).superRefine((manifest, check) => {
  for (const message of contradictions(manifest)) check.addIssue({ code: 'custom', message });
});
export type ModelManifest = z.infer<typeof ModelManifest>;

/** Roles of the tensors an embedding is made of. */
export const EMBEDDING_ROLES = ['embedding', 'highRes0', 'highRes1', 'position'] as const;
export type EmbeddingRole = (typeof EMBEDDING_ROLES)[number];

/**
 * What an embedding is stored under: two model versions that share an encoder file share embeddings.
 * @returns the sha256 of the encoder file
 */
export const encoderKey = (manifest: Pick<ModelManifest, 'encoder'>): string => manifest.encoder.file.sha256;

/** Tensor names as an ONNX session states them; a side that is not loaded is left out. */
export interface SessionNames {
  readonly encoderInputs?: readonly string[];
  readonly encoderOutputs?: readonly string[];
  readonly decoderInputs?: readonly string[];
  readonly decoderOutputs?: readonly string[];
}

/**
 * Compares a manifest with loaded sessions. Inputs must match exactly, because a missing feed fails later with a
 * worse message; outputs may be more than the manifest names.
 *
 * @throws SamCoreError MODEL_CONTRACT_MISMATCH naming what the manifest says and what the file has
 */
export function assertContract(manifest: ModelManifest, session: SessionNames): void {
  const { encoder, decoder } = manifest;
  const problems = [
    ...compare('encoder input', [encoder.input.name], session.encoderInputs, true),
    ...compare('encoder output', names(encoder.outputs), session.encoderOutputs, false),
    ...compare('decoder input', names(decoder.inputs), session.decoderInputs, true),
    ...compare(
      'decoder output',
      [decoder.outputs.lowRes, decoder.outputs.iou],
      session.decoderOutputs,
      false,
    ),
  ];
  if (problems.length === 0) return;
  throw new SamCoreError('MODEL_CONTRACT_MISMATCH', `model ${manifest.id}: ${problems.join('; ')}`, {
    model: manifest.id,
    problems,
    session,
  });
}

function compare(
  side: string,
  stated: readonly string[],
  found: readonly string[] | undefined,
  exact: boolean,
): string[] {
  if (found === undefined) return [];
  const missing = stated.filter((name) => !found.includes(name));
  const extra = exact ? found.filter((name) => !stated.includes(name)) : [];
  if (missing.length === 0 && extra.length === 0) return [];
  return [`${side}s: the manifest says [${stated.join(', ')}], the file has [${found.join(', ')}]`];
}

const names = (roles: Readonly<Record<string, string | undefined>>): string[] =>
  Object.values(roles).filter((name) => name !== undefined);

/** @returns one sentence for each pair of fields that cannot both be meant */
function contradictions({ encoder, decoder }: ModelContract): string[] {
  const found: string[] = [];
  for (const role of EMBEDDING_ROLES) {
    if ((encoder.outputs[role] === undefined) !== (decoder.inputs[role] === undefined)) {
      found.push(`${role} must be both an encoder output and a decoder input, or neither`);
    }
  }
  const { inputs } = decoder;
  if (inputs.hasMask !== undefined && inputs.maskInput === undefined) {
    found.push('decoder.inputs.hasMask needs decoder.inputs.maskInput');
  }
  if ((inputs.boxes !== undefined) !== (decoder.boxStyle === 'boxes')) {
    found.push("decoder.inputs.boxes and boxStyle 'boxes' go together");
  }
  if ((inputs.imageSize !== undefined) !== (decoder.imageSizeDtype !== null)) {
    found.push('decoder.inputs.imageSize and decoder.imageSizeDtype go together');
  }
  if (encoder.resize === 'caller' && encoder.fit === 'stretch' && encoder.pad === 'caller') {
    found.push("encoder.fit 'stretch' leaves nothing to pad: use pad 'none'");
  }
  if (encoder.resize === 'caller' && encoder.fit === 'pad' && encoder.pad === 'none') {
    found.push("encoder.fit 'pad' needs someone who pads");
  }
  return found;
}
