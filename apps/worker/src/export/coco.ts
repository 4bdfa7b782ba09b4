import { once } from 'node:events';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { ExportImage, ExportItem } from '@maskloop/db';
import { type ExportReport, SPLITS, type Split } from '@maskloop/domain';
import { compressCounts, parseRle, type Rle, rleArea, rleBox, SamCoreError } from '@maskloop/sam-core';
import type { Digest } from '../digest.ts';
import { type ArchiveEntry, textStream, writeArchive } from './archive.ts';
import { type Categories, categoriesOf } from './categories.ts';
import { type CocoAnnotation, instancesPath } from './coco-layout.ts';
import { fileNames } from './file-names.ts';
import type { BuildArchive, ExportIo, ExportOrder } from './format.ts';
import { provenanceOf } from './provenance.ts';
import { readBack } from './read-back.ts';

/** Raised when the same dataset version would be written differently; stands in each archive. */
const RULES_VERSION = 'coco-1';

/** Shares of the work, as progress. */
const SHARE = { collect: 0.45, write: 0.7, readBack: 0.95 } as const;

/**
 * COCO instances: `annotations/instances_<split>.json` for each split that has images, masks as compressed run-length
 * code (holes and islands survive), `provenance.jsonl` with a line for each mask, the pictures if asked for, and
 * `manifest.json` with the hash of every file. Lists are spooled to disk on one pass over the database, so memory does
 * not grow with the dataset.
 */
export const coco: BuildArchive = async (order, io) => {
  const spool = new Spool(io.folder);
  const categories = categoriesOf(order.classes);
  const collected = await collect(order, io, { spool, categories }).finally(() => spool.close());
  const archive = path.join(io.folder, 'export.zip');
  await write(archive, order, io, { spool, categories, collected });
  const report: ExportReport = {
    images: collected.images,
    masks: collected.masks,
    bad: collected.bad,
    readBack: await readBack(archive, io, {
      skip: new Set(collected.badRevisions),
      progress: (done) =>
        io.progress(between(SHARE.write, SHARE.readBack, done / Math.max(1, collected.masks))),
    }),
  };
  const different = report.readBack?.different ?? 0;
  if (different > 0) {
    throw new Error(`the written file differs from the database in ${different} of ${collected.masks} masks`);
  }
  return { path: archive, report };
};

interface Collected {
  images: number;
  masks: number;
  readonly bad: { maskId: string; imageId: string; reason: string }[];
  readonly badRevisions: string[];
  readonly splits: Set<Split>;
  /** picture files for the archive, empty unless asked for */
  readonly pictures: { readonly path: string; readonly sha256: string }[];
}

async function collect(
  { dataset, includeImages }: ExportOrder,
  io: ExportIo,
  { spool, categories }: { spool: Spool; categories: Categories },
): Promise<Collected> {
  const found: Collected = {
    images: 0,
    masks: 0,
    bad: [],
    badRevisions: [],
    splits: new Set(),
    pictures: [],
  };
  const nameOf = fileNames();
  for await (const image of io.images()) {
    io.signal.throwIfAborted();
    const imageId = ++found.images;
    const fileName = nameOf(image);
    found.splits.add(image.split);
    await spool.add(`images-${image.split}`, {
      id: imageId,
      file_name: fileName,
      width: image.width,
      height: image.height,
      sha256: image.sha256,
      // the file's pixels are as the camera stored them: width, height and masks are of the upright picture
      ...(image.orientation === 1 ? {} : { exif_orientation: image.orientation }),
      ...(image.groupKey === null ? {} : { group: image.groupKey }),
      maskloop_id: image.id,
    });
    if (includeImages) found.pictures.push({ path: `images/${fileName}`, sha256: image.sha256 });
    for (const item of image.items) {
      const mask = readMask(item, image);
      if (typeof mask === 'string') {
        found.bad.push({ maskId: item.maskId, imageId: image.id, reason: mask });
        found.badRevisions.push(item.revisionId);
        continue;
      }
      const id = ++found.masks;
      const annotation = annotationOf(mask, item, { id, imageId, categoryId: categories.idOf(item.classId) });
      await spool.add(`annotations-${image.split}`, annotation);
      const role = item.author === null ? null : io.roleOf(item.author.id);
      const where = { annotationId: id, imageId, fileName, split: image.split };
      await spool.add(
        'provenance',
        provenanceOf(item, where, { role, category: categories.nameOf(item.classId) }),
      );
    }
    const all = Math.max(1, dataset.counts.masks);
    io.progress(between(0, SHARE.collect, (found.masks + found.bad.length) / all));
  }
  return found;
}

/** @returns the mask, or why it cannot be written (EX4) */
function readMask(item: ExportItem, { width, height }: ExportImage): Rle | string {
  try {
    return parseRle({ size: [height, width], counts: item.counts }, { size: { width, height } });
  } catch (error) {
    if (error instanceof SamCoreError) return error.message;
    throw error;
  }
}

