import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { DatasetVersion, ExportImage, ExportItem } from '@maskloop/db';
import {
  DatasetFilter,
  type ExportFormat,
  type ExportOptions,
  type LabelClass,
  NO_COUNTS,
  optionsFor,
  SplitRule,
} from '@maskloop/domain';
import { type BitMask, compressCounts, encodeRle, rleArea, rleBox } from '@maskloop/sam-core';
import { buildArchive } from './build-archive.ts';
import type { BuiltArchive } from './format.ts';
import { FORMATS } from './formats.ts';

// A small dataset of masks that exports tend to break, for tests of the formats.

export const testId = (n: number): string => `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

export const CLASSES: readonly LabelClass[] = [
  { id: testId(1), index: 0, name: 'cat', colour: '#ff8000', kind: 'thing', parentId: null, deleted: false },
  {
    id: testId(2),
    index: 1,
    name: 'ear & "tip"',
    colour: '#00ff00',
    kind: 'thing',
    parentId: testId(1),
    deleted: false,
  },
  {
    id: testId(3),
    index: 2,
    name: '하늘: sky',
    colour: '#0080ff',
    kind: 'stuff',
    parentId: null,
    deleted: false,
  },
];

const SIZE = { width: 61, height: 47 };

type Inside = (x: number, y: number) => boolean;
const disc =
  (cx: number, cy: number, r: number): Inside =>
  (x, y) =>
    Math.hypot(x - cx, y - cy) < r;

interface Drawing {
  readonly inside: Inside;
  readonly class?: 1 | 2 | 3 | null;
  readonly z?: number;
  /** place of the whole in the list */
  readonly partOf?: number;
}

/** What a picture of the tests shows, by what is tricky about it. */
export const TRICKY: readonly Drawing[] = [
  // touches all borders, has a hole, and is the lowest
  { inside: (x, y) => !disc(30, 23, 15)(x, y), class: 3 },
  // two holes and an island inside one of them
  {
    inside: (x, y) =>
      disc(30, 23, 14)(x, y) &&
      !(disc(25, 20, 4)(x, y) && !disc(25, 20, 1.5)(x, y)) &&
      !disc(36, 26, 3)(x, y),
    class: 1,
    z: 1,
  },
  // a part of it, and a part of the part
  { inside: disc(33, 15, 4), class: 2, z: 1, partOf: 1 },
  { inside: disc(33, 15, 2), class: 2, z: 1, partOf: 2 },
  // a single pixel; the corner pixel
  { inside: (x, y) => x === 45 && y === 30, class: 1, z: 2 },
  { inside: (x, y) => x === 60 && y === 46, class: null, z: 2 },
  // three islands, two of which touch at a corner only
  {
    inside: (x, y) => (x < 4 && y < 4) || (x >= 4 && x < 7 && y >= 4 && y < 7) || (x > 50 && x < 54 && y < 3),
    class: null,
    z: 3,
  },
  // overlaps the cat
  { inside: disc(42, 23, 6), class: 1, z: 2 },
  // checkerboard: every pixel is an island
  { inside: (x, y) => x > 2 && x < 10 && y > 36 && y < 44 && (x + y) % 2 === 0, class: 2, z: 1 },
];

function maskOf(inside: Inside, { width, height } = SIZE): BitMask {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) if (inside(x, y)) data[y * width + x] = 1;
  }
  return { width, height, data };
}

let serial = 0;

export function itemOf(drawing: Drawing, more: Partial<ExportItem> = {}, size = SIZE): ExportItem {
  const rle = encodeRle(maskOf(drawing.inside, size));
  const box = rleBox(rle) ?? { x0: 0, y0: 0, x1: 0, y1: 0 };
  const n = ++serial;
  return {
    revisionId: testId(1_000_000 + n),
    maskId: testId(2_000_000 + n),
    classId: drawing.class == null ? null : testId(drawing.class),
    parentMaskId: null,
    zIndex: drawing.z ?? 0,
    kind: 'mask',
    seq: 1,
    parentRevisionId: null,
    edit: 'prompt',
    origin: 'assisted',
    stage: 'assisted-manual',
    counts: compressCounts(rle.counts),
    area: rleArea(rle),
    box: { x: box.x0, y: box.y0, width: box.x1 - box.x0, height: box.y1 - box.y0 },
    prompts: [
      { points: [{ x: 12.5, y: 7, label: 'foreground' }], box: null, feedback: false, candidate: 1 },
      {
        points: [{ x: 1, y: 2, label: 'background' }],
        box: { x0: 1, y0: 2, x1: 30, y1: 40 },
        feedback: true,
        candidate: 0,
      },
    ],
    promptCount: 3,
    predictedIou: 0.91,
    stability: 0.97,
    iouWithParent: null,
    iouWithProposal: null,
    activeMs: 2_500,
    createdAt: new Date(0),
    author: { id: testId(7), name: 'Somebody' },
    model: { id: testId(8), name: 'small', encoderSha256: 'e'.repeat(64), decoderSha256: 'd'.repeat(64) },
    ...more,
  };
}

/** @param n makes the picture different from others */
export function imageOf(
  n: number,
  items: readonly ExportItem[],
  more: Partial<ExportImage> = {},
): ExportImage {
  return {
    ...SIZE,
    id: testId(3_000_000 + n),
    sha256: n.toString(16).padStart(64, '0'),
    name: `photo ${n}.jpg`,
    format: 'jpeg',
    orientation: 1,
    bytes: 1,
    groupKey: null,
    createdAt: new Date(0),
    split: n % 3 === 2 ? 'val' : 'train',
    items,
    ...more,
  };
}

/** Pictures with every tricky mask, in z-order as the database gives them. */
export function trickyImages(): ExportImage[] {
  serial = 0;
  return [0, 1, 2].map((n) => {
    const items = TRICKY.map((drawing) => itemOf(drawing));
    const linked = items.map((item, at) => {
      const whole = TRICKY[at]?.partOf;
      return whole === undefined ? item : { ...item, parentMaskId: items[whole]?.maskId ?? null };
    });
    const sorted = linked.sort((a, b) => a.zIndex - b.zIndex || (a.maskId < b.maskId ? -1 : 1));
    return imageOf(n, sorted, n === 1 ? { name: 'photo 0.png', orientation: 6 } : {});
  });
}

export interface Built extends BuiltArchive {
  remove(): Promise<void>;
}

/** Builds an archive of pictures without a database. */
export async function built(
  format: ExportFormat,
  images: readonly ExportImage[],
  options: Partial<ExportOptions> = {},
): Promise<Built> {
  const folder = await mkdtemp(path.join(tmpdir(), 'maskloop-export-test-'));
  const archive = await buildArchive(
    FORMATS[format],
    { format, dataset: DATASET, classes: CLASSES, options: optionsFor(format, options) },
    {
      async *images(kinds) {
        for (const image of images) {
          yield { ...image, items: image.items.filter(({ kind }) => kinds.includes(kind)) };
        }
      },
      roleOf: () => 'annotator',
      picture: async () => Readable.from([Buffer.from('not asked for')]),
      folder,
      progress: () => {},
      signal: new AbortController().signal,
    },
  );
  return { ...archive, remove: () => rm(folder, { recursive: true }) };
}

const DATASET = {
  id: testId(4),
  projectId: testId(5),
  number: 1,
  name: 'tricky',
  notes: '',
  filter: DatasetFilter.parse({}),
  splits: SplitRule.parse({}),
  state: 'done',
  counts: { ...NO_COUNTS, masks: 27, images: 3 },
  contentSha256: '0'.repeat(64),
  createdAt: new Date(0),
  createdBy: { id: testId(6), name: 'Somebody' },
  exports: 0,
  models: [],
  error: null,
} satisfies DatasetVersion;
