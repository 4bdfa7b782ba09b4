import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  compressCounts,
  type DecoderOutput,
  type DecoderPrompt,
  type Embedding,
  encodeRle,
  expandCounts,
  ModelManifest,
  rleIou,
  type SamDecoder,
} from '@maskloop/sam-core';
import { expect, test } from 'vitest';
import { commit, decode, lift, replay } from './answers.ts';
import type { PlacedEmbedding } from './embedding-cache.ts';

const manifest = ModelManifest.parse(
  JSON.parse(
    readFileSync(path.join(import.meta.dirname, '../../../../../models/embedded/manifest.json'), 'utf8'),
  ),
);
const L = manifest.decoder.lowResSide;
const IMAGE = { width: 320, height: 200 };
const embedding: Embedding = {
  encoder: manifest.encoder.file.sha256,
  preprocessing: '',
  image: IMAGE,
  side: manifest.side,
  fit: manifest.encoder.fit,
  tensors: {},
};

const whole: PlacedEmbedding = { embedding, closeUp: null, picture: IMAGE };

/** A decoder that answers with discs of growing size around the first token, and remembers what it was asked. */
function fakeDecoder({
  single = 0.5,
  loneClick = 'candidates',
}: {
  single?: number;
  loneClick?: DecoderOutput['loneClick'];
} = {}) {
  const asked: DecoderPrompt[] = [];
  const decoder: SamDecoder = {
    manifest,
    decode: async (_embedding, prompt) => {
      asked.push(prompt);
      const lowRes = new Float32Array(4 * L * L).fill(-5);
      const cx = ((prompt.coords[0] ?? 0) / manifest.side) * L;
      const cy = ((prompt.coords[1] ?? 0) / manifest.side) * L;
      for (let channel = 0; channel < 4; channel++) {
        const radius = [6, 4, 12, 8][channel] ?? 0;
        for (let y = 0; y < L; y++) {
          for (let x = 0; x < L; x++) {
            lowRes[(channel * L + y) * L + x] = radius - Math.hypot(x + 0.5 - cx, y + 0.5 - cy);
          }
        }
      }
      return {
        prompts: 1,
        maskTokens: 4,
        loneClick,
        lowResSide: L,
        lowRes,
        iou: Float32Array.of(single, 0.6, 0.9, 0.7),
        object: null,
      };
    },
  };
  return { decoder, asked };
}

const click = (x: number, y: number) => ({ x, y, label: 'foreground' as const });

test('one click offers whole, part and subpart, the best-scored first in hand', async () => {
  const { decoder } = fakeDecoder();
  const { candidates, best } = await decode(decoder, whole, { points: [click(160, 100)], box: null });
  expect(candidates.map(({ channel }) => channel)).toEqual([2, 3, 1]);
  expect(best).toBe(0);
});

test('a single answer that scores best on one click takes the place of the reading most like it', async () => {
  const ask = { points: [click(160, 100)], box: null };
  const readings = await decode(fakeDecoder({ single: 0.95 }).decoder, whole, ask);
  expect(readings.candidates.map(({ channel }) => channel)).toEqual([2, 3, 1]);
  const all = await decode(fakeDecoder({ single: 0.95, loneClick: 'all' }).decoder, whole, ask);
  expect(all.candidates.map(({ channel }) => channel)).toEqual([2, 0, 1]);
  expect(all.best).toBe(1);
});

test('several clicks mean the single answer; the others stay on offer', async () => {
  const { decoder } = fakeDecoder();
  const result = await decode(decoder, whole, { points: [click(160, 100), click(170, 100)], box: null });
  expect(result.candidates).toHaveLength(4);
  expect(result.candidates[result.best]?.channel).toBe(0);
});

test('a trail is asked again with the candidate that was taken, from the last round that stood on its own', async () => {
  const { decoder, asked } = fakeDecoder();
  const round = { points: [click(100, 100)], box: null };
  const results = await replay(decoder, whole, [
    { ...round, feedback: false, candidate: 1 },
    { ...round, feedback: false, candidate: 3 },
    { points: [click(100, 100), click(120, 100)], box: null, feedback: true, candidate: 0 },
  ]);
  expect(results.map((result) => result !== null)).toEqual([false, true, true]);
  expect(asked).toHaveLength(2);
  const taken = results[1]?.candidates.find(({ channel }) => channel === 3)?.lowRes;
  expect(asked[1]?.maskInput).toEqual(taken);
});

test('a trail that took a reading finds it again although a single answer would take its place', async () => {
  const { decoder } = fakeDecoder({ single: 0.95, loneClick: 'all' });
  const round = { points: [click(160, 100)], box: null, feedback: false, candidate: 3 };
  const [result] = await replay(decoder, whole, [round]);
  expect(result?.candidates.map(({ channel }) => channel)).toEqual([2, 3, 0]);
});

test('committed pixels lifted to logits give nearly the same mask again', async () => {
  const { decoder } = fakeDecoder();
  const { candidates, best } = await decode(decoder, whole, { points: [click(160, 100)], box: null });
  const first = commit(decoder, whole, candidates[best]?.lowRes ?? new Float32Array());
  expect(first.area).toBeGreaterThan(1000);
  expect(first.stability).toBeGreaterThan(0.7);
  const again = commit(decoder, whole, lift(decoder, whole, first.counts));
  const rle = (counts: string) => ({ ...IMAGE, counts: expandCounts(counts) });
  expect(rleIou(rle(first.counts), rle(again.counts))).toBeGreaterThan(0.97);
});

test('CU3: in a close-up prompts are moved into it, and masks come out where they lie in the whole picture', async () => {
  const { decoder, asked } = fakeDecoder();
  const closeUp = { x0: 100, y0: 60, x1: 180, y1: 110 };
  const near: PlacedEmbedding = {
    embedding: { ...embedding, image: { width: 80, height: 50 } },
    closeUp,
    picture: IMAGE,
  };
  const result = await decode(decoder, near, { points: [click(140, 90)], box: null });
  expect(result.closeUp).toEqual(closeUp);
  // (40, 30) of 80 x 50 pixels, in a square of 448
  expect([...(asked[0]?.coords ?? [])].slice(0, 2)).toEqual([224, 168]);
  const chosen = result.candidates[result.best];
  const mask = commit(decoder, near, chosen?.lowRes ?? new Float32Array());
  expect(mask.box.x + mask.box.width / 2).toBeCloseTo(140, 0);
  expect(mask.box.y + mask.box.height / 2).toBeCloseTo(90, 0);
  expect(chosen?.share).toBeCloseTo(mask.area / (320 * 200), 2);

  // the same disc in the crop by itself: as many pixels
  const alone: PlacedEmbedding = { embedding: near.embedding, closeUp: null, picture: near.embedding.image };
  expect(commit(decoder, alone, chosen?.lowRes ?? new Float32Array()).area).toBe(mask.area);

  const again = commit(decoder, near, lift(decoder, near, mask.counts));
  const rle = (counts: string) => ({ ...IMAGE, counts: expandCounts(counts) });
  expect(rleIou(rle(mask.counts), rle(again.counts))).toBeGreaterThan(0.97);
});

test('an empty answer has no area and an empty box', () => {
  const { decoder } = fakeDecoder();
  const mask = commit(decoder, whole, new Float32Array(L * L).fill(-9));
  expect(mask).toMatchObject({ area: 0, box: { width: 0, height: 0 }, stability: 0 });
  const empty = encodeRle({ ...IMAGE, data: new Uint8Array(IMAGE.width * IMAGE.height) });
  expect(mask.counts).toBe(compressCounts(empty.counts));
});
