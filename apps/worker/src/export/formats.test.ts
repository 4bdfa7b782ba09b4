import { EXPORT_FORMATS, type ExportFormat, type ExportOptions } from '@maskloop/domain';
import { afterEach, describe, expect, test } from 'vitest';
import { digestOf } from '../digest.ts';
import { ArchiveReader } from './archive-reader.ts';
import { type Built, built, imageOf, itemOf, TRICKY, trickyImages } from './testing.ts';

const made: Built[] = [];
afterEach(async () => {
  for (const each of made.splice(0)) await each.remove();
});

async function build(...args: Parameters<typeof built>): Promise<Built> {
  const one = await built(...args);
  made.push(one);
  return one;
}

const LABEL_MAPS: readonly ExportFormat[] = ['coco-panoptic', 'semantic-png', 'instance-png', 'voc'];
const count = (of: Built, kind: string): number =>
  of.report.losses.find((loss) => loss.kind === kind)?.count ?? 0;

describe.each(EXPORT_FORMATS)('%s', (format) => {
  test('tricky masks are read back as they were written', async () => {
    const { report } = await build(format, trickyImages());
    expect(report.readBack).toMatchObject({ differences: [], different: 0 });
    expect(report.masks + report.badCount).toBe(3 * TRICKY.length);
    expect(report.bad).toEqual([]);
    expect(report.readBack?.compared).toBe(report.masks);
    if (!LABEL_MAPS.includes(format)) expect(report.readBack?.iou).toEqual({ min: 1, mean: 1 });
  });

  test('the same masks give the same bytes', async () => {
    const [a, b] = [await build(format, trickyImages()), await build(format, trickyImages())];
    expect((await digestOf(a.path)).sha256).toBe((await digestOf(b.path)).sha256);
  });

  test('EX4 masks that cannot be read are named, and fail nothing', async () => {
    const images = trickyImages();
    const broken = itemOf({ inside: () => true }, { counts: '052' });
    const first = images[0] ?? imageOf(0, []);
    const { report } = await build(format, [{ ...first, items: [broken, ...first.items] }]);
    expect(report.bad).toEqual([
      { maskId: broken.maskId, imageId: first.id, reason: expect.stringContaining('add up to') },
    ]);
    expect(report).toMatchObject({ masks: TRICKY.length, badCount: 1, readBack: { different: 0 } });
  });

  test('a picture of 300 masks, and one of none', async () => {
    const many = Array.from({ length: 300 }, (_, n) =>
      itemOf({ inside: (x, y) => Math.floor(x / 3) + 20 * Math.floor(y / 3) === n, class: 1 }),
    );
    const { report } = await build(format, [imageOf(0, many), imageOf(1, [])]);
    expect(report).toMatchObject({ images: 2, readBack: { different: 0 } });
    expect(report.masks).toBe(format === 'voc' ? 254 : 300);
    if (format === 'voc')
      expect(report.bad[0]?.reason).toBe('is beyond the 254 objects that one picture can hold');
  });

  test('no picture at all', async () => {
    const { report } = await build(format, []);
    expect(report).toMatchObject({ images: 0, masks: 0, readBack: { compared: 0, different: 0, iou: null } });
  });
});

test.each([
  ['coco', { shape: 'polygon' }],
  ['labelme', { shape: 'polygon' }],
  ['yolo-seg', {}],
] satisfies [ExportFormat, Partial<ExportOptions>][])(
  '%s: exact outlines lose nothing at pixel centres',
  async (format, options) => {
    const archive = await build(format, trickyImages(), options);
    expect(archive.report.readBack).toMatchObject({ different: 0, iou: { min: 1, mean: 1 } });
    expect(count(archive, 'holes')).toBe(6);
  },
);

test.each([
  ['coco', { shape: 'polygon', tolerance: 1.5 }],
  ['labelme', { shape: 'polygon', tolerance: 1.5 }],
  ['yolo-seg', { tolerance: 1.5 }],
  ['voc', { border: 1 }],
] satisfies [ExportFormat, Partial<ExportOptions>][])(
  'EX11 %s: what %o loses is measured',
  async (format, options) => {
    const { report } = await build(format, trickyImages(), options);
    expect(report.readBack).toMatchObject({ different: 0 });
    expect(report.readBack?.iou?.mean).toBeGreaterThan(0.25);
    expect(report.readBack?.iou?.mean).toBeLessThan(1);
    expect(report.losses.map(({ kind }) => kind)).toContain('outline');
  },
);

