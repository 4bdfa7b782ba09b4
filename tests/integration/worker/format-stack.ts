import { createHash } from 'node:crypto';
import { datasets, exports as exportRows, imports, masks, newId } from '@maskloop/db';
import { makeImage, makeProject } from '@maskloop/db/testing';
import {
  DatasetFilter,
  type ExportFormat,
  type ExportReport,
  type GivenOptions,
  ImportPlan,
  SplitRule,
  suggestTargets,
} from '@maskloop/domain';
import { requestJob } from '@maskloop/jobs';
import { compressCounts, encodeRle, maskBox, rleArea } from '@maskloop/sam-core';
import { blobKeys } from '@maskloop/storage';
import { expect } from 'vitest';
import { decodeCounts } from '../../helpers/coco-reader.ts';
import { addEmbedded, finished, photo, type Stack } from './stack.ts';

// A small project of masks that formats tend to break, what each kind of format should hold of it, and its way out
// through the export job and back in through the import job.

/** A mask as a format shows it. */
export interface Seen {
  readonly image: string;
  /** null: none */
  readonly className: string | null;
  /** row-major, 0 or 1 */
  readonly pixels: Uint8Array;
  /** what it is a part of, by its place in the list */
  readonly whole: number | null;
}

type Inside = (x: number, y: number) => boolean;
const disc =
  (cx: number, cy: number, r: number): Inside =>
  (x, y) =>
    Math.hypot(x - cx, y - cy) < r;

const SIZES: Readonly<Record<string, { width: number; height: number }>> = {
  'wide.png': { width: 61, height: 47 },
  'tall.png': { width: 40, height: 58 },
};

const CLASSES = ['cat', 'ear', 'blue sky', '하늘'] as const;
type ClassName = (typeof CLASSES)[number];
const STUFF: readonly ClassName[] = ['blue sky'];

interface Drawing {
  readonly inside: Inside;
  readonly className: ClassName | null;
  readonly z: number;
  readonly partOf?: number;
}

const DRAWINGS: readonly Drawing[] = [
  // touches all borders, has a hole
  { inside: (x, y) => !disc(22, 23, 15)(x, y), className: 'blue sky', z: 0 },
  // two holes and an island in one of them
  {
    inside: (x, y) =>
      disc(22, 23, 14)(x, y) &&
      !(disc(17, 20, 4)(x, y) && !disc(17, 20, 1.5)(x, y)) &&
      !disc(28, 26, 3)(x, y),
    className: 'cat',
    z: 1,
  },
  // a part, and a part of the part
  { inside: disc(25, 15, 4), className: 'ear', z: 1, partOf: 1 },
  { inside: disc(25, 15, 2), className: 'ear', z: 1, partOf: 2 },
  // separate pieces that touch at corners, above the sky
  { inside: (x, y) => x < 6 && y > 30 && (x + y) % 2 === 0, className: 'cat', z: 2 },
  // more sky above sky, a single pixel, the last pixel
  { inside: (x, y) => y < 3 && x > 3, className: 'blue sky', z: 3 },
  { inside: (x, y) => x === 36 && y === 40, className: '하늘', z: 3 },
  { inside: (x, y) => x >= 39 && y >= 45, className: null, z: 3 },
];

/** What the model proposed and a person threw away. */
const REJECTED: Inside = disc(10, 10, 4);

function drawn(image: string, inside: Inside): Uint8Array {
  const { width, height } = SIZES[image] ?? { width: 0, height: 0 };
  return Uint8Array.from({ length: width * height }, (_, i) =>
    Number(inside(i % width, Math.floor(i / width))),
  );
}

const area = (pixels: Uint8Array): number => pixels.reduce((sum, inside) => sum + inside, 0);

/** Every mask as the database has it. */
export const TRUTH: readonly Seen[] = Object.keys(SIZES).flatMap((image, n) =>
  DRAWINGS.map(({ inside, className, partOf }) => ({
    image,
    className,
    pixels: drawn(image, inside),
    whole: partOf === undefined ? null : n * DRAWINGS.length + partOf,
  })),
);

/** EX12, pixel by pixel: the pixels of which a mask is the one on top. */
const onTop = (): readonly Seen[] => {
  const z = (at: number) => DRAWINGS[at % DRAWINGS.length]?.z ?? 0;
  const depth = (at: number): number => {
    const whole = TRUTH[at]?.whole ?? null;
    return whole === null ? 0 : 1 + depth(whole);
  };
  const beats = (a: number, b: number): boolean =>
    (z(a) - z(b) || depth(a) - depth(b) || area(pixels(b)) - area(pixels(a))) > 0;
  const pixels = (at: number) => TRUTH[at]?.pixels ?? new Uint8Array();
  return TRUTH.map((mask, at) => ({
    ...mask,
    pixels: mask.pixels.map((inside, i) => {
      const covered = TRUTH.some(
        (other, o) => o !== at && other.image === mask.image && other.pixels[i] === 1 && beats(o, at),
      );
      return inside === 1 && !covered ? 1 : 0;
    }),
  }));
};

