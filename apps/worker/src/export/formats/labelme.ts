import { labelme as reader } from '../../formats/read/labelme.ts';
import { cropped } from '../crop.ts';
import type { Format, Losses, Picture, ReadyMask } from '../format.ts';
import { cutsIn, outlinesOf, withoutHoles } from '../outlines.ts';
import { greyPng } from '../png.ts';
import { foundObjects, objectsOf } from '../read-one.ts';

const jsonPath = ({ split, stem }: Picture): string => `${split}/${stem}.json`;

/**
 * labelme: a JSON file for each picture, beside it. Masks are labelme's mask shapes, a small PNG each; or polygons,
 * where the pieces of one mask share a `group_id` and holes are joined to the outline by cuts.
 *
 * @source https://github.com/wkentaro/labelme, labelme/_label_file.py and labelme/utils/shape.py
 */
export const labelme: Format = {
  rulesVersion: 'labelme-1',
  keeps: {
    overlaps: true,
    instances: true,
    parts: true,
    unclassified: false,
    provenance: false,
    orientation: false,
  },
  picturePath: ({ fileName, split }) => `${split}/${fileName}`,
  write({ options }, output) {
    return {
      async picture(picture) {
        const { image, masks, fileName } = picture;
        const losses: Losses = { holes: 0 };
        const shapes: object[] = [];
        for (const mask of masks) {
          if (options.shape === 'mask') {
            shapes.push(await maskShape(mask));
            continue;
          }
          const polygons = outlinesOf(mask.rle, options.tolerance);
          losses.holes = (losses.holes ?? 0) + (cutsIn(polygons).holes ?? 0);
          // a number for each mask also when it is in one piece: neighbours of one label must stay apart
          shapes.push(
            ...polygons.map((polygon) => ({
              ...about(mask),
              points: pairs(withoutHoles(polygon)),
              group_id: mask.id,
              shape_type: 'polygon',
            })),
          );
        }
        const file = {
          version: '5.5.0',
          flags: {},
          shapes,
          imagePath: fileName,
          imageData: null,
          imageHeight: image.height,
          imageWidth: image.width,
        };
        await output.file(jsonPath(picture), `${JSON.stringify(file)}\n`);
        return losses;
      },
      async end() {},
    };
  },
  read({ options }, archive) {
    return {
      async picture(picture) {
        const path = jsonPath(picture);
        const objects = await objectsOf(reader, { [path]: await archive.bytes(path) });
        return foundObjects(picture, objects, { exact: options.shape === 'mask' || options.tolerance === 0 });
      },
    };
  },
};

/** labelme keeps fields that it does not know. */
const about = ({ item, class: { name } }: ReadyMask) => ({
  label: name,
  description: '',
  flags: {},
  mask_id: item.maskId,
  parent_mask_id: item.parentMaskId,
});

/** Two corners, the second one included, and the pixels between them as a PNG. */
async function maskShape(mask: ReadyMask): Promise<object> {
  const { x, y, width, height } = mask.box;
  const labels = cropped(mask.rle, mask.box).map((bit) => bit * 255);
  return {
    ...about(mask),
    points: [
      [x, y],
      [x + width - 1, y + height - 1],
    ],
    group_id: null,
    shape_type: 'mask',
    mask: (await greyPng({ width, height, labels })).toString('base64'),
  };
}

const pairs = (ring: readonly number[]): [number, number][] =>
  Array.from({ length: ring.length >> 1 }, (_, i) => [ring[2 * i] ?? 0, ring[2 * i + 1] ?? 0]);
