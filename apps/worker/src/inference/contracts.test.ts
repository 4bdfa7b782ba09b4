import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  bestCandidate,
  type Candidate,
  candidates,
  type DecoderOutput,
  decodeEmbedding,
  decoderFeeds,
  type Embedding,
  encodeEmbedding,
  isAmbiguous,
  type ModelManifest,
  maskFromLogits,
  modelFrame,
  type Pixels,
  type PromptRequest,
  pixels,
  toDecoderPrompt,
} from '@maskloop/sam-core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAMILIES, family, fixtureModel, writeFixture } from '../../../../tests/fixtures/models/index.ts';
import { loadEngine, type OrtEngine } from './ort-node-engine.ts';

const SIZE = { width: 300, height: 200 };
const CPU = { providers: ['cpu'], threads: 1 } as const;
const folder = mkdtempSync(path.join(tmpdir(), 'maskloop-contracts-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Red on the left, blue on the right of x = 150; the right half has a white disc around (220, 100). */
function picture({ width, height } = SIZE): Pixels {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const disc = (x - 220) ** 2 + (y - 100) ** 2 < 40 ** 2;
      data.set(disc ? [240, 240, 240] : x < 150 ? [200, 30, 30] : [30, 30, 200], (y * width + x) * 3);
    }
  }
  return pixels(data, { width, height });
}

async function load(id: string): Promise<OrtEngine> {
  const model = fixtureModel(family(id));
  writeFixture(model, path.join(folder, id));
  const at = (file: string) => path.join(folder, id, file);
  return loadEngine(model.manifest, { encoder: at('encoder.onnx'), decoder: at('decoder.onnx') }, CPU);
}

const click = (x: number, y: number, label: 'foreground' | 'background' = 'foreground') => ({ x, y, label });
const points = (...list: ReturnType<typeof click>[]): PromptRequest => ({ points: list, box: null });

async function decode(
  engine: OrtEngine,
  embedding: Embedding,
  ...prompts: PromptRequest[]
): Promise<DecoderOutput> {
  return engine.decode(embedding, toDecoderPrompt(prompts, engine.manifest, embedding.image));
}

/** The mask a person would see for the first prompt. */
async function maskOf(engine: OrtEngine, embedding: Embedding, prompt: PromptRequest) {
  const output = await decode(engine, embedding, prompt);
  return shown(engine.manifest, embedding, bestCandidate(output, 0, isAmbiguous(prompt)));
}

function shown({ side, encoder }: ModelManifest, { image }: Embedding, { lowRes }: Candidate) {
  const mask = maskFromLogits(lowRes, modelFrame(image, side, encoder.fit));
  const has = (x: number, y: number) => mask.data[y * mask.width + x] === 1;
  let area = 0;
  const box = { x0: mask.width, y0: mask.height, x1: 0, y1: 0 };
  mask.data.forEach((inside, i) => {
    if (!inside) return;
    area++;
    const [x, y] = [i % mask.width, Math.floor(i / mask.width)];
    box.x0 = Math.min(box.x0, x);
    box.y0 = Math.min(box.y0, y);
    box.x1 = Math.max(box.x1, x + 1);
    box.y1 = Math.max(box.y1, y + 1);
  });
  return { has, area, box, width: mask.width, height: mask.height };
}

/** A row of the table that cannot do it has no such test, rather than a skipped one. */
const testWhen = (applies: unknown): typeof test => (applies ? test : ((() => {}) as unknown as typeof test));

