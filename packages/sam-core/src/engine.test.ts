import { describe, expect, test } from 'vitest';
import {
  bestCandidate,
  candidates,
  createEngine,
  type DecoderOutput,
  decoderFeeds,
  decoderOutputFrom,
  embeddingFrom,
  encoderFeeds,
} from './engine.ts';
import { pixels } from './image/pixels.ts';
import type { KnownModelName } from './known-contracts.ts';
import { type PromptRequest, toDecoderPrompt } from './prompt.ts';
import type { Tensor } from './tensor.ts';
import { testEmbedding, testManifest } from './testing-models.ts';

const image = { width: 200, height: 100 };
const click: PromptRequest = { points: [{ x: 10, y: 20, label: 'foreground' }], box: null };

function shapes(name: KnownModelName, ...prompts: PromptRequest[]): Record<string, string> {
  const manifest = testManifest(name);
  const feeds = decoderFeeds(
    manifest,
    testEmbedding(manifest, image),
    toDecoderPrompt(prompts, manifest, image),
  );
  for (const { dims, data } of Object.values(feeds))
    expect(data.length).toBe(dims.reduce((a, b) => a * b, 1));
  return Object.fromEntries(Object.entries(feeds).map(([key, { type, dims }]) => [key, `${type} ${dims}`]));
}

describe('decoderFeeds', () => {
  test('SAM: everything the graph asks for, the image size as (H, W)', () => {
    expect(shapes('sam-official', click)).toEqual({
      image_embeddings: 'float32 1,2,3,3',
      point_coords: 'float32 1,2,2',
      point_labels: 'float32 1,2',
      mask_input: 'float32 1,1,256,256',
      has_mask_input: 'float32 1',
      orig_im_size: 'float32 2',
    });
    const manifest = testManifest('sam-official');
    const feeds = decoderFeeds(
      manifest,
      testEmbedding(manifest, image),
      toDecoderPrompt([click], manifest, image),
    );
    expect(feeds.orig_im_size?.data).toEqual(Float32Array.of(100, 200));
    expect(feeds.mask_input?.data.every((v) => v === 0)).toBe(true);
    expect(feeds.has_mask_input?.data).toEqual(Float32Array.of(0));
  });

  test.each<[KnownModelName, PromptRequest[], Record<string, string>]>([
    [
      'transformers-sam',
      [click, click],
      {
        image_embeddings: 'float32 1,2,3,3',
        image_positional_embeddings: 'float32 1,2,3,3',
        input_points: 'float32 1,2,1,2',
        input_labels: 'int64 1,2,1',
      },
    ],
    [
      'transformers-sam2',
      [{ points: [], box: { x0: 1, y0: 1, x1: 2, y1: 2 } }],
      {
        'image_embeddings.0': 'float32 1,2,3,3',
        'image_embeddings.1': 'float32 1,2,3,3',
        'image_embeddings.2': 'float32 1,2,3,3',
        input_points: 'float32 1,1,0,2',
        input_labels: 'int64 1,1,0',
        input_boxes: 'float32 1,1,4',
      },
    ],
    [
      'onnxruntime-sam2',
      [click, click, click],
      {
        image_embeddings: 'float32 1,2,3,3',
        image_features_0: 'float32 1,2,3,3',
        image_features_1: 'float32 1,2,3,3',
        point_coords: 'float32 3,1,2',
        point_labels: 'int32 3,1',
        input_masks: 'float32 3,1,256,256',
        has_input_masks: 'float32 3',
        original_image_size: 'int32 2',
      },
    ],
    [
      'efficient-sam',
      [click, click],
      {
        image_embeddings: 'float32 1,2,3,3',
        batched_point_coords: 'float32 1,2,1,2',
        batched_point_labels: 'float32 1,2,1',
        orig_im_size: 'int64 2',
      },
    ],
    [
      'maskloop-448',
      [click, click],
      {
        image_embeddings: 'float32 1,2,3,3',
        high_res_feats_0: 'float32 1,2,3,3',
        high_res_feats_1: 'float32 1,2,3,3',
        point_coords: 'float32 2,2,2',
        point_labels: 'float32 2,2',
        mask_input: 'float32 2,1,112,112',
        has_mask_input: 'float32 2',
      },
    ],
  ])('%s', (name, prompts, expected) => {
    expect(shapes(name, ...prompts)).toEqual(expected);
  });

  test.each(['encoder', 'preprocessing'] as const)('an embedding of another %s is refused', (key) => {
    const manifest = testManifest();
    const foreign = { ...testEmbedding(manifest, image), [key]: 'other' };
    expect(() => decoderFeeds(manifest, foreign, toDecoderPrompt([click], manifest, image))).toThrow(
      expect.objectContaining({ code: 'EMBEDDING_MISMATCH', message: expect.stringContaining(`has other`) }),
    );
  });

  test('an embedding that lacks a tensor is refused', () => {
    const manifest = testManifest();
    const whole = testEmbedding(manifest, image);
    const part = { ...whole, tensors: { embedding: whole.tensors.embedding! } };
    expect(() => decoderFeeds(manifest, part, toDecoderPrompt([click], manifest, image))).toThrow(
      'has no highRes0',
    );
  });
});

