import { parseRle, type Rle, rleArea, rleFromPolygons, SamCoreError } from '@maskloop/sam-core';
import type { ArchiveReader } from './archive-reader.ts';
import { cocoCategories, type ExportClass } from './classes.ts';
import { isEqual } from './compare.ts';
import type { ExportOrder, FoundMask, Picture, ReadyMask } from './format.ts';

// The parts of COCO's JSON that several formats share. Every image and every annotation has a line of its own, so that
// files of any size can be read without holding them.

/** COCO's segmentation: compressed run-length code, or rings [x, y, …] whose union counts. */
export type Segmentation =
  | { readonly size: readonly [number, number]; readonly counts: string }
  | readonly (readonly number[])[];

/** An annotation as it is written; one line of the file. */
export interface CocoAnnotation {
  readonly id: number;
  readonly image_id: number;
  readonly category_id: number;
  readonly segmentation: Segmentation;
  /** pixels of the mask, also where its outline is written */
  readonly area: number;
  /** left, top, width, height in pixels */
  readonly bbox: readonly [number, number, number, number];
  readonly iscrowd: 0;
  readonly mask_id: string;
  readonly revision_id: string;
  readonly parent_mask_id: string | null;
}

export function cocoImage({ id, image, fileName }: Picture): object {
  return {
    id,
    file_name: fileName,
    width: image.width,
    height: image.height,
    sha256: image.sha256,
    // the file's pixels are as the camera stored them: width, height and masks are of the upright picture
    ...(image.orientation === 1 ? {} : { exif_orientation: image.orientation }),
    ...(image.groupKey === null ? {} : { group: image.groupKey }),
    maskloop_id: image.id,
  };
}

/** The database keeps COCO's own text, which was parsed when the mask was made ready: it is not made again. */
export const cocoRle = ({ rle: { width, height }, item: { counts } }: ReadyMask) => ({
  size: [height, width] as const,
  counts,
});

export function cocoAnnotation(
  mask: ReadyMask,
  imageId: number,
  segmentation: Segmentation = cocoRle(mask),
): CocoAnnotation {
  const { id, item, rle, box } = mask;
  const { category } = mask.class;
  return {
    id,
    image_id: imageId,
    category_id: category,
    segmentation,
    area: rleArea(rle),
    bbox: [box.x, box.y, box.width, box.height],
    // 0 also for run-length code: one object, not a crowd
    iscrowd: 0,
    mask_id: item.maskId,
    revision_id: item.revisionId,
    parent_mask_id: item.parentMaskId,
  };
}

/** The text of a COCO file, piece by piece. */
export async function* cocoFile(
  { dataset }: ExportOrder,
  lists: {
    /** what else `info` says */
    readonly info?: object;
    readonly used: Iterable<ExportClass>;
    readonly images: AsyncIterable<Buffer>;
    readonly annotations: AsyncIterable<Buffer>;
  },
): AsyncGenerator<Buffer | string> {
  const info = {
    description: `Maskloop dataset version ${dataset.number}`,
    version: String(dataset.number),
    date_created: dataset.createdAt.toISOString(),
    ...lists.info,
  };
  yield `{"info":${JSON.stringify(info)},\n"licenses":[],\n"categories":[\n`;
  yield cocoCategories(lists.used)
    .map((category) => JSON.stringify(category))
    .join(',\n');
  yield '\n],\n"images":[\n';
  yield* lists.images;
  yield '\n],\n"annotations":[\n';
  yield* lists.annotations;
  yield '\n]}\n';
}

/** Entries of a list in a JSON file that has one of them on each line. @param opening the line before the first */
export async function* jsonLines(
  archive: ArchiveReader,
  path: string,
  opening: string,
): AsyncGenerator<unknown> {
  let inside = false;
  for await (const line of archive.lines(path)) {
    if (line === opening) inside = true;
    else if (inside && line.startsWith(']')) return;
    else if (inside && line !== '') yield JSON.parse(line.endsWith(',') ? line.slice(0, -1) : line);
  }
}

/** A list of which each picture takes its share, in order. */
export class Queue<T> {
  readonly #items: AsyncIterator<T>;

  constructor(items: AsyncIterator<T>) {
    this.#items = items;
  }

  /** fewer when it ends before */
  async take(count: number): Promise<T[]> {
    const taken: T[] = [];
    while (taken.length < count) {
      const { value, done } = await this.#items.next();
      if (done) break;
      taken.push(value);
    }
    return taken;
  }

  /** how many are left */
  async drain(): Promise<number> {
    let left = 0;
    while (!(await this.#items.next()).done) left++;
    return left;
  }
}

/** What a line says about a mask. @param exact false: an outline that was simplified */
export function foundAnnotation(
  written: CocoAnnotation | undefined,
  mask: ReadyMask,
  exact: boolean,
): FoundMask {
  if (written === undefined) return { rle: null };
  const { rle, box, item } = mask;
  const { category } = mask.class;
  const read = maskOf(written.segmentation, mask);
  const wrong =
    written.mask_id !== item.maskId || written.revision_id !== item.revisionId
      ? 'another mask stands in its place'
      : written.category_id !== category
        ? `has category ${written.category_id}, not ${category}`
        : written.area !== rleArea(rle) || written.iscrowd !== 0
          ? 'has another area'
          : [box.x, box.y, box.width, box.height].some((side, i) => side !== written.bbox[i])
            ? 'has another box'
            : undefined;
  return { rle: read, expected: exact || (read && isEqual(read, rle)) ? rle : null, wrong };
}

function maskOf(segmentation: Segmentation, { rle, item }: ReadyMask): Rle | null {
  const size = { width: rle.width, height: rle.height };
  // the same text is the same mask: it was parsed with the database's row
  if ('counts' in segmentation && segmentation.counts === item.counts) {
    const [height, width] = segmentation.size;
    if (height === size.height && width === size.width) return rle;
  }
  try {
    return Array.isArray(segmentation)
      ? rleFromPolygons(
          (segmentation as number[][]).map((outer) => ({ outer, holes: [] })),
          size,
        )
      : parseRle(segmentation, { size });
  } catch (error) {
    if (error instanceof SamCoreError) return null;
    throw error;
  }
}
