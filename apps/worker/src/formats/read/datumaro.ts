import {
  type Fields,
  filesEnding,
  isObject,
  jsonOf,
  numberIn,
  objectsOf,
  problemOf,
  readEach,
  ringOf,
  rleOf,
  textIn,
  Unreadable,
} from './common.ts';
import type { Finding, FormatReader, ReadObject, Shape, SourceFiles } from './neutral.ts';

/**
 * Datumaro: JSON files of categories and items; masks, polygons and boxes.
 *
 * @source https://openvinotoolkit.github.io/datumaro/, "Datumaro format"
 */
export const datumaro: FormatReader = {
  recognises: ({ json }) => json.some(({ value }) => isDatumaro(value)),
  read,
};

function isDatumaro(value: unknown): value is Fields {
  return isObject(value) && isObject(value.categories) && Array.isArray(value.items);
}

async function* read(files: SourceFiles): AsyncGenerator<Finding> {
  for (const name of filesEnding(files, '.json')) {
    let file: unknown;
    try {
      file = await jsonOf(files, name);
    } catch (error) {
      yield problemOf(name, error);
      continue;
    }
    if (!isDatumaro(file)) continue;
    const labels = labelsIn(file);
    for (const { item, index } of objectsOf(file.items)) yield* pictureOf(item, `${name}#${index}`, labels);
  }
}

function labelsIn({ categories }: Fields): Map<number, string> {
  const label = isObject(categories) && isObject(categories.label) ? categories.label : {};
  return new Map(objectsOf(label.labels).map(({ item, index }) => [index, textIn(item, 'name') ?? '']));
}

function* pictureOf(item: Fields, where: string, labels: ReadonlyMap<number, string>): Generator<Finding> {
  const image = isObject(item.image) ? item.image : {};
  const [height, width] = Array.isArray(image.size) ? image.size.map(Number) : [];
  const id = textIn(item, 'id') ?? '';
  const { objects, problems } = readEach(objectsOf(item.annotations), {
    where: ({ index }) => `${where}/${index}`,
    read: ({ item: annotation }, source): ReadObject | null => {
      const shape = shapeOf(annotation);
      if (shape === null) return null;
      const label = numberIn(annotation, 'label_id');
      const attributes = isObject(annotation.attributes) ? annotation.attributes : {};
      return {
        source,
        className: label === null ? null : (labels.get(label) ?? `label ${label}`),
        shape,
        key: textIn(attributes, 'mask_id') ?? undefined,
        partOf: textIn(attributes, 'parent_mask_id') ?? undefined,
      };
    },
  });
  yield* problems;
  yield {
    type: 'image',
    image: {
      names: [textIn(image, 'path') ?? id, id],
      size: width && height ? { width, height } : null,
    },
    objects,
  };
}

/** @returns null for what is no area: labels of whole pictures, captions @throws Unreadable, SamCoreError */
function shapeOf(annotation: Fields): Shape | null {
  switch (annotation.type) {
    case 'mask':
      return { kind: 'rle', rle: rleOf(annotation.rle) };
    case 'polygon':
      return { kind: 'polygons', unit: 'pixel', polygons: [ringOf(annotation.points)] };
    case 'bbox': {
      const [x, y, width, height] = Array.isArray(annotation.bbox) ? annotation.bbox.map(Number) : [];
      if (x === undefined || y === undefined || !width || !height) {
        throw new Unreadable('bbox must be left, top, width and height');
      }
      return { kind: 'box', unit: 'pixel', box: { x0: x, y0: y, x1: x + width, y1: y + height } };
    }
    case 'polyline':
    case 'points':
    case 'ellipse':
    case 'skeleton':
      throw new Unreadable(`a ${annotation.type} is no area`);
    default:
      return null;
  }
}