test('EX11 each format says what it could not', async () => {
  const kinds: Partial<Record<ExportFormat, Record<string, number>>> = {};
  for (const format of EXPORT_FORMATS) {
    const { report } = await build(format, trickyImages());
    kinds[format] = Object.fromEntries(report.losses.map(({ kind, count }) => [kind, count]));
  }
  const all = 3 * TRICKY.length;
  expect(kinds).toEqual({
    retraining: { unclassified: 6 },
    coco: { unclassified: 6 },
    'coco-panoptic': { overlaps: 9, unclassified: 6, provenance: all },
    'semantic-png': { overlaps: 6, instances: 24, parts: 6, unclassified: 6, provenance: all },
    'instance-png': { overlaps: 9, unclassified: 6, provenance: all },
    'yolo-seg': { holes: 6, islands: 9, parts: 6, unclassified: 6, provenance: all },
    voc: { overlaps: 9, parts: 6, unclassified: 6, provenance: all },
    datumaro: { unclassified: 6, provenance: all },
    'label-studio': { unclassified: 6, provenance: all },
    labelme: { unclassified: 6, provenance: all },
    cvat: { unclassified: 6, provenance: all },
    'sa-1b': {},
  });
});

test('EX12 a mask that lies wholly under others is named, and the others stay whole', async () => {
  const [below, above] = [
    itemOf({ inside: (x) => x < 20, class: 1, z: 0 }),
    itemOf({ inside: (x) => x < 30, class: 2, z: 1 }),
  ];
  for (const format of LABEL_MAPS) {
    const { report } = await build(format, [imageOf(0, [below, above])]);
    expect(report).toMatchObject({ masks: 1, badCount: 1, readBack: { different: 0, iou: { min: 1 } } });
    expect(report.bad[0]).toMatchObject({
      maskId: below.maskId,
      reason: expect.stringContaining('covered wholly'),
    });
  }
});

test('CU3 what was asked in a close-up says so: the crop of SA-1B, and each prompt of the retraining set', async () => {
  const closeUp = { x0: 0, y0: 2, x1: 40, y1: 42 };
  const round = { points: [{ x: 4, y: 9, label: 'foreground' as const }], box: null, feedback: false };
  const prompts = [{ ...round, candidate: 1, closeUp }];
  const of = (more: object) => itemOf({ inside: (x, y) => x < 9 && y < 9, class: 1 }, more);
  const images = [imageOf(0, [of({ prompts }), of({})])];
  const text = async (format: ExportFormat, path: string) => {
    const archive = await ArchiveReader.open((await build(format, images)).path);
    const bytes = await archive.bytes(path);
    archive.close();
    return bytes.toString();
  };
  const { annotations } = JSON.parse(await text('sa-1b', 'train/photo 0.json'));
  expect(annotations.map((each: { crop_box: number[] }) => each.crop_box)).toEqual([
    [0, 2, 40, 40],
    [0, 0, images[0]?.width, images[0]?.height],
  ]);
  const lines = (await text('retraining', 'provenance.jsonl')).trim().split('\n');
  const [first, second] = lines.map((line) => JSON.parse(line).prompts[0]);
  expect(first).toMatchObject({ points: [[4, 9, 1]], close_up: [0, 2, 40, 42] });
  expect(second).not.toHaveProperty('close_up');
});

test('EX6 rejected proposals are in the retraining set as negatives, and nowhere else', async () => {
  const [kept, rejected] = [
    itemOf({ inside: (x) => x < 20, class: 1 }),
    itemOf({ inside: (x) => x < 30, class: null }, { kind: 'negative', origin: 'proposed' }),
  ];
  const { report, path } = await build('retraining', [imageOf(0, [kept, rejected])]);
  expect(report).toMatchObject({ masks: 1, negatives: 1, readBack: { compared: 1, different: 0 } });
  const archive = await ArchiveReader.open(path);
  const lines = (await archive.bytes('negatives.jsonl')).toString().split('\n');
  archive.close();
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      mask_id: rejected.maskId,
      image_id: 1,
      predicted_iou: 0.91,
      segmentation: { size: [47, 61], counts: rejected.counts },
    }),
  ]);
  for (const format of EXPORT_FORMATS.filter((each) => each !== 'retraining')) {
    const other = await build(format, [imageOf(0, [kept, rejected])]);
    expect(other.report).toMatchObject({ masks: 1, negatives: 0, badCount: 0 });
  }
});
