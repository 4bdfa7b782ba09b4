import { rlesOfLabels } from '@maskloop/sam-core';
import { readLabelPng } from '../../formats/read/label-png.ts';
import type { Format, Picture } from '../format.ts';
import { drawingOrder, foundInLabelMap, notInLabelMap, paint } from '../label-map.ts';
import { grey16Png } from '../png.ts';

const place = ({ split, stem }: Picture): string => `instances/${split}/${stem}`;

/**
 * A grey PNG of 16 bits for each picture in which a pixel's value is its object's number, 0 is background, and a JSON
 * file beside it that says of each number which class and mask it is. EX12 says what lies on top.
 */
export const instancePng: Format = {
  rulesVersion: 'instance-png-1',
  keeps: {
    overlaps: false,
    instances: true,
    parts: true,
    unclassified: false,
    provenance: false,
    orientation: false,
  },
  picturePath: ({ fileName, split }) => `images/${split}/${fileName}`,
  leaveOut: (masks) => notInLabelMap(masks, 65_535),
  write(_, output) {
    return {
      async picture(picture) {
        const { image, masks, fileName } = picture;
        const { width, height } = image;
        const numbers = new Map(drawingOrder(masks).map((mask, at) => [mask, at + 1]));
        const labels = paint(masks, image, (mask) => numbers.get(mask) ?? 0);
        await output.file(`${place(picture)}.png`, await grey16Png({ width, height, labels }));
        const objects = [...numbers].map(
          ([
            {
              item,
              class: { name, kind },
            },
            id,
          ]) => ({
            id,
            category: name,
            kind,
            mask_id: item.maskId,
            parent_mask_id: item.parentMaskId,
          }),
        );
        const head = JSON.stringify({ file_name: fileName, width, height }).slice(0, -1);
        const lines = objects.map((object) => JSON.stringify(object)).join(',\n');
        await output.file(`${place(picture)}.json`, `${head},"objects":[\n${lines}\n]}\n`);
        return undefined;
      },
      async end() {},
    };
  },
  read(_, archive) {
    return {
      async picture(picture) {
        const { labels, ...size } = readLabelPng(await archive.bytes(`${place(picture)}.png`));
        const { objects } = JSON.parse((await archive.bytes(`${place(picture)}.json`)).toString()) as {
          objects: { id: number; mask_id: string }[];
        };
        const idOf = new Map(objects.map(({ id, mask_id }) => [id, mask_id]));
        const read = new Map(
          [...rlesOfLabels(labels, size, new Set([0]))].map(([id, rle]) => [idOf.get(id) ?? `#${id}`, rle]),
        );
        return foundInLabelMap(picture, read, { groupOf: ({ item }) => item.maskId });
      },
    };
  },
};