/** One region for all masks of a class in a picture. */
function merged(masks: readonly Seen[], which: (mask: Seen) => boolean): Seen[] {
  const regions = new Map<string, Seen>();
  masks.forEach((mask, at) => {
    const key = which(mask) ? `${mask.image} ${mask.className}` : String(at);
    const known = regions.get(key);
    const pixels = known
      ? known.pixels.map((inside, i) => inside | (mask.pixels[i] ?? 0))
      : mask.pixels.slice();
    regions.set(key, { ...mask, pixels });
  });
  return [...regions.values()];
}

/** What a kind of format can hold of the project. */
export const HELD = {
  /** every mask, whole */
  all: () => TRUTH,
  /** a pixel belongs to the mask on top */
  top: onTop,
  /** besides, stuff of one class is one region */
  panoptic: () => merged(onTop(), ({ className }) => STUFF.includes(className as ClassName)),
  /** besides, masks of one class are */
  semantic: () => merged(onTop(), () => true),
} as const satisfies Record<string, () => readonly Seen[]>;

/** The project's classes; where a format says nothing of kinds and parents, things that are part of none. */
export const CLASS_LINES = {
  named: CLASSES.map((name) => `${name}, thing, part of none`).sort(),
  whole: CLASSES.map((name) => {
    const kind = STUFF.includes(name) ? 'stuff' : 'thing';
    return `${name}, ${kind}, part of ${name === 'ear' ? 'cat' : 'none'}`;
  }).sort(),
} as const;

/** A line for each mask, to be compared. @param parts false: what is part of what is left aside */
export function lines(masks: readonly Seen[], among = masks, { parts = false } = {}): string[] {
  const line = ({ image, className, pixels }: Seen) => {
    const hash = createHash('sha256').update(pixels).digest('hex').slice(0, 12);
    return `${image} ${className ?? 'unclassified'}: ${area(pixels)} pixels ${hash}`;
  };
  return masks
    .map((mask) => {
      const whole = mask.whole === null ? undefined : among[mask.whole];
      return parts && whole ? `${line(mask)}, part of ${line(whole)}` : line(mask);
    })
    .sort();
}

export const rejected = (): Seen[] =>
  Object.keys(SIZES).map((image) => ({
    image,
    className: 'rejected',
    pixels: drawn(image, REJECTED),
    whole: null,
  }));

/** |A ∩ B| / |A ∪ B| */
export function iou(a: Uint8Array, b: Uint8Array): number {
  const common = a.reduce((sum, inside, i) => sum + (inside & (b[i] ?? 0)), 0);
  return common / (area(a) + area(b) - common);
}

/** Draws the project and freezes it with its rejected proposals. @returns the dataset version */
export async function frozenProject(stack: Stack): Promise<string> {
  const { db, ownerId, projectId, store } = stack;
  const modelVersionId = await addEmbedded(stack);
  const classIds = new Map<string | null, string>();
  for (const [index, name] of CLASSES.entries()) {
    const kind = STUFF.includes(name) ? 'stuff' : 'thing';
    const parentId = name === 'ear' ? classIds.get('cat') : null;
    const row = await db.labelClass.create({
      data: { projectId, index: 10 + index, name, colour: '#ff8000', kind, parentId: parentId ?? null },
    });
    classIds.set(name, row.id);
  }
  for (const [n, [name, size]] of Object.entries(SIZES).entries()) {
    const bytes = photo(400 + n, size);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await store.put(blobKeys.original(sha256), bytes);
    const image = await makeImage(db, { projectId, name, sha256, ...size });
    const ids: string[] = [];
    const add = async (
      inside: Inside,
      mask: { classId?: string | undefined; parentId?: string | undefined; proposed?: true },
    ) => {
      const drawing = { ...size, data: drawn(name, inside) };
      const rle = encodeRle(drawing);
      const box = maskBox(drawing);
      if (!box) throw new Error('the drawing is not empty');
      const id = newId();
      const { classId = null, parentId = null, proposed = false } = mask;
      const origin = proposed ? 'proposed' : 'assisted';
      const common = { imageId: image.id, stage: 'assisted-manual', origin } as const;
      await masks.createMask(db, {
        ...common,
        id,
        classId,
        parentId,
        createdById: proposed ? null : ownerId,
      });
      await masks.appendRevision(db, {
        ...common,
        id: newId(),
        maskId: id,
        seq: 1,
        parentRevisionId: null,
        edit: proposed ? 'propose' : 'prompt',
        counts: compressCounts(rle.counts),
        area: rleArea(rle),
        box: { x: box.x0, y: box.y0, width: box.x1 - box.x0, height: box.y1 - box.y0 },
        prompts: [
          { points: [{ x: 12.5, y: 7, label: 'foreground' }], box: null, feedback: false, candidate: 0 },
        ],
        promptCount: 1,
        modelVersionId,
        predictedIou: 0.91,
        stability: 0.97,
        activeMs: 2_500,
        authorId: proposed ? null : ownerId,
      });
      return id;
    };
    for (const { inside, className, z, partOf } of DRAWINGS) {
      const parentId = partOf === undefined ? undefined : ids[partOf];
      const id = await add(inside, { classId: classIds.get(className), parentId });
      await db.mask.update({ where: { id }, data: { zIndex: z } });
      ids.push(id);
    }
    const proposal = await add(REJECTED, { proposed: true });
    await db.mask.update({
      where: { id: proposal },
      data: { removedAt: new Date(), removedById: ownerId },
    });
  }
  const frozen = await datasets.freeze(db, {
    projectId,
    name: 'round trips',
    notes: '',
    filter: DatasetFilter.parse({ includeNegatives: true }),
    splits: SplitRule.parse({ train: 50, val: 50, test: 0 }),
    createdById: ownerId,
  });
  expect(frozen.counts).toMatchObject({ masks: TRUTH.length, negatives: rejected().length });
  return frozen.id;
}