describe('what a session returns', () => {
  const manifest = testManifest();
  const float = (dims: number[], fill = 0): Tensor => ({
    type: 'float32',
    dims,
    data: new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(fill),
  });

  test('an embedding says what it was made with', () => {
    const outputs = {
      image_embeddings: float([1, 128, 28, 28]),
      high_res_feats_0: float([1, 32, 112, 112]),
      high_res_feats_1: float([1, 32, 56, 56]),
    };
    const embedding = embeddingFrom(manifest, image, outputs);
    expect(embedding).toMatchObject({ encoder: 'a'.repeat(64), image, side: 448, fit: 'pad' });
    expect(embedding.tensors.highRes1?.dims).toEqual([1, 32, 56, 56]);
    expect(() => embeddingFrom(manifest, image, {})).toThrow(
      'output image_embeddings must be float32, got nothing',
    );
  });

  test('stability scores that call themselves low_res_masks are noticed', () => {
    const outputs = { low_res_masks: float([1, 4]), iou_predictions: float([1, 4]) };
    expect(() => decoderOutputFrom(manifest, 1, outputs)).toThrow(
      /1 prompts x 4 masks x 112 x 112 expected, low_res_masks has \[1,4\]/,
    );
  });

  test('both halves meet in one engine', async () => {
    const asked: string[][] = [];
    const engine = createEngine(
      manifest,
      async (_, fetches) => {
        asked.push([...fetches]);
        return Object.fromEntries(fetches.map((name) => [name, float([1, 1, 2, 2], 1)]));
      },
      async (_, fetches) => {
        asked.push([...fetches]);
        return { low_res_masks: float([2, 4, 112, 112], 5), iou_predictions: float([2, 4], 0.5) };
      },
    );
    const embedding = await engine.encode(pixels(new Uint8Array(60), { width: 5, height: 4 }));
    const output = await engine.decode(embedding, toDecoderPrompt([click, click], manifest, embedding.image));
    expect(output).toMatchObject({ prompts: 2, maskTokens: 4, lowResSide: 112, object: null });
    expect(asked).toEqual([
      ['image_embeddings', 'high_res_feats_0', 'high_res_feats_1'],
      ['low_res_masks', 'iou_predictions'],
    ]);
  });

  test('the encoder gets one tensor under its own name', () => {
    const feeds = encoderFeeds(manifest, pixels(new Uint8Array(60), { width: 5, height: 4 }));
    expect(Object.keys(feeds)).toEqual(['image']);
    expect(feeds.image).toMatchObject({ type: 'float32', dims: [1, 3, 448, 448] });
  });
});

describe('candidates', () => {
  const output = (
    maskTokens: 4 | 3 | 1,
    iou: number[],
    loneClick: DecoderOutput['loneClick'] = 'candidates',
  ): DecoderOutput => ({
    prompts: iou.length / maskTokens,
    maskTokens,
    loneClick,
    lowResSide: 2,
    lowRes: Float32Array.from({ length: iou.length * 4 }, (_, i) => i),
    iou: Float32Array.from(iou),
    object: null,
  });

  test.each([
    [4, [0.5, 0.25, 0.75, 0.125], 0, [1, 2, 3]],
    [3, [0.25, 0.75, 0.125], null, [0, 1, 2]],
    [1, [0.5], 0, []],
  ] as const)('of %i channels', (tokens, iou, single, multi) => {
    const found = candidates(output(tokens, [...iou]));
    expect(found.single?.channel ?? null).toBe(single);
    expect(found.multi.map((candidate) => candidate.channel)).toEqual(multi);
  });

  test('an ambiguous prompt gets the best of three, another the single channel', () => {
    const two = output(4, [0.9, 0.25, 0.75, 0.125, 0.1, 0.2, 0.3, 0.4]);
    expect(bestCandidate(two, 0, true)).toMatchObject({ channel: 2, iou: 0.75 });
    expect(bestCandidate(two, 0, false).channel).toBe(0);
    expect(bestCandidate(two, 1, true).channel).toBe(3);
    expect([...bestCandidate(two, 1, true).lowRes]).toEqual([28, 29, 30, 31]);
  });

  test('where the manifest says so the single channel competes for a lone click', () => {
    const two = output(4, [0.9, 0.25, 0.75, 0.125, 0.1, 0.2, 0.3, 0.4], 'all');
    expect(bestCandidate(two, 0, true).channel).toBe(0);
    expect(bestCandidate(two, 1, true).channel).toBe(3);
    expect(bestCandidate(output(3, [0.25, 0.75, 0.125], 'all'), 0, true).channel).toBe(1);
  });

  test('where only one kind exists, that kind is taken', () => {
    expect(bestCandidate(output(3, [0.25, 0.75, 0.125]), 0, false).channel).toBe(1);
    expect(bestCandidate(output(1, [0.5]), 0, true).channel).toBe(0);
  });
});