describe.each(FAMILIES)('$id', (row) => {
  let engine: OrtEngine;
  let embedding: Embedding;
  const several = row.decoder.points !== 1;

  beforeAll(async () => {
    engine = await load(row.id);
    // as it is stored: float16
    embedding = decodeEmbedding(encodeEmbedding(await engine.encode(picture())));
  });
  afterAll(() => engine.close());

  test('a click gives a mask that holds the click, of the image size, and keeps to what looks like it', async () => {
    const mask = await maskOf(engine, embedding, points(click(220, 100)));
    expect([mask.width, mask.height]).toEqual([SIZE.width, SIZE.height]);
    expect(mask.has(220, 100)).toBe(true);
    expect(mask.has(20, 20)).toBe(false);
    // the blob alone would reach over the edge of the disc
    const output = await decode(engine, embedding, points(click(145, 100)));
    const near = shown(
      engine.manifest,
      embedding,
      candidates(output).multi.at(-1) ?? bestCandidate(output, 0, true),
    );
    expect(near.has(145, 100)).toBe(true);
    expect(near.has(160, 100)).toBe(false);
  });

  test('a click near the right and the bottom border lands there', async () => {
    for (const [x, y] of [
      [285, 30],
      [20, 185],
    ] as const) {
      const mask = await maskOf(engine, embedding, points(click(x, y)));
      expect(mask.has(x, y)).toBe(true);
      expect(mask.has(SIZE.width - 1 - x, y)).toBe(false);
    }
  });

  testWhen(several)('a background click takes away', async () => {
    const before = await maskOf(engine, embedding, points(click(75, 100), click(95, 100)));
    const after = await maskOf(engine, embedding, points(click(75, 100), click(95, 100, 'background')));
    expect(before.has(95, 100)).toBe(true);
    expect(after.has(95, 100)).toBe(false);
    expect(after.has(75, 100)).toBe(true);
    expect(after.area).toBeLessThan(before.area);
  });

  testWhen(row.takesBoxes)('a box bounds the mask', async () => {
    const box = { x0: 40, y0: 60, x1: 120, y1: 150 };
    const mask = await maskOf(engine, embedding, { points: [], box });
    for (const side of ['x0', 'y0', 'x1', 'y1'] as const) {
      expect(Math.abs(mask.box[side] - box[side]), side).toBeLessThanOrEqual(3);
    }
    const withClick = await maskOf(engine, embedding, { points: [click(80, 100, 'background')], box });
    expect(withClick.has(80, 100)).toBe(false);
    expect(withClick.has(45, 65)).toBe(true);
  });

  testWhen(!row.takesBoxes)('a box is refused, not ignored', async () => {
    const box = { x0: 40, y0: 60, x1: 120, y1: 150 };
    await expect(decode(engine, embedding, { points: [], box })).rejects.toThrow('takes no box');
  });

  testWhen(row.decoder.mask)('the logits of the round before change the next', async () => {
    const prompt = points(click(75, 100));
    const first = bestCandidate(await decode(engine, embedding, prompt), 0, true);
    const maskInput = first.lowRes.map((value) => value + 6);
    const again = await maskOf(engine, embedding, { ...prompt, maskInput });
    const alone = await maskOf(engine, embedding, prompt);
    expect(again.area).toBeGreaterThan(alone.area);
    const zeros = await decode(engine, embedding, {
      ...prompt,
      maskInput: new Float32Array(maskInput.length),
    });
    expect(zeros.iou).toEqual((await decode(engine, embedding, prompt)).iou);
  });

  testWhen(row.decoder.prompts === 'free')('a batch answers each prompt as a single call does', async () => {
    const prompts = [points(click(75, 100)), points(click(220, 100)), points(click(30, 20))];
    const together = await decode(engine, embedding, ...prompts);
    for (const [index, prompt] of prompts.entries()) {
      const alone = await decode(engine, embedding, prompt);
      const length = alone.lowRes.length;
      const part = together.lowRes.subarray(index * length, (index + 1) * length);
      expect(largestDifference(part, alone.lowRes)).toBeLessThan(1e-4);
    }
  });

  testWhen(row.decoder.prompts === 1)('more prompts than the graph takes are refused', async () => {
    const two = [points(click(75, 100)), points(click(220, 100))];
    await expect(decode(engine, embedding, ...two)).rejects.toThrow('takes 1 prompts per call, got 2');
  });

  test('scores differ from mask to mask', async () => {
    const { iou } = await decode(engine, embedding, points(click(75, 100)));
    expect(iou.length).toBe(row.decoder.tokens);
    expect(new Set(iou).size).toBe(iou.length);
    for (const value of iou) expect(value).toBeGreaterThan(0.4);
  });

  testWhen(row.decoder.labelDtype !== 'float32')('labels of another dtype are refused', async () => {
    const prompt = toDecoderPrompt([points(click(75, 100))], engine.manifest, SIZE);
    const wrong = {
      ...engine.manifest,
      decoder: { ...engine.manifest.decoder, labelDtype: 'float32' as const },
    };
    const floats = { ...prompt, labels: Float32Array.from(prompt.labels, Number) };
    const files = path.join(folder, row.id);
    const paths = { encoder: path.join(files, 'encoder.onnx'), decoder: path.join(files, 'decoder.onnx') };
    await expect(loadEngine(wrong, paths, CPU)).rejects.toThrow(
      new RegExp(`labels: the manifest says float32 .*the file has ${row.decoder.labelDtype}`),
    );
    await expect(engine.decode(embedding, floats as never)).rejects.toThrow();
  });
});

