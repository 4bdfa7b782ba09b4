import { describe, expect, test } from 'vitest';
import type { KnownModelName } from './known-contracts.ts';
import { batchPrompts, isAmbiguous, Prompt, type PromptRequest, toDecoderPrompt } from './prompt.ts';
import { testManifest } from './testing-models.ts';

const image = { width: 2048, height: 1024 };
const fg = (x: number, y: number) => ({ x, y, label: 'foreground' as const });
const bg = (x: number, y: number) => ({ x, y, label: 'background' as const });
const box = { x0: 100, y0: 200, x1: 300, y1: 400 };
const click: PromptRequest = { points: [fg(100, 200)], box: null };

/** What a family makes of a prompt, as plain numbers. */
function tensors(name: KnownModelName, ...prompts: PromptRequest[]) {
  const { coords, labels, boxes, tokens } = toDecoderPrompt(prompts, testManifest(name), image);
  return { coords: [...coords], labels: [...labels].map(Number), boxes: boxes && [...boxes], tokens };
}

describe('toDecoderPrompt', () => {
  // 2048 x 1024 on a side of 1024: model = image / 2; stretched: y stays
  test.each<[string, KnownModelName, PromptRequest, number[], number[]]>([
    ['a click gets the padding point', 'sam-official', click, [50, 100, 0, 0], [1, -1]],
    [
      'a background click is 0',
      'sam-official',
      { points: [fg(2, 4), bg(6, 8)], box: null },
      [1, 2, 3, 4, 0, 0],
      [1, 0, -1],
    ],
    ['a box is two corners and no padding', 'sam-official', { points: [], box }, [50, 100, 150, 200], [2, 3]],
    [
      'with a box, points come first, without padding',
      'mobile-sam',
      { points: [fg(2, 4)], box },
      [1, 2, 50, 100, 150, 200],
      [1, 2, 3],
    ],
    ['SAM 2 is stretched, its graph pads', 'samexporter-sam2', click, [50, 200], [1]],
    [
      'SAM 2 wants the corners first',
      'onnxruntime-sam2',
      { points: [fg(2, 4)], box },
      [50, 200, 150, 400, 1, 4],
      [2, 3, 1],
    ],
    ['EfficientSAM takes original pixels', 'efficient-sam-labelme', click, [100, 200], [1]],
    ['transformers.js pads on its own', 'transformers-sam', click, [50, 100], [1]],
  ])('%s', (_, name, prompt, coords, labels) => {
    expect(tensors(name, prompt)).toEqual({ coords, labels, boxes: null, tokens: labels.length });
  });

  test('a family with a box tensor gets corners there, and may have no points at all', () => {
    expect(tensors('transformers-sam2', { points: [], box })).toEqual({
      coords: [],
      labels: [],
      boxes: [50, 200, 150, 400],
      tokens: 0,
    });
    expect(tensors('transformers-sam2', { points: [fg(2, 4)], box })).toMatchObject({
      coords: [1, 4],
      labels: [1],
    });
    expect(tensors('transformers-sam2', click).boxes).toEqual([]);
  });

  test.each([
    ['sam-official', Float32Array],
    ['onnxruntime-sam2', Int32Array],
    ['transformers-sam', BigInt64Array],
  ] as const)('%s wants its labels as %o', (name, type) => {
    expect(toDecoderPrompt([click], testManifest(name), image).labels).toBeInstanceOf(type);
  });

  test('a batch of unequal prompts is filled with ignored points where the model knows such a label', () => {
    const two: PromptRequest = { points: [fg(2, 4), bg(6, 8)], box: null };
    expect(tensors('transformers-sam', click, two)).toMatchObject({
      coords: [50, 100, 0, 0, 1, 2, 3, 4],
      labels: [1, -10, 1, 0],
    });
    expect(tensors('maskloop-448', click, two).labels).toEqual([1, -1, -1, 1, 0, -1]);
  });

  test('coordinates outside the image and between pixels are passed on', () => {
    expect(tensors('samexporter-sam2', { points: [fg(-3, 1024.5)], box: null }).coords).toEqual([
      -1.5, 1024.5,
    ]);
  });

  test('a mask prompt lies in its row, and the others are zero', () => {
    const mask = new Float32Array(112 * 112).fill(3);
    const { maskInput, hasMask } = toDecoderPrompt(
      [click, { ...click, maskInput: mask }],
      testManifest(),
      image,
    );
    expect([...hasMask]).toEqual([0, 1]);
    expect([maskInput?.[0], maskInput?.[112 * 112 - 1], maskInput?.[112 * 112]]).toEqual([0, 0, 3]);
    expect(toDecoderPrompt([click], testManifest(), image).maskInput).toBeNull();
  });

  const sam1Mask = new Float32Array(256 * 256);
  test.each<[string, KnownModelName, PromptRequest[], string]>([
    ['nothing', 'sam-official', [], 'at least one prompt'],
    ['an empty prompt', 'samexporter-sam2', [{ points: [], box: null }], 'needs a point or a box'],
    ['two prompts for one', 'sam-official', [click, click], 'takes 1 prompts per call, got 2'],
    [
      'unequal prompts',
      'samexporter-sam2',
      [click, { points: [fg(1, 1), fg(2, 2)], box: null }],
      'equally long: 1 and 2',
    ],
    [
      'too many points',
      'efficient-sam',
      [{ points: [fg(1, 1), fg(2, 2)], box: null }],
      'takes 1 points per prompt',
    ],
    ['a box where there is none', 'transformers-sam', [{ points: [], box }], 'takes no box'],
    [
      'boxes on a part of the batch',
      'transformers-sam2',
      [click, { points: [], box }],
      'all prompts of a batch have a box',
    ],
    [
      'points beside several boxes',
      'transformers-sam2',
      [
        { ...click, box },
        { ...click, box },
      ],
      'one prompt at a time',
    ],
    [
      'a mask where there is none',
      'transformers-sam',
      [{ ...click, maskInput: sam1Mask }],
      'takes no mask prompt',
    ],
    [
      'a mask of another model',
      'maskloop-448',
      [{ ...click, maskInput: sam1Mask }],
      '12544 logits, got 65536',
    ],
    [
      'NaN in a mask',
      'sam-official',
      [{ ...click, maskInput: sam1Mask.map(() => Number.NaN) }],
      'must be finite',
    ],
    [
      'NaN in a point',
      'sam-official',
      [{ points: [fg(Number.NaN, 1)], box: null }],
      'coordinates must be finite',
    ],
  ])('refuses %s', (_, name, prompts, message) => {
    expect(() => toDecoderPrompt(prompts, testManifest(name), image)).toThrow(
      expect.objectContaining({ code: 'PROMPT_INVALID', message: expect.stringContaining(message) }),
    );
  });
});

