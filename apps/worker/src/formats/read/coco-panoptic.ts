import { rlesOfLabels } from '@maskloop/sam-core';
import { categoriesIn, classesIn, imageRef } from './coco.ts';
import {
  baseName,
  type Fields,
  filesEnding,
  folderOf,
  isObject,
  jsonOf,
  objectsOf,
  problemOf,
  textIn,
  Unreadable,
} from './common.ts';
import { readLabelPng } from './label-png.ts';
import type { Finding, FormatReader, ReadObject, SourceFiles } from './neutral.ts';

/**
 * COCO panoptic: JSON files whose annotations name a PNG each, in which every segment has the colour of its id
 * (R + 256 G + 65536 B); 0 is no segment.
 *
 * @source https://cocodataset.org/#format-data, "Panoptic Segmentation"
 */
export const cocoPanoptic: FormatReader = {
  recognises: ({ json }) => json.some(({ value }) => isPanoptic(value)),
  read,
};

function isPanoptic(value: unknown): value is Fields {
  return isObject(value) && objectsOf(value.annotations).some(({ item }) => 'segments_info' in item);
}

async function* read(files: SourceFiles): AsyncGenerator<Finding> {
  const pngs = filesEnding(files, '.png');
  for (const name of filesEnding(files, '.json')) {
    let file: unknown;
    try {
      file = await jsonOf(files, name);
    } catch (error) {
      yield problemOf(name, error);
      continue;
    }
    if (!isPanoptic(file)) continue;
    const categories = categoriesIn(file);
    yield { type: 'classes', classes: classesIn(file) };
    const images = new Map(objectsOf(file.images).map(({ item }) => [textIn(item, 'id') ?? '', item]));
    for (const { item, index } of objectsOf(file.annotations)) {
      const where = `${name}#${index}`;
      const image = images.get(textIn(item, 'image_id') ?? '');
      const picture = textIn(item, 'file_name') ?? '';
      try {
        if (!image) throw new Unreadable('image_id names none of the file’s images');
        yield* segmentsOf(item, {
          where,
          categories,
          image,
          png: await files.bytes(placeOf(picture, name, pngs)),
        });
      } catch (error) {
        yield problemOf(where, error);
      }
    }
  }
}

/** The PNGs lie in a folder that is called like the JSON file, or like nothing in particular. */
function placeOf(picture: string, json: string, pngs: readonly string[]): string {
  const own = baseName(picture);
  const found = pngs.filter((name) => name === picture || name.endsWith(`/${own}`) || name === own);
  const stem = baseName(json).replace(/\.json$/i, '');
  const best = found.find((name) => folderOf(name).split('/').at(-1) === stem) ?? found[0];
  if (best === undefined) throw new Unreadable(`the picture of segments ${picture} is not in the upload`);
  return best;
}

function* segmentsOf(
  annotation: Fields,
  context: {
    readonly where: string;
    readonly categories: ReadonlyMap<string, string>;
    readonly image: Fields;
    readonly png: Uint8Array;
  },
): Generator<Finding> {
  const { where, categories, image } = context;
  const { labels, ...size } = readLabelPng(context.png);
  const masks = rlesOfLabels(labels, size, new Set([0]));
  const objects: ReadObject[] = [];
  for (const { item, index } of objectsOf(annotation.segments_info)) {
    const id = Number(item.id);
    const rle = masks.get(id);
    const source = `${where}/${index}`;
    if (!rle) {
      yield { type: 'problem', where: source, message: `segment ${id} has no pixel in its picture` };
      continue;
    }
    masks.delete(id);
    const category = textIn(item, 'category_id');
    objects.push({
      source,
      className: category === null ? null : (categories.get(category) ?? `category ${category}`),
      shape: { kind: 'rle', rle },
      key: textIn(item, 'mask_id') ?? undefined,
      partOf: textIn(item, 'parent_mask_id') ?? undefined,
    });
  }
  for (const id of masks.keys()) {
    yield { type: 'problem', where, message: `pixels of segment ${id} belong to no entry of segments_info` };
  }
  yield {
    type: 'image',
    image: { ...imageRef(image), size: { width: size.width, height: size.height } },
    objects,
  };
}
