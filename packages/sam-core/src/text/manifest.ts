import { z } from 'zod';
import { SamCoreError } from '../errors.ts';
import { ModelFile, ModelManifest } from '../manifest.ts';

const TensorName = z.string().min(1).max(200);
const Triple = z.tuple([z.number(), z.number(), z.number()]);
const Graph = z.object({ file: ModelFile, external: z.array(ModelFile).default([]) });
/** A sentence of the model's own; what is asked for takes the place of `{}`. */
const Template = z
  .string()
  .max(200)
  .refine((text) => text.split('{}').length === 2, 'must contain {} once');

/**
 * Everything the worker needs to run a CLIP-style pair: an image encoder and a text encoder whose embeddings lie in one
 * space, and the tokenizer of the second. The contract is that of the usual exports (Transformers, Optimum).
 */
export const TextModelManifest = z.object({
  kind: z.literal('text'),
  id: ModelManifest.shape.id,
  title: z.string().max(200).optional(),
  license: z.string().min(1).max(200),
  source: z.string().max(500).optional(),
  family: z.enum(['clip']),
  /** length of an embedding */
  dim: z.number().int().positive().max(16_384),
  image: Graph.extend({
    /** float32 [B,3,S,S] */
    input: TensorName,
    /** float32 [B,dim]; need not be of unit length */
    output: TensorName,
    /** side S of the square input in pixels */
    side: z.number().int().positive().max(2_048),
    /** (x - mean) / std with x, mean and std in 0..255 units, channel order RGB */
    mean: Triple,
    std: Triple,
  }),
  text: Graph.extend({
    /** [P,contextLength] */
    inputs: z.object({ ids: TensorName, attentionMask: TensorName.optional() }),
    dtype: z.enum(['int64', 'int32']).default('int64'),
    /** float32 [P,dim] */
    output: TensorName,
    /** tokens of one phrase, its first and last included; longer ones are cut, shorter ones filled with `padId` */
    contextLength: z.number().int().min(2).max(1_024),
    padId: z.number().int().min(0),
  }),
  /** a `tokenizer.json` of Hugging Face's tokenizers */
  tokenizer: z.object({ file: ModelFile }),
  template: Template.default('a photo of a {}'),
  /** what cosines are multiplied with before the softmax; CLIP learned 100 */
  logitScale: z.number().positive().max(1_000).default(100),
  /**
   * What else a mask may show, taken as it stands: shares are taken from these as well, so that a mask which shows
   * nothing of what is asked for has somewhere to go.
   */
  background: z.array(z.string().min(1).max(200)).min(1).max(20),
});
export type TextModelManifest = z.infer<typeof TextModelManifest>;

/** All files of a text model, external data included. */
export function textModelFiles<F>({
  image,
  text,
  tokenizer,
}: {
  readonly image: { readonly file: F; readonly external: readonly F[] };
  readonly text: { readonly file: F; readonly external: readonly F[] };
  readonly tokenizer: { readonly file: F };
}): F[] {
  return [image.file, ...image.external, text.file, ...text.external, tokenizer.file];
}

/** Tensor names as ONNX sessions state them. */
export interface TextSessionNames {
  readonly image: { readonly inputs: readonly string[]; readonly outputs: readonly string[] };
  readonly text: { readonly inputs: readonly string[]; readonly outputs: readonly string[] };
}

/**
 * Compares a manifest with loaded sessions: inputs exactly, outputs may be more than the manifest names.
 * @throws SamCoreError MODEL_CONTRACT_MISMATCH naming what the manifest says and what the file has
 */
export function assertTextContract(manifest: TextModelManifest, { image, text }: TextSessionNames): void {
  const { ids, attentionMask } = manifest.text.inputs;
  const problems = [
    ...differences('image input', [manifest.image.input], image.inputs, true),
    ...differences('image output', [manifest.image.output], image.outputs, false),
    ...differences('text input', attentionMask ? [ids, attentionMask] : [ids], text.inputs, true),
    ...differences('text output', [manifest.text.output], text.outputs, false),
  ];
  if (problems.length === 0) return;
  throw new SamCoreError('MODEL_CONTRACT_MISMATCH', `model ${manifest.id}: ${problems.join('; ')}`, {
    model: manifest.id,
    problems,
  });
}

function differences(
  side: string,
  stated: readonly string[],
  found: readonly string[],
  exact: boolean,
): string[] {
  const missing = stated.some((name) => !found.includes(name));
  const extra = exact && found.some((name) => !stated.includes(name));
  if (!missing && !extra) return [];
  return [`${side}s: the manifest says [${stated.join(', ')}], the file has [${found.join(', ')}]`];
}