describe('batchPrompts', () => {
  const withBox: PromptRequest = { points: [fg(1, 1)], box };
  test('keeps equal prompts together, in batches the model takes', () => {
    const prompts = [click, withBox, click, click, withBox];
    expect(batchPrompts(prompts, testManifest(), 2)).toEqual([[0, 2], [1, 4], [3]]);
    expect(batchPrompts(prompts, testManifest('sam-official'))).toEqual([[0], [1], [2], [3], [4]]);
  });

  test.each(['maskloop-448', 'samexporter-sam2', 'transformers-sam2', 'onnxruntime-sam2'] as const)(
    '%s accepts every batch made for it',
    (name) => {
      const manifest = testManifest(name);
      const prompts: PromptRequest[] = [
        click,
        withBox,
        { points: [], box },
        click,
        withBox,
        { points: [], box },
      ];
      const batches = batchPrompts(prompts, manifest);
      for (const batch of batches)
        toDecoderPrompt(
          batch.map((i) => prompts[i]!),
          manifest,
          image,
        );
      expect(batches.flat().sort()).toEqual([0, 1, 2, 3, 4, 5]);
    },
  );
});

test('only one click alone is ambiguous', () => {
  expect(isAmbiguous(click)).toBe(true);
  expect(isAmbiguous({ points: [], box })).toBe(false);
  expect(isAmbiguous({ ...click, box })).toBe(false);
  expect(isAmbiguous({ points: [fg(1, 1), bg(2, 2)], box: null })).toBe(false);
  expect(isAmbiguous({ ...click, maskInput: new Float32Array(1) })).toBe(false);
});

test.each([
  ['nothing in it', { points: [], box: null }],
  ['a box turned round', { points: [], box: { x0: 5, y0: 0, x1: 1, y1: 1 } }],
  ['an unknown label', { points: [{ x: 1, y: 1, label: 'maybe' }], box: null }],
  ['NaN', { points: [{ x: Number.NaN, y: 1, label: 'foreground' }], box: null }],
  ['infinity', { points: [{ x: 1, y: Number.POSITIVE_INFINITY, label: 'foreground' }], box: null }],
])('a stored prompt with %s does not parse', (_, value) => {
  expect(Prompt.safeParse(value).success).toBe(false);
});
