// The shipped pair answers alike in PyTorch, onnxruntime-node and onnxruntime-web. PyTorch's answers are recorded by
// `python3 -m maskloop_trainer parity`; record them anew with every new pair.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  bestCandidate,
  type DecoderOutput,
  type Embedding,
  ModelManifest,
  type PromptRequest,
  pixels,
  type SamDecoder,
  toDecoderPrompt,
} from '@maskloop/sam-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDecoder } from '../../apps/web/src/editor/decoder/ort-web-engine.ts';
import { loadEngine, type OrtEngine } from '../../apps/worker/src/inference/ort-node-engine.ts';

interface Recording {
  readonly files: Readonly<Record<'encoder.onnx' | 'decoder.onnx', string>>;
  /** every stride-th logit of a row and of a column is recorded */
  readonly stride: number;
  readonly prompts: readonly {
    readonly name: string;
    readonly points: readonly (readonly [x: number, y: number, label: 0 | 1])[];
    readonly box: readonly [number, number, number, number] | null;
    /** prompt whose best candidate goes in as mask */
    readonly feedback: number | null;
  }[];
  readonly answers: readonly {
    readonly best: number;
    readonly iou: readonly number[];
    readonly logits: readonly (readonly number[])[];
  }[];
}

const MODEL = path.join(import.meta.dirname, '../../models/embedded');
const recording: Recording = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'embedded.json'), 'utf8'),
);
const manifest = ModelManifest.parse(JSON.parse(readFileSync(path.join(MODEL, 'manifest.json'), 'utf8')));
/** of logits with a standard deviation of about 6 */
const LOGIT_TOLERANCE = 1e-3;

let node: OrtEngine;
let web: SamDecoder;
let embedding: Embedding;

beforeAll(async () => {
  node = await loadEngine(
    manifest,
    { encoder: path.join(MODEL, 'encoder.onnx'), decoder: path.join(MODEL, 'decoder.onnx') },
    { providers: ['cpu'], threads: 1 },
  );
  const { sha256 } = manifest.decoder.file;
  const source = { manifest, sha256, url: path.join(MODEL, 'decoder.onnx'), externals: [] };
  web = (await openDecoder(source, { webgpu: false, threads: 1 }, (url) => readFile(url))).decoder;
  const { data, info } = await sharp(path.join(import.meta.dirname, 'fruit-bowl.png'))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  embedding = await node.encode(pixels(data, { width: info.width, height: info.height }));
});
afterAll(() => node?.close());

test('the recording was made with the files that ship', () => {
  expect(recording.files).toEqual({
    'encoder.onnx': manifest.encoder.file.sha256,
    'decoder.onnx': manifest.decoder.file.sha256,
  });
});

describe.each([
  ['onnxruntime-node', () => node],
  ['onnxruntime-web', () => web],
] as const)('%s', (_, decoder) => {
  test('parity: logits within 1e-3 of PyTorch, and the same candidate is chosen', async () => {
    const outputs: DecoderOutput[] = [];
    for (const [index, { points, box, feedback }] of recording.prompts.entries()) {
      const request: PromptRequest = {
        points: points.map(([x, y, label]) => ({ x, y, label: label === 1 ? 'foreground' : 'background' })),
        box: box && { x0: box[0], y0: box[1], x1: box[2], y1: box[3] },
        maskInput: feedback === null ? null : best(outputs[feedback] ?? missing()).lowRes.slice(),
      };
      const prompt = toDecoderPrompt([request], manifest, embedding.image);
      const output = await decoder().decode(embedding, prompt);
      outputs.push(output);
      const answer = recording.answers[index] ?? missing();
      expect(best(output).channel).toBe(answer.best);
      expect(largestDifference([...output.iou], answer.iou)).toBeLessThan(LOGIT_TOLERANCE);
      expect(largestDifference(sampled(output), answer.logits.flat())).toBeLessThan(LOGIT_TOLERANCE);
    }
    expect(outputs).toHaveLength(4);
  });
});

const missing = (): never => {
  throw new Error('the recording is incomplete');
};

const best = (output: DecoderOutput) => bestCandidate(output, 0, true);

function sampled({ lowRes, lowResSide: side, maskTokens }: DecoderOutput): number[] {
  const values: number[] = [];
  for (let channel = 0; channel < maskTokens; channel++) {
    for (let y = 0; y < side; y += recording.stride) {
      for (let x = 0; x < side; x += recording.stride)
        values.push(lowRes[(channel * side + y) * side + x] ?? Number.NaN);
    }
  }
  return values;
}

function largestDifference(found: readonly number[], wanted: readonly number[]): number {
  expect(found).toHaveLength(wanted.length);
  return found.reduce((most, value, i) => Math.max(most, Math.abs(value - (wanted[i] ?? Number.NaN))), 0);
}
