import {
  bitMask,
  compressCounts,
  encodeRle,
  parseRle,
  rleArea,
  rleBox,
  rleIou,
  WRONG_IOU,
} from '@maskloop/sam-core';
import { expect, test } from 'vitest';
import { plant, settledAs } from './planted.ts';
import type { RunProposal } from './run.ts';

const IMAGE = { width: 200, height: 150 };
const PARAMETERS = { pointsPerSide: 32, boxNmsThresh: 0.7, maxAreaShare: 0.9 };

function disc(cx: number, cy: number, radius: number, at: number): RunProposal {
  const mask = bitMask(IMAGE);
  for (let y = 0; y < IMAGE.height; y++) {
    for (let x = 0; x < IMAGE.width; x++) {
      if ((x - cx) ** 2 + (y - cy) ** 2 < radius ** 2) mask.data[y * IMAGE.width + x] = 1;
    }
  }
  const rle = encodeRle(mask);
  return {
    counts: compressCounts(rle.counts),
    area: rleArea(rle),
    predictedIou: Math.fround(0.9 + 0.01 * at),
    stability: Math.fround(0.95 + 0.004 * at),
    point: { x: cx, y: cy },
    candidate: at % 3,
  };
}
const FOUND = Array.from({ length: 8 }, (_, at) =>
  disc(25 + 50 * (at % 4), 40 + 70 * Math.floor(at / 4), 12 + at, at),
);
const planted = (key: string, share = 0.1) =>
  plant(FOUND, { key, image: IMAGE, share, known: [], parameters: PARAMETERS });

test('PP1 a share of all proposals is planted, and which follows from place and pixels alone', () => {
  const all = Array.from({ length: 150 }, (_, at) => planted(`run:image-${at}`));
  const count = all.reduce((sum, each) => sum + each.length, 0);
  const share = count / (count + 150 * FOUND.length);
  expect(share).toBeGreaterThan(0.08);
  expect(share).toBeLessThan(0.12);
  expect(planted('run:image-1', 0)).toEqual([]);
  expect(all.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, at) => planted(`run:image-${at}`)));
});

test('PP2 planted proposals resemble nothing in the image, and their scores and prompts are like real ones', () => {
  const rleOf = ({ counts }: { readonly counts: string }) =>
    parseRle({ size: [IMAGE.height, IMAGE.width], counts });
  for (let at = 0; at < 50; at++) {
    for (const made of planted(`run:image-${at}`)) {
      const rle = rleOf(made);
      for (const real of FOUND) {
        expect(rleIou(rle, rleOf(real))).toBeLessThan(WRONG_IOU);
        expect(made.predictedIou).not.toBe(real.predictedIou);
        expect(made.stability).not.toBe(real.stability);
      }
      expect(made.area).toBe(rleArea(rle));
      expect(rleBox(rle)).toMatchObject({ x0: made.box.x, y0: made.box.y });
      expect(made.predictedIou).toBeGreaterThanOrEqual(FOUND[0]?.predictedIou ?? 1);
      expect(made.predictedIou).toBeLessThanOrEqual(1);
      expect(made.predictedIou).toBe(Math.fround(made.predictedIou));
      // as float32 as a model's, and at a point of the grid that lies in the mask
      const { x, y } = made.point;
      expect(((x * PARAMETERS.pointsPerSide) / IMAGE.width) % 1).toBeCloseTo(0.5);
      const one = bitMask(IMAGE);
      one.data[Math.floor(y) * IMAGE.width + Math.floor(x)] = 1;
      expect(rleIou(encodeRle(one), rle)).toBeCloseTo(1 / made.area);
    }
  }
});

test('PP3 what a person removed or made anew is caught, what they let pass is missed', () => {
  const mask = { origin: 'proposed', removed: false, iouWithProposal: null } as const;
  expect(settledAs(mask)).toBe('unjudged');
  expect(settledAs({ ...mask, removed: true })).toBe('caught');
  expect(settledAs({ ...mask, origin: 'accepted', iouWithProposal: 1 })).toBe('missed');
  expect(settledAs({ ...mask, origin: 'corrected', iouWithProposal: 0.69 })).toBe('remade');
  expect(settledAs({ ...mask, origin: 'corrected', iouWithProposal: 0.7 })).toBe('missed');
  expect(settledAs({ ...mask, origin: 'corrected', removed: true, iouWithProposal: 0.2 })).toBe('caught');
});
