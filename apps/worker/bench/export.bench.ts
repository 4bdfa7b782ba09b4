// How fast a COCO export is written and read back, and whether its memory grows with the dataset.
// npm run bench -- export
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { DatasetVersion, ExportImage, ExportItem } from '@maskloop/db';
import { DatasetFilter, NO_COUNTS, optionsFor, SplitRule } from '@maskloop/domain';
import { compressCounts, encodeRle, maskBox, rleArea } from '@maskloop/sam-core';
import { buildArchive } from '../src/export/build-archive.ts';
import { FORMATS } from '../src/export/formats.ts';

const SIZE = { width: 1500, height: 1000 };
const PER_IMAGE = 50;

/** A ragged disc: about 600 runs. */
function disc(): Pick<ExportItem, 'counts' | 'area' | 'box'> {
  const data = new Uint8Array(SIZE.width * SIZE.height);
  for (let y = 0; y < SIZE.height; y++) {
    for (let x = 0; x < SIZE.width; x++) {
      const radius = 150 + 12 * Math.sin(Math.atan2(y - 500, x - 700) * 40);
      data[y * SIZE.width + x] = Math.hypot(x - 700, y - 500) < radius ? 1 : 0;
    }
  }
  const mask = { ...SIZE, data };
  const rle = encodeRle(mask);
  const box = maskBox(mask);
  if (box === null) throw new Error('the disc is not empty');
  return {
    counts: compressCounts(rle.counts),
    area: rleArea(rle),
    box: { x: box.x0, y: box.y0, width: box.x1 - box.x0, height: box.y1 - box.y0 },
  };
}

const pixels = disc();
const uuid = (n: number) => `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

function item(n: number): ExportItem {
  return {
    ...pixels,
    revisionId: uuid(n),
    maskId: uuid(n + 2 ** 40),
    classId: null,
    parentMaskId: null,
    zIndex: 0,
    kind: 'mask',
    seq: 1,
    parentRevisionId: null,
    edit: 'prompt',
    origin: 'assisted',
    stage: 'assisted-manual',
    prompts: [
      { points: [{ x: 700, y: 500, label: 'foreground' }], box: null, feedback: false, candidate: 0 },
    ],
    promptCount: 1,
    predictedIou: 0.9,
    stability: 0.95,
    iouWithParent: null,
    iouWithProposal: null,
    activeMs: 2_000,
    createdAt: new Date(0),
    author: null,
    model: null,
  };
}

async function* images(masks: number): AsyncGenerator<ExportImage> {
  for (let n = 0; n < masks / PER_IMAGE; n++) {
    yield {
      ...SIZE,
      id: uuid(n),
      sha256: n.toString(16).padStart(64, '0'),
      name: `photo-${n}.jpg`,
      format: 'jpeg',
      orientation: 1,
      bytes: 1,
      groupKey: null,
      createdAt: new Date(0),
      split: n % 10 === 0 ? 'val' : 'train',
      items: Array.from({ length: PER_IMAGE }, (_, k) => item(n * PER_IMAGE + k)),
    };
  }
}

console.log(`masks of ${pixels.counts.length} characters, ${PER_IMAGE} an image`);
for (const masks of [5_000, 20_000, 80_000]) {
  const folder = await mkdtemp(path.join(tmpdir(), 'maskloop-bench-'));
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 50);
  const dataset: DatasetVersion = {
    id: uuid(1),
    projectId: uuid(2),
    number: 1,
    name: 'bench',
    notes: '',
    filter: DatasetFilter.parse({}),
    splits: SplitRule.parse({}),
    state: 'done',
    error: null,
    counts: { ...NO_COUNTS, masks, images: masks / PER_IMAGE },
    contentSha256: '0'.repeat(64),
    createdAt: new Date(0),
    createdBy: { id: uuid(3), name: 'bench' },
    exports: 0,
    models: [],
  };
  const start = performance.now();
  const { path: file, report } = await buildArchive(
    FORMATS.coco,
    { format: 'coco', dataset, classes: [], options: optionsFor('coco', {}) },
    {
      images: () => images(masks),
      roleOf: () => 'annotator',
      picture: async () => Readable.from([]),
      folder,
      progress: () => {},
      signal: new AbortController().signal,
    },
  );
  const seconds = (performance.now() - start) / 1_000;
  clearInterval(watch);
  const { size } = await stat(file);
  console.log(
    `${String(masks).padStart(6)} masks: ${seconds.toFixed(1).padStart(6)} s, ${(masks / seconds).toFixed(0).padStart(5)} masks/s, ` +
      `${(size / 1e6).toFixed(1)} MB, peak memory ${(peak / 2 ** 20).toFixed(0)} MiB, read back ${report.readBack?.compared} (${report.readBack?.different} different)`,
  );
  await rm(folder, { recursive: true });
}