test.each(['sam-official', 'onnxruntime-sam2', 'efficient-sam-released'])(
  '%s takes the size of the original as (H, W)',
  async (id) => {
    const row = family(id);
    const { imageSize, out } = row.decoder;
    if (!imageSize || !out.masks) throw new Error('the row has full-size masks');
    const engine = await load(id);
    const embedding = await engine.encode(picture());
    const session = await InferenceSession.create(path.join(folder, id, 'decoder.onnx'), {
      executionProviders: ['cpu'],
    });
    const prompt = toDecoderPrompt([points(click(220, 100))], engine.manifest, SIZE);
    const feeds = Object.fromEntries(
      Object.entries(decoderFeeds(engine.manifest, embedding, prompt)).map(([name, { type, data, dims }]) => [
        name,
        new Tensor(type, data, dims),
      ]),
    );
    const outputs = await session.run(feeds);
    const masks = outputs[out.masks];
    if (!masks) throw new Error('the graph has full-size masks');
    expect(masks.dims.slice(-2)).toEqual([SIZE.height, SIZE.width]);
    // the click's pixel in the first mask, row-major
    expect(Number(masks.data[100 * SIZE.width + 220])).toBeGreaterThan(0);
    await session.release();
    await engine.close();
  },
);

test('a manifest that names other tensors is refused with both sides', async () => {
  const model = fixtureModel(family('sam-official'));
  writeFixture(model, path.join(folder, 'names'));
  const paths = {
    encoder: path.join(folder, 'names/encoder.onnx'),
    decoder: path.join(folder, 'names/decoder.onnx'),
  };
  const manifest = {
    ...model.manifest,
    decoder: { ...model.manifest.decoder, inputs: { ...model.manifest.decoder.inputs, coords: 'coords' } },
  };
  await expect(loadEngine(manifest, paths, CPU)).rejects.toThrow(
    /the manifest says \[.*coords.*\], the file has \[.*point_coords/,
  );
});

test('a provider that is not there is passed over; none at all says why', async () => {
  const model = fixtureModel(family('sam-official'));
  writeFixture(model, path.join(folder, 'providers'));
  const paths = {
    encoder: path.join(folder, 'providers/encoder.onnx'),
    decoder: path.join(folder, 'providers/decoder.onnx'),
  };
  const engine = await loadEngine(model.manifest, paths, { providers: ['cuda', 'cpu'], threads: 1 });
  expect(['cuda', 'cpu']).toContain(engine.provider);
  await engine.close();
  await expect(
    loadEngine(model.manifest, { ...paths, encoder: path.join(folder, 'nowhere.onnx') }, CPU),
  ).rejects.toThrow(/no execution provider could load .*nowhere\.onnx.*cpu: /);
});

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}