/** Exports as the web's use case does. */
export async function exportAs(
  { db, dispatcher, ownerId, projectId, store }: Stack,
  datasetVersionId: string,
  format: ExportFormat,
  options: GivenOptions = {},
): Promise<{ bytes: Buffer; report: ExportReport }> {
  const { id } = await exportRows.create(db, { datasetVersionId, format, options, createdById: ownerId });
  const job = await requestJob(db, 'export.build', { exportId: id }, { projectId });
  await exportRows.setJob(db, id, job.id);
  await dispatcher.dispatch(job.id);
  expect(await finished(db, job.id)).toMatchObject({ state: 'done', error: null });
  const report = (await exportRows.get(db, id))?.report;
  if (!report) throw new Error('a finished export has a report');
  return { bytes: Buffer.from(await store.getBytes(blobKeys.export(id))), report };
}

/** Imports into an empty project that holds the same pictures, every class as is proposed. @returns what is there then */
export async function importInto(
  { db, dispatcher, ownerId, store, projectId: sourceId }: Stack,
  bytes: Buffer,
): Promise<{ format: string; problems: unknown; masks: Seen[]; classes: string[] }> {
  const { id: projectId } = await makeProject(db, { ownerId, classes: [] });
  for (const { sha256, name, width, height } of await db.image.findMany({ where: { projectId: sourceId } })) {
    await makeImage(db, { projectId, sha256: sha256.trim(), name, width, height });
  }
  const id = newId();
  const { sha256 } = await store.put(blobKeys.import(id), bytes);
  const name = 'export.zip';
  await imports.create(db, { id, projectId, name, bytes: bytes.length, sha256, createdById: ownerId });
  const run = async (job: { id: string }) => {
    await imports.setJob(db, id, job.id);
    await dispatcher.dispatch(job.id);
    expect(await finished(db, job.id)).toMatchObject({ state: 'done', error: null });
  };
  await run(await requestJob(db, 'import.check', { importId: id }, { projectId }));
  const row = await imports.get(db, id);
  if (!row?.check) throw new Error(`the import was not looked through: ${row?.error}`);
  const classes = suggestTargets(row.check.classes, []);
  await imports.move(db, id, { from: ['ready'], to: 'running', plan: ImportPlan.parse({ classes }) });
  await run(await requestJob(db, 'import.run', { importId: id }, { projectId }));
  const rows = await db.mask.findMany({
    where: { importId: id },
    include: { headRevision: true, class: true, image: true },
    orderBy: { id: 'asc' },
  });
  const made = await db.labelClass.findMany({ where: { projectId }, include: { parent: true } });
  const places = new Map(rows.map((mask, at) => [mask.id, at]));
  return {
    format: row.check.format,
    problems: (await imports.get(db, id))?.report?.problems,
    classes: made
      .map(({ name, kind, parent }) => `${name}, ${kind}, part of ${parent?.name ?? 'none'}`)
      .sort(),
    masks: rows.map((mask) => ({
      image: mask.image.name,
      className: mask.class?.name ?? null,
      pixels: decodeCounts(mask.headRevision?.counts ?? '', mask.image),
      whole: mask.parentId === null ? null : (places.get(mask.parentId) ?? null),
    })),
  };
}
