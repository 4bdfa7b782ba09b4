import {
  AMG_PRESETS,
  bitMask,
  compressCounts,
  cropsOf,
  encodeRle,
  parseRle,
  rleArea,
  rleBox,
  rleIou,
  WRONG_IOU,
} from '@maskloop/sam-core';
import { expect, test } from 'vitest';
import type { CloseUp } from './close-up.ts';
import { pixelMask } from './compare-runs.ts';
import { plant, settledAs } from './planted.ts';
import type { RunProposal } from './run.ts';

const liesIn = (box: CloseUp, { x0, y0, x1, y1 }: CloseUp) =>
  box.x0 >= x0 && box.y0 >= y0 && box.x1 <= x1 && box.y1 <= y1;
const IMAGE = { width: 200, height: 150 };
const PARAMETERS = {
  pointsPerSide: 32,
  boxNmsThresh: 0.7,
  maxAreaShare: 0.9,
  cropNLayers: 1,
  cropNPointsDownscaleFactor: 2,
};

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

test('PP2 beside what was found in a crop, planted ones are asked in that crop, on its grid', () => {
  const crops = cropsOf(IMAGE, 1, AMG_PRESETS.reference.cropOverlapRatio).slice(1);
  const found = FOUND.map((proposal, at) => {
    const { box } = pixelMask(proposal.counts, IMAGE);
    const crop = crops.find((each) => box && liesIn(box, each.box));
    return crop && at % 2 ? { ...proposal, closeUp: crop.box } : proposal;
  });
  const made = Array.from({ length: 150 }, (_, at) =>
    plant(found, { key: `run:${at}`, image: IMAGE, share: 0.2, known: [], parameters: PARAMETERS }),
  ).flat();
  const inCrops = made.flatMap(({ closeUp, ...rest }) => (closeUp ? [{ closeUp, ...rest }] : []));
  expect(inCrops.length).toBeGreaterThan(20);
  expect(made.length - inCrops.length).toBeGreaterThan(20);
  for (const { closeUp, counts, point } of inCrops) {
    const { box } = pixelMask(counts, IMAGE);
    expect(box && liesIn(box, closeUp)).toBe(true);
    expect((((point.x - closeUp.x0) * 16) / (closeUp.x1 - closeUp.x0)) % 1).toBeCloseTo(0.5);
    expect((((point.y - closeUp.y0) * 16) / (closeUp.y1 - closeUp.y0)) % 1).toBeCloseTo(0.5);
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