function annotationOf(
  mask: Rle,
  item: ExportItem,
  { id, imageId, categoryId }: { id: number; imageId: number; categoryId: number },
): CocoAnnotation {
  const box = rleBox(mask);
  if (box === null) throw new Error('parseRle lets no empty mask through');
  return {
    id,
    image_id: imageId,
    category_id: categoryId,
    segmentation: { size: [mask.height, mask.width], counts: compressCounts(mask.counts) },
    area: rleArea(mask),
    bbox: [box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0],
    // 0 also for run-length code: one object, not a crowd
    iscrowd: 0,
    mask_id: item.maskId,
    revision_id: item.revisionId,
    parent_mask_id: item.parentMaskId,
  };
}

async function write(
  archive: string,
  order: ExportOrder,
  io: ExportIo,
  { spool, categories, collected }: { spool: Spool; categories: Categories; collected: Collected },
): Promise<void> {
  const files: Record<string, Digest> = {};
  const splits = SPLITS.filter((split) => collected.splits.has(split));
  const total = splits.length + 2 + collected.pictures.length;
  let number = 0;
  const noted = (entry: ArchiveEntry, expected?: string): ArchiveEntry => ({
    ...entry,
    written(digest) {
      if (expected !== undefined && digest.sha256 !== expected) {
        throw new Error(
          `${entry.path}: stored under ${expected}, but its bytes have SHA-256 ${digest.sha256}`,
        );
      }
      files[entry.path] = digest;
      io.progress(between(SHARE.collect, SHARE.write, ++number / total));
    },
  });
  const entries: ArchiveEntry[] = [
    ...splits.map((split) =>
      noted({
        path: instancesPath(split),
        compress: true,
        open: async () => Readable.from(instances(order, { split, spool, categories })),
      }),
    ),
    noted({
      path: 'provenance.jsonl',
      compress: true,
      open: async () => spool.read('provenance', '\n', '\n'),
    }),
    ...collected.pictures.map(({ path: place, sha256 }) =>
      noted({ path: place, compress: false, open: () => io.picture(sha256) }, sha256),
    ),
    {
      path: 'manifest.json',
      compress: true,
      open: async () => textStream(() => `${JSON.stringify(manifest(order, collected, files), null, 2)}\n`),
    },
  ];
  await writeArchive(archive, entries, io.signal);
}

/** The text of one instances file, piece by piece; every image and every annotation has a line of its own. */
async function* instances(
  { dataset }: ExportOrder,
  { split, spool, categories }: { split: Split; spool: Spool; categories: Categories },
): AsyncGenerator<Buffer | string> {
  const info = {
    description: dataset.name,
    version: String(dataset.number),
    date_created: dataset.createdAt.toISOString(),
    split,
  };
  yield `{"info":${JSON.stringify(info)},\n"licenses":[],\n"categories":[\n`;
  yield categories.written.map((category) => JSON.stringify(category)).join(',\n');
  yield '\n],\n"images":[\n';
  yield* spool.read(`images-${split}`, ',\n');
  yield '\n],\n"annotations":[\n';
  yield* spool.read(`annotations-${split}`, ',\n');
  yield '\n]}\n';
}

/** Nothing in it depends on when, how often or under what project name the dataset version is exported. */
function manifest(
  { dataset, includeImages }: ExportOrder,
  collected: Collected,
  files: Readonly<Record<string, Digest>>,
): object {
  return {
    format: 'coco',
    rules_version: RULES_VERSION,
    dataset: {
      id: dataset.id,
      number: dataset.number,
      name: dataset.name,
      notes: dataset.notes,
      created_at: dataset.createdAt.toISOString(),
      content_sha256: dataset.contentSha256,
      filter: dataset.filter,
      splits: dataset.splits,
    },
    includes_images: includeImages,
    images: collected.images,
    masks: collected.masks,
    left_out: collected.bad,
    files,
  };
}

const between = (from: number, to: number, share: number): number => from + (to - from) * Math.min(1, share);

/** Lists that are too long for memory: one JSON value a line, one file a list. */
class Spool {
  readonly #folder: string;
  readonly #open = new Map<string, WriteStream>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async add(list: string, value: object): Promise<void> {
    let stream = this.#open.get(list);
    const first = stream === undefined;
    if (stream === undefined) {
      stream = createWriteStream(this.#place(list));
      // met by the next line written, or by close
      stream.on('error', () => {});
      this.#open.set(list, stream);
    }
    if (stream.errored) throw stream.errored;
    const text = JSON.stringify(value);
    if (!stream.write(first ? text : `\n${text}`)) await once(stream, 'drain');
  }

  async close(): Promise<void> {
    for (const stream of this.#open.values()) {
      stream.end();
      await finished(stream);
    }
  }

  /** @param separator between values; `end` comes after the last if there is one */
  read(list: string, separator: string, end = ''): Readable {
    if (!this.#open.has(list)) return Readable.from([]);
    return Readable.from(this.#pieces(list, separator, end));
  }

  async *#pieces(list: string, separator: string, end: string): AsyncGenerator<Buffer | string> {
    // JSON has no raw line ends, so every one of them is between two values
    for await (const chunk of createReadStream(this.#place(list)) as AsyncIterable<Buffer>) {
      yield Buffer.from(chunk.toString('latin1').replaceAll('\n', separator), 'latin1');
    }
    yield end;
  }

  #place(list: string): string {
    return path.join(this.#folder, `${list}.jsonl`);
  }
}
