import { Readable } from 'node:stream';
import { SPLITS, type Split } from '@maskloop/domain';
import { rleArea, rleBox } from '@maskloop/sam-core';
import { rasterise } from '../../formats/raster.ts';
import { cocoPanoptic as reader } from '../../formats/read/coco-panoptic.ts';
import { cocoCategories, type ExportClass } from '../classes.ts';
import { cocoFile, cocoImage, jsonLines, Queue } from '../coco-lines.ts';
import type { Format, Picture, ReadyMask } from '../format.ts';
import { foundInLabelMap, notInLabelMap, paint, visibleGroups } from '../label-map.ts';
import { rgbPng } from '../png.ts';
import { objectsOf } from '../read-one.ts';

const jsonPath = (split: Split): string => `annotations/panoptic_${split}.json`;
const pngPath = ({ split, stem }: Picture): string => `annotations/panoptic_${split}/${stem}.png`;

/** Each thing is a segment of its own; stuff of one class is one segment in each picture. */
const segmentOf = (mask: ReadyMask): ReadyMask | ExportClass =>
  mask.class.kind === 'stuff' ? mask.class : mask;

/**
 * COCO panoptic: `annotations/panoptic_<split>.json`, and a PNG for each picture in which a segment has the colour of
 * its id (R + 256 G + 65536 B). EX12 says what lies on top.
 *
 * @source https://cocodataset.org/#format-data, "Panoptic Segmentation"
 */
export const cocoPanoptic: Format = {
  rulesVersion: 'coco-panoptic-1',
  keeps: {
    overlaps: false,
    instances: true,
    parts: true,
    unclassified: false,
    provenance: false,
    orientation: true,
  },
  picturePath: ({ fileName }) => `images/${fileName}`,
  leaveOut: (masks) => notInLabelMap(masks, 2 ** 24 - 1, segmentOf),
  write(order, output) {
    const used = new Set<ExportClass>();
    return {
      async picture(picture) {
        const { image, masks, split } = picture;
        for (const mask of masks) used.add(mask.class);
        const ids = segmentIds(masks);
        const labels = paint(masks, image, (mask) => ids.get(segmentOf(mask)) ?? 0);
        await output.file(pngPath(picture), await rgbPng({ ...sizeOf(image), labels }));
        await output.spool(`images-${split}`, cocoImage(picture));
        const segments = [...visibleGroups(masks, segmentOf)]
          .map(([group, rle]) => ({ group, rle, id: ids.get(group) ?? 0 }))
          .sort((a, b) => a.id - b.id)
          .map(({ group, rle, id }) => {
            const box = rleBox(rle);
            const thing = 'item' in group;
            return {
              id,
              category_id: thing ? group.class.category : group.category,
              area: rleArea(rle),
              bbox: box === null ? [] : [box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0],
              iscrowd: 0,
              ...(thing ? { mask_id: group.item.maskId, parent_mask_id: group.item.parentMaskId } : {}),
            };
          });
        await output.spool(`annotations-${split}`, {
          image_id: picture.id,
          file_name: `${picture.stem}.png`,
          segments_info: segments,
        });
        const merged = masks.filter(({ class: { kind } }) => kind === 'stuff');
        const groups = new Set(merged.map((mask) => mask.class));
        // a class with one mask in the picture loses nothing
        const alone = [...groups].filter((each) => merged.filter((mask) => mask.class === each).length === 1);
        return { instances: merged.length - alone.length };
      },
      async end() {
        for (const split of SPLITS.filter((each) => output.has(`images-${each}`))) {
          const file = cocoFile(order, {
            info: { split },
            used,
            images: output.list(`images-${split}`, ',\n'),
            annotations: output.list(`annotations-${split}`, ',\n'),
          });
          await output.file(jsonPath(split), Readable.from(file));
        }
      },
    };
  },
  read(_, archive) {
    const queues = new Map<Split, Queue<unknown>>();
    return {
      async picture(picture) {
        const { split, masks, image } = picture;
        const queue = queues.get(split) ?? new Queue(jsonLines(archive, jsonPath(split), '"annotations":['));
        queues.set(split, queue);
        const annotations = await queue.take(1);
        const objects = await objectsOf(reader, {
          'panoptic.json': JSON.stringify({
            images: [cocoImage(picture)],
            annotations,
            categories: cocoCategories(masks.map((mask) => mask.class)),
          }),
          [`panoptic/${picture.stem}.png`]: await archive.bytes(pngPath(picture)),
        });
        const byKey = new Map(
          objects.flatMap(({ key, className, shape }) => {
            const raster = shape.kind === 'box' ? null : rasterise(shape, sizeOf(image));
            return raster !== null && 'rle' in raster ? [[key ?? className ?? '', raster.rle] as const] : [];
          }),
        );
        return foundInLabelMap(picture, byKey, {
          groupOf: (mask) => (mask.class.kind === 'stuff' ? mask.class.name : mask.item.maskId),
        });
      },
      async end() {
        let surplus = 0;
        for (const queue of queues.values()) surplus += await queue.drain();
        return surplus;
      },
    };
  },
};

/** 1, 2, 3 … in the order of the masks. */
function segmentIds(masks: readonly ReadyMask[]): Map<ReadyMask | ExportClass, number> {
  const ids = new Map<ReadyMask | ExportClass, number>();
  for (const mask of masks) {
    const segment = segmentOf(mask);
    if (!ids.has(segment)) ids.set(segment, ids.size + 1);
  }
  return ids;
}

const sizeOf = ({ width, height }: { width: number; height: number }) => ({ width, height });
