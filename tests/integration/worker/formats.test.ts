import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExportFormat, GivenOptions, ImportFormat } from '@maskloop/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CLASS_LINES,
  exportAs,
  frozenProject,
  HELD,
  importInto,
  iou,
  lines,
  rejected,
  type Seen,
  TRUTH,
} from './format-stack.ts';
import { openStack, type Stack } from './stack.ts';

const READERS = path.join(import.meta.dirname, '../../readers/readers.py');
const PYTHON = process.env.PYTHON ?? '/usr/bin/python3';

let stack: Stack;
let datasetId: string;
let folder: string;

beforeAll(async () => {
  const python = spawnSync(PYTHON, ['-c', 'import numpy, PIL'], { encoding: 'utf8' });
  if (python.status !== 0) {
    throw new Error(
      `${PYTHON} with numpy and Pillow is needed (PYTHON names another one; Debian: apt-get install python3-numpy python3-pil): ${python.error?.message ?? python.stderr}`,
    );
  }
  stack = await openStack('postgres', { redisDb: 9 });
  folder = await mkdtemp(path.join(tmpdir(), 'maskloop-readers-'));
  datasetId = await frozenProject(stack);
  await stack.startWorker();
});
afterAll(async () => {
  await stack?.close();
  if (folder) await rm(folder, { recursive: true });
});

interface Trip {
  readonly format: ExportFormat;
  readonly options?: GivenOptions;
  readonly as: ImportFormat;
  readonly holds: keyof typeof HELD;
  /** the format says what is part of what */
  readonly parts?: true;
  /** the format says kinds and parents of classes */
  readonly hierarchy?: true;
}

const polygon = { shape: 'polygon' } as const;

/** Every format that can be written and read. */
const TRIPS: readonly Trip[] = [
  { format: 'retraining', as: 'coco', holds: 'all', parts: true, hierarchy: true },
  { format: 'coco', as: 'coco', holds: 'all', parts: true, hierarchy: true },
  { format: 'coco', options: polygon, as: 'coco', holds: 'all', parts: true, hierarchy: true },
  { format: 'coco-panoptic', as: 'coco-panoptic', holds: 'panoptic', parts: true, hierarchy: true },
  { format: 'semantic-png', as: 'label-maps', holds: 'semantic', hierarchy: true },
  { format: 'instance-png', as: 'label-maps', holds: 'top', parts: true },
  { format: 'yolo-seg', as: 'yolo-seg', holds: 'all' },
  { format: 'voc', as: 'voc', holds: 'top' },
  { format: 'label-studio', as: 'label-studio', holds: 'all', parts: true },
  { format: 'labelme', as: 'labelme', holds: 'all', parts: true },
  { format: 'labelme', options: polygon, as: 'labelme', holds: 'all', parts: true },
  { format: 'cvat', as: 'cvat', holds: 'all', parts: true },
  { format: 'sa-1b', as: 'sa-1b', holds: 'all', parts: true },
];

const called = ({ format, options }: Pick<Trip, 'format' | 'options'>): string =>
  options === undefined ? format : `${format} ${Object.values(options).join(' ')}`;

describe('IM8 out and into an empty project: the same pixels, classes and parts, as far as the format can say them', () => {
  test.each(TRIPS.map((trip) => ({ ...trip, name: called(trip) })))('$name', async (trip) => {
    const { bytes, report } = await exportAs(stack, datasetId, trip.format, trip.options);
    expect(report).toMatchObject({ masks: TRUTH.length, badCount: 0, readBack: { different: 0 } });
    const held = HELD[trip.holds]();
    const { format, problems, masks, classes } = await importInto(stack, bytes);
    expect(format).toBe(trip.as);
    expect(problems).toEqual({ total: 0, shown: [] });
    expect(classes).toEqual(CLASS_LINES[trip.hierarchy ? 'whole' : 'named']);
    const parts = trip.parts === true;
    expect(lines(masks, masks, { parts })).toEqual(
      lines(held, TRUTH === held ? held : HELD.top(), { parts }),
    );
  });

  test.each([
    { format: 'coco', options: { ...polygon, tolerance: 1 } },
    { format: 'labelme', options: { ...polygon, tolerance: 1 } },
    { format: 'yolo-seg', options: { tolerance: 1 } },
  ] as const)('simplified outlines of $format lose what the report states, and no more', async (trip) => {
    const { bytes, report } = await exportAs(stack, datasetId, trip.format, trip.options);
    const stated = report.readBack?.iou?.min ?? 1;
    expect(stated).toBeLessThan(1);
    const { masks } = await importInto(stack, bytes);
    expect(masks).toHaveLength(TRUTH.length);
    const best = TRUTH.map((mask) =>
      Math.max(
        ...masks
          .filter(({ image, className }) => image === mask.image && className === mask.className)
          .map(({ pixels }) => iou(pixels, mask.pixels)),
      ),
    );
    expect(Math.min(...best)).toBeCloseTo(stated, 9);
  });
});

/** As readers.py prints it. */
interface ReadMask {
  readonly image: string;
  readonly class: string;
  readonly width: number;
  readonly height: number;
  /** one bit per pixel, row by row, in base64 */
  readonly bits: string;
}

/** Reads an archive with a program that shares no code with the product. */
async function readBy(reader: string, bytes: Buffer): Promise<Seen[]> {
  const file = path.join(folder, `${reader}.zip`);
  await writeFile(file, bytes);
  const answer = spawnSync(PYTHON, [READERS, reader, file], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (answer.status !== 0) throw new Error(`${reader}: ${answer.stderr}`);
  const masks: ReadMask[] = JSON.parse(answer.stdout);
  return masks.map(({ image, class: className, width, height, bits }) => {
    const packed = Buffer.from(bits, 'base64');
    const pixels = Uint8Array.from(
      { length: width * height },
      (_, i) => ((packed[i >> 3] ?? 0) >> (7 - (i & 7))) & 1,
    );
    return { image, className, pixels, whole: null };
  });
}

test.each([
  { reader: 'coco', format: 'coco', options: {}, holds: 'all' },
  { reader: 'coco', format: 'coco', options: polygon, holds: 'all' },
  { reader: 'panoptic', format: 'coco-panoptic', options: {}, holds: 'panoptic' },
  { reader: 'yolo', format: 'yolo-seg', options: { includeImages: true }, holds: 'all' },
  { reader: 'retraining', format: 'retraining', options: { includeImages: true }, holds: 'all' },
] as const)('a program of others reads $format $options as the database has it', async (trip) => {
  const { bytes } = await exportAs(stack, datasetId, trip.format, trip.options);
  const held = HELD[trip.holds]();
  const expected = trip.format === 'retraining' ? [...held, ...rejected()] : held;
  expect(lines(await readBy(trip.reader, bytes))).toEqual(lines(expected));
});
