import { Readable } from 'node:stream';
import { SPLITS, type Split } from '@maskloop/domain';
import { datumaro as reader } from '../../formats/read/datumaro.ts';
import { cocoRle, jsonLines, Queue } from '../coco-lines.ts';
import type { Format, Picture } from '../format.ts';
import { foundObjects, objectsOf } from '../read-one.ts';

const jsonPath = (split: Split): string => `annotations/${split}.json`;

/**
 * Datumaro: `annotations/<split>.json` with an item for each picture; masks as COCO's compressed run-length code. Which
 * mask a part belongs to stands in the attributes, which class in the labels.
 *
 * @source https://openvinotoolkit.github.io/datumaro/, "Datumaro format"
 */
export const datumaro: Format = {
  rulesVersion: 'datumaro-1',
  keeps: {
    overlaps: true,
    instances: true,
    parts: true,
    unclassified: false,
    provenance: false,
    orientation: false,
  },
  picturePath: ({ fileName, split }) => `images/${split}/${fileName}`,
  write({ dataset }, output) {
    return {
      async picture(picture) {
        await output.spool(picture.split, itemOf(picture));
        return undefined;
      },
      async end() {
        const labels = output.classes.all.map(({ name, parent }) => ({
          name,
          parent: parent?.name ?? '',
          attributes: [],
        }));
        const colormap = output.classes.all.map(({ index, colour: [r, g, b] }) => ({
          label_id: index - 1,
          r,
          g,
          b,
        }));
        const head = JSON.stringify({
          infos: { dataset_version: dataset.number },
          categories: {
            label: { labels, label_groups: [], attributes: ['mask_id', 'parent_mask_id'] },
            mask: { colormap },
          },
        }).slice(0, -1);
        for (const split of SPLITS.filter((each) => output.has(each))) {
          const file = async function* () {
            yield `${head},\n"items":[\n`;
            yield* output.list(split, ',\n');
            yield '\n]}\n';
          };
          await output.file(jsonPath(split), Readable.from(file()));
        }
      },
    };
  },
  read(_, archive) {
    const queues = new Map<Split, { items: Queue<unknown>; head: string }>();
    return {
      async picture(picture) {
        let file = queues.get(picture.split);
        if (file === undefined) {
          const path = jsonPath(picture.split);
          const { value: head = '' } = await archive.lines(path).next();
          file = { head, items: new Queue(jsonLines(archive, path, '"items":[')) };
          queues.set(picture.split, file);
        }
        const items = await file.items.take(1);
        const text = `${file.head}"items":${JSON.stringify(items)}}`;
        return foundObjects(picture, await objectsOf(reader, { 'annotations/one.json': text }));
      },
      async end() {
        let surplus = 0;
        for (const { items } of queues.values()) surplus += await items.drain();
        return surplus;
      },
    };
  },
};

function itemOf({ image, fileName, stem, masks, id }: Picture): object {
  return {
    id: stem,
    annotations: masks.map((mask) => ({
      id: mask.id,
      type: 'mask',
      attributes: { mask_id: mask.item.maskId, parent_mask_id: mask.item.parentMaskId ?? '' },
      group: 0,
      label_id: mask.class.index - 1,
      z_order: mask.item.zIndex,
      rle: cocoRle(mask),
    })),
    attr: { id },
    image: { path: fileName, size: [image.height, image.width] },
  };
}
