/**
 * Compares with what the reference's generator made of the same low-resolution logits, RLE for RLE. The recordings are
 * not part of the repository: set MASKLOOP_PARITY_DIR to a folder with amg/<case>/ to run them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { SamEngine } from '../engine.ts';
import { toCocoRle } from '../mask/coco-rle.ts';
import { testEmbedding, testManifest } from '../testing-models.ts';
import { collectMasks } from './generate.ts';

const root = path.join(process.env.MASKLOOP_PARITY_DIR ?? '', 'amg');
const cases = process.env.MASKLOOP_PARITY_DIR && existsSync(root) ? readdirSync(root) : [];

const camelCase = (options: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(options).map(([key, value]) => [
      key.replace(/_(.)/g, (_, c: string) => c.toUpperCase()),
      value,
    ]),
  );
const floats = (bytes: Buffer) => new Float32Array(new Uint8Array(bytes).buffer);

/** Answers from the recordings, crop after crop, and checks that it was asked about the recorded points. */
function recorded(
  folder: string,
  expected: { low_res: number; img_size: number; crops: { model_points: number[][] }[] },
) {
  const base = testManifest('transformers-sam');
  const manifest = {
    ...base,
    side: expected.img_size,
    decoder: { ...base.decoder, lowResSide: expected.low_res, padToken: 'client-no-box' as const },
  };
  const L2 = expected.low_res ** 2;
  let [crop, asked] = [-1, 0];
  let [low, iou] = [new Float32Array(), new Float32Array()];
  const engine: SamEngine = {
    manifest,
    encode: async (pixels) => {
      crop++;
      asked = 0;
      low = floats(gunzipSync(readFileSync(path.join(folder, `low_${crop}.f32.gz`))));
      iou = floats(readFileSync(path.join(folder, `iou_${crop}.f32`)));
      return testEmbedding(manifest, pixels);
    },
    decode: async (_, { prompts, tokens, coords }) => {
      const at = asked;
      asked += prompts;
      for (let p = 0; p < prompts; p++) {
        const point = [coords[p * tokens * 2], coords[p * tokens * 2 + 1]];
        expect(point).toEqual(expected.crops[crop]!.model_points[at + p]!.map(Math.fround));
      }
      return {
        prompts,
        maskTokens: 3,
        loneClick: 'candidates',
        lowResSide: expected.low_res,
        lowRes: low.subarray(at * 3 * L2, asked * 3 * L2),
        iou: iou.subarray(at * 3, asked * 3),
        object: null,
      };
    },
  };
  return engine;
}

describe.skipIf(cases.length === 0)('parity with the reference generator', () => {
  test.each(cases)('%s: same masks, same order, same numbers', async (name) => {
    const folder = path.join(root, name);
    const expected = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8'));
    const image = {
      width: expected.w,
      height: expected.h,
      data: new Uint8Array(expected.w * expected.h * 3),
    };
    const masks = await collectMasks(recorded(folder, expected), image, camelCase(expected.config));
    const records = masks.map((mask) => ({
      segmentation: { size: [mask.rle.height, mask.rle.width], counts: [...mask.rle.counts] },
      area: mask.area,
      bbox: [mask.box.x0, mask.box.y0, mask.box.x1 - mask.box.x0, mask.box.y1 - mask.box.y0],
      predicted_iou: mask.predictedIou,
      point_coords: [[mask.point.x, mask.point.y]],
      stability_score: mask.stabilityScore,
      crop_box: [
        mask.cropBox.x0,
        mask.cropBox.y0,
        mask.cropBox.x1 - mask.cropBox.x0,
        mask.cropBox.y1 - mask.cropBox.y0,
      ],
    }));
    expect(records).toHaveLength(expected.annotations.length);
    records.forEach((record, i) => {
      expect(expected.annotations[i]).toMatchObject(record);
      const packed = Object.values(expected.annotations[i]).find((value) => typeof value === 'string');
      if (packed !== undefined) expect(toCocoRle(masks[i]!.rle).counts).toBe(packed);
    });
  });
});
