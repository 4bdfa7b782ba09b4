import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';
import {
  assertTextContract,
  fitTokens,
  type Pixels,
  SamCoreError,
  sentenceOf,
  type Tensor,
  type TextModelManifest,
  textImageInput,
} from '@maskloop/sam-core';
import type { InferenceSession } from 'onnxruntime-node';
import { closeAll, type EngineOptions, firstThatLoads, type Provider, runOf } from './ort-node-engine.ts';

/** Where the files of a text model lie. */
export interface TextPaths {
  readonly image: string;
  readonly text: string;
  readonly tokenizer: string;
}

/** A text model in memory. Like every engine it blocks this process's event loop while it runs. */
export interface TextEngine {
  readonly provider: Provider;
  /** @returns one embedding for each picture, which are squares of any size */
  embedPictures(crops: readonly Pixels[]): Promise<Float32Array[]>;
  /** @param phrases put into the model's sentence */
  embedPhrases(phrases: readonly string[]): Promise<Float32Array[]>;
  /** the model's background phrases, which are sentences of their own */
  embedBackground(): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/** Sentences whose embeddings are kept: a run asks for the same ones at every image. */
const MOST_KEPT = 1_000;

/**
 * Loads both graphs and the tokenizer, and compares them with the manifest before anything runs.
 * @throws SamCoreError MODEL_CONTRACT_MISMATCH; Error when no provider loads the graphs
 */
export async function loadTextEngine(
  manifest: TextModelManifest,
  paths: TextPaths,
  options: EngineOptions,
): Promise<TextEngine> {
  const tokenizer = await readTokenizer(manifest, paths.tokenizer);
  const { sessions, provider } = await firstThatLoads([paths.image, paths.text], options);
  const [image, text] = sessions as [InferenceSession, InferenceSession];
  try {
    assertTextContract(manifest, {
      image: { inputs: image.inputNames, outputs: image.outputNames },
      text: { inputs: text.inputNames, outputs: text.outputNames },
    });
  } catch (error) {
    await closeAll(sessions);
    throw error;
  }
  const runImage = runOf(image);
  const runText = runOf(text);
  const kept = new Map<string, Float32Array>();

  async function embed(sentences: readonly string[]): Promise<Float32Array[]> {
    const found = new Map<string, Float32Array>();
    for (const sentence of sentences) {
      const known = kept.get(sentence);
      if (known) found.set(sentence, known);
    }
    const missing = [...new Set(sentences)].filter((sentence) => !found.has(sentence));
    if (missing.length > 0) {
      const output = await runText(textFeeds(manifest, tokenizer, missing), [manifest.text.output]);
      const made = rowsOf(manifest, output[manifest.text.output], missing.length);
      if (kept.size + missing.length > MOST_KEPT) kept.clear();
      for (const [i, embedding] of made.entries()) {
        found.set(missing[i] ?? '', embedding);
        kept.set(missing[i] ?? '', embedding);
      }
    }
    return sentences.flatMap((sentence) => found.get(sentence) ?? []);
  }

  return {
    provider,
    async embedPictures(crops) {
      const input = textImageInput(crops, manifest.image);
      const output = await runImage({ [manifest.image.input]: { type: 'float32', ...input } }, [
        manifest.image.output,
      ]);
      return rowsOf(manifest, output[manifest.image.output], crops.length);
    },
    embedPhrases: (phrases) => embed(phrases.map((phrase) => sentenceOf(manifest.template, phrase))),
    embedBackground: () => embed(manifest.background),
    close: () => closeAll(sessions),
  };
}

async function readTokenizer(manifest: TextModelManifest, file: string): Promise<Tokenizer> {
  try {
    return new Tokenizer(JSON.parse(await readFile(file, 'utf8')), {});
  } catch (error) {
    throw mismatch(manifest, `the tokenizer cannot be read: ${(error as Error).message}`);
  }
}

function textFeeds(
  { text }: TextModelManifest,
  tokenizer: Tokenizer,
  sentences: readonly string[],
): Record<string, Tensor> {
  const rows = sentences.map((sentence) => fitTokens(tokenizer.encode(sentence).ids, text));
  const dims = [sentences.length, text.contextLength];
  const tensor = (values: readonly number[]): Tensor =>
    text.dtype === 'int64'
      ? { type: 'int64', dims, data: BigInt64Array.from(values, BigInt) }
      : { type: 'int32', dims, data: Int32Array.from(values) };
  const { ids, attentionMask } = text.inputs;
  return {
    [ids]: tensor(rows.flatMap((row) => row.ids)),
    ...(attentionMask ? { [attentionMask]: tensor(rows.flatMap((row) => row.mask)) } : {}),
  };
}

/** Embeddings out of a tensor [count,dim], checked: a wrong file would rank everything without complaint. */
function rowsOf(manifest: TextModelManifest, tensor: Tensor | undefined, count: number): Float32Array[] {
  const { dim } = manifest;
  const data = tensor?.data;
  if (!(data instanceof Float32Array) || data.length !== count * dim) {
    throw mismatch(
      manifest,
      `expected float32 embeddings [${count},${dim}], got ${tensor?.type} [${tensor?.dims.join(',')}]`,
    );
  }
  if (!data.every(Number.isFinite)) throw mismatch(manifest, 'an embedding holds values that are no numbers');
  return Array.from({ length: count }, (_, i) => data.slice(i * dim, (i + 1) * dim));
}

const mismatch = ({ id }: TextModelManifest, message: string): SamCoreError =>
  new SamCoreError('MODEL_CONTRACT_MISMATCH', `model ${id}: ${message}`, { model: id });
