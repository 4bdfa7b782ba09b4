import { describe, expect, test } from 'vitest';
import { plainGenerate } from '../../bench/plain.ts';
import { modelFrame } from '../geometry.ts';
import type { Pixels } from '../image/pixels.ts';
import { decodeRle, rleArea, rleBox } from '../mask/rle.ts';
import { toDecoderPrompt } from '../prompt.ts';
import { sceneEngine, testEmbedding, testManifest } from '../testing-models.ts';
import { collectMasks, generateMasks } from './generate.ts';
import { AmgOptions } from './options.ts';
import { pointGrid } from './point-grid.ts';

const blank = (width: number, height: number): Pixels => ({
  width,
  height,
  data: new Uint8Array(width * height * 3),
});
const manifest = testManifest();
const LOOSE = { pointsPerSide: 6, predIouThresh: 0.75, stabilityScoreThresh: 0.7 };

describe('generateMasks', () => {
  test.each([
    { width: 300, height: 200, seed: 3 },
    { width: 120, height: 333, seed: 8 },
  ])(
    '$width x $height: every shortcut taken, the masks are those of the plain version',
    async ({ seed, ...size }) => {
      const engine = sceneEngine(manifest, seed);
      const grid = pointGrid(6, size);
      const prompt = toDecoderPrompt(
        grid.map((p) => ({ points: [{ ...p, label: 'foreground' as const }], box: null })),
        manifest,
        size,
      );
      const output = await engine.decode(testEmbedding(manifest, size), prompt);
      // the three candidates of each prompt, without the single-mask channel
      const L2 = output.lowResSide ** 2;
      const multi = {
        lowRes: new Float32Array(grid.length * 3 * L2),
        iou: new Float32Array(grid.length * 3),
      };
      grid.forEach((_, p) => {
        multi.lowRes.set(output.lowRes.subarray((p * 4 + 1) * L2, (p * 4 + 4) * L2), p * 3 * L2);
        multi.iou.set(output.iou.subarray(p * 4 + 1, p * 4 + 4), p * 3);
      });
      const { content, side } = modelFrame(size, manifest.side, 'pad');
      const plain = plainGenerate(
        multi.lowRes,
        multi.iou,
        { lowResSide: output.lowResSide, side, content, image: size },
        AmgOptions.parse(LOOSE),
      );
      const masks = await collectMasks(engine, blank(size.width, size.height), LOOSE);
      expect(masks.length).toBeGreaterThan(3);
      expect(
        masks.map((m) => ({
          counts: [...m.rle.counts],
          box: m.box,
          iou: m.predictedIou,
          stability: m.stabilityScore,
        })),
      ).toEqual(plain);
    },
  );

  test('batches change nothing but the number of steps', async () => {
    const run = async (pointsPerBatch: number) => {
      const steps = [];
      const generator = generateMasks(sceneEngine(manifest), blank(90, 60), { ...LOOSE, pointsPerBatch });
      for (;;) {
        const step = await generator.next();
        if (step.done) return { steps, masks: step.value };
        steps.push(step.value);
      }
    };
    const [small, large] = [await run(5), await run(64)];
    expect(small.steps).toHaveLength(8);
    expect(large.steps).toHaveLength(1);
    expect(small.masks).toEqual(large.masks);
    expect(small.steps.at(-1)).toMatchObject({ crop: 0, crops: 1, done: 36, total: 36 });
  });

  test('a model that takes one prompt per call is asked point by point', async () => {
    const one = { ...manifest, decoder: { ...manifest.decoder, promptBatch: 1 } };
    const masks = await collectMasks(sceneEngine(one), blank(90, 60), LOOSE);
    expect(masks).toEqual(await collectMasks(sceneEngine(manifest), blank(90, 60), LOOSE));
  });

  test('crops are encoded on their own; their masks are pasted in place and win over the full image', async () => {
    const encoded: string[] = [];
    const scene = sceneEngine(manifest);
    const engine = {
      ...scene,
      encode: (pixels: Pixels) => {
        encoded.push(`${pixels.width}x${pixels.height}`);
        return scene.encode(pixels);
      },
    };
    const masks = await collectMasks(engine, blank(300, 200), {
      ...LOOSE,
      cropNLayers: 1,
      cropNPointsDownscaleFactor: 2,
    });
    expect(encoded).toEqual(['300x200', '184x134', '184x134', '184x134', '184x134']);
    expect(new Set(masks.map((m) => m.cropLayer))).toEqual(new Set([0, 1]));
    for (const { rle, box, area, cropBox, point } of masks) {
      expect(rle).toMatchObject({ width: 300, height: 200 });
      expect(area).toBe(rleArea(rle));
      expect(rleBox(rle)).toEqual({ ...box, x1: box.x1 + 1, y1: box.y1 + 1 });
      expect(box.x0 >= cropBox.x0 && box.x1 < cropBox.x1 && box.y0 >= cropBox.y0 && box.y1 < cropBox.y1).toBe(
        true,
      );
      expect(point.x > cropBox.x0 && point.x < cropBox.x1).toBe(true);
    }
    const layers = masks.map((m) => m.cropLayer);
    expect(layers.lastIndexOf(1)).toBeLessThan(layers.indexOf(0));
  });

  test('small regions are cleaned, and box and area follow', async () => {
    const options = { ...LOOSE, minMaskRegionArea: 60 };
    const before = await collectMasks(sceneEngine(manifest), blank(300, 200), LOOSE);
    const after = await collectMasks(sceneEngine(manifest), blank(300, 200), options);
    expect(after.length).toBeLessThanOrEqual(before.length);
    for (const { rle, box, area } of after) {
      expect(area).toBe(decodeRle(rle).data.reduce((sum, v) => sum + v, 0));
      expect(rleBox(rle)).toEqual({ ...box, x1: box.x1 + 1, y1: box.y1 + 1 });
    }
    expect(after.some((m, i) => m.area !== before[i]?.area)).toBe(true);
  });

  test('a stored embedding makes pixels and encoder unnecessary, as long as there are no crops', async () => {
    const { decode } = sceneEngine(manifest);
    const embedding = testEmbedding(manifest, { width: 90, height: 60 });
    const masks = await collectMasks({ manifest, decode }, null, LOOSE, { embedding });
    expect(masks).toEqual(await collectMasks(sceneEngine(manifest), blank(90, 60), LOOSE));
    const crops = collectMasks({ manifest, decode }, null, { ...LOOSE, cropNLayers: 1 }, { embedding });
    await expect(crops).rejects.toThrow('need pixels and an encoder');
  });

  test('an abort is noticed before the next batch and travels as its reason', async () => {
    const signal = { aborted: false, reason: new Error('the person changed their mind') };
    const generator = generateMasks(
      sceneEngine(manifest),
      blank(90, 60),
      { ...LOOSE, pointsPerBatch: 6 },
      { signal },
    );
    await generator.next();
    signal.aborted = true;
    await expect(generator.next()).rejects.toThrow('changed their mind');
  });

  test('filters off: everything passes, but duplicates still go', async () => {
    const options = { pointsPerSide: 3, predIouThresh: 0, stabilityScoreThresh: 0, boxNmsThresh: 1 };
    expect(await collectMasks(sceneEngine(manifest), blank(90, 60), options)).toHaveLength(27);
  });
});
