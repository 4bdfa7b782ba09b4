import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import golden from '../../fixtures/golden.json' with { type: 'json' };
import { modelFrame } from '../geometry.ts';
import { discLogits } from '../testing.ts';
import { maskArea, maskBox } from './bit-mask.ts';
import { LogitSampler } from './logit-sampler.ts';
import { maskFromLogits, rleFromLogits } from './postprocess.ts';
import { previewLogits } from './preview.ts';
import { encodeRle } from './rle.ts';
import { stabilityOf, stabilityScore } from './stability.ts';

describe('masks from logits', () => {
  test.each(golden.upsample)(
    "parity: $lowRes -> $side -> $image (seed $seed) is torch's mask, pixel for pixel",
    (given) => {
      const [width, height] = given.image as [number, number];
      const frame = modelFrame({ width, height }, given.side, 'pad');
      const logits = discLogits(given.lowRes, given.seed);
      const mask = maskFromLogits(logits, frame);
      expect(createHash('sha256').update(mask.data).digest('hex')).toBe(given.sha256);
      expect(rleFromLogits(logits, frame)).toEqual(encodeRle(mask));
      const measured = new LogitSampler(frame, given.lowRes).measure(logits, { threshold: 0, offset: 1 });
      expect({ high: measured.high, low: measured.low }).toEqual({ high: given.high, low: given.low });
      expect(measured.area).toBe(maskArea(mask));
      const box = maskBox(mask);
      expect(measured.box).toEqual(box && { ...box, x1: box.x1 - 1, y1: box.y1 - 1 });
    },
  );

  test('a pixel at the threshold is outside', () => {
    const frame = modelFrame({ width: 10, height: 10 }, 16, 'pad');
    expect(maskArea(maskFromLogits(new Float32Array(16), frame))).toBe(0);
    expect(maskArea(maskFromLogits(new Float32Array(16).fill(1e-30), frame))).toBe(100);
    expect(maskArea(maskFromLogits(new Float32Array(16).fill(2), frame, 2))).toBe(0);
  });

  test('NaN is outside', () => {
    const frame = modelFrame({ width: 16, height: 16 }, 16, 'pad');
    const logits = new Float32Array(16).fill(2);
    logits[0] = Number.NaN;
    const mask = maskFromLogits(logits, frame);
    expect([mask.data[0], mask.data[255]]).toEqual([0, 1]);
  });

  test('logits in the padding alone make an empty mask', () => {
    const frame = modelFrame({ width: 64, height: 8 }, 64, 'pad');
    const logits = new Float32Array(256).fill(-5);
    logits.fill(5, 200);
    expect(maskArea(maskFromLogits(logits, frame))).toBe(0);
    expect([...rleFromLogits(logits, frame).counts]).toEqual([512]);
  });

  test('a stretched model is resampled once, without the square in between', () => {
    const frame = modelFrame({ width: 4, height: 8 }, 16, 'stretch');
    const logits = discLogits(4, 3, 1).map((v) => v + 3);
    const mask = maskFromLogits(logits, frame);
    // same width as the logits: that axis is untouched; the other interpolates at quarter positions
    const rows = [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3];
    rows.forEach((row, y) => {
      for (let x = 0; x < 4; x++) {
        const [a, b] = [Math.floor(row), Math.min(3, Math.floor(row) + 1)];
        const value = logits[a * 4 + x]! * (1 - (row - a)) + logits[b * 4 + x]! * (row - a);
        expect(mask.data[y * 4 + x]).toBe(value > 0 ? 1 : 0);
      }
    });
  });

  test('a sampler can be used again: an earlier mask leaves nothing behind', () => {
    const frame = modelFrame({ width: 120, height: 90 }, 64, 'pad');
    const sampler = new LogitSampler(frame, 16);
    const levels = { threshold: 0, offset: 1 };
    const [large, small] = [new Float32Array(256).fill(3), discLogits(16, 9, 1)];
    const before = { ...sampler.measure(small, levels), window: null };
    sampler.measure(large, levels);
    expect({ ...sampler.measure(small, levels), window: null }).toEqual(before);
  });

  test('logits that are not square are refused', () => {
    expect(() =>
      maskFromLogits(new Float32Array(15), modelFrame({ width: 4, height: 4 }, 16, 'pad')),
    ).toThrow('square');
  });
});

describe('preview', () => {
  test('the whole image at model scale is the low-res map enlarged', () => {
    const frame = modelFrame({ width: 64, height: 64 }, 64, 'pad');
    const logits = discLogits(16, 2);
    const preview = previewLogits(logits, frame, { x0: 0, y0: 0, x1: 64, y1: 64 }, { width: 64, height: 64 });
    const exact = maskFromLogits(logits, frame);
    expect(preview.map((v) => (v > 0 ? 1 : 0))).toEqual(Float32Array.from(exact.data));
  });

  test('a window shows its part, and memory is reused', () => {
    const frame = modelFrame({ width: 200, height: 100 }, 64, 'pad');
    const logits = discLogits(16, 4);
    const full = previewLogits(
      logits,
      frame,
      { x0: 0, y0: 0, x1: 200, y1: 100 },
      { width: 200, height: 100 },
    );
    const into = new Float32Array(50 * 40);
    const part = previewLogits(
      logits,
      frame,
      { x0: 30, y0: 20, x1: 80, y1: 60 },
      { width: 50, height: 40 },
      into,
    );
    expect(part).toBe(into);
    expect(part[0]).toBeCloseTo(full[20 * 200 + 30]!, 5);
    expect(part[39 * 50 + 49]).toBeCloseTo(full[59 * 200 + 79]!, 5);
  });
});

describe('stability', () => {
  test('is the share of the loose mask that the strict mask keeps', () => {
    expect(stabilityScore(Float32Array.of(2, 1, 0.5, -0.5, -1, -3), 0, 1)).toBe(0.25);
  });

  test('of nothing is NaN, which no filter lets through', () => {
    expect(stabilityOf(0, 0)).toBeNaN();
    expect(stabilityOf(0, 0) >= 0).toBe(false);
  });
});
