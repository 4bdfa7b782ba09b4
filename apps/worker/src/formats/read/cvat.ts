import { XMLParser } from 'fast-xml-parser';
import {
  baseName,
  type Fields,
  filesEnding,
  isObject,
  objectsOf,
  problemOf,
  readEach,
  ringOf,
  rleOfRowRuns,
  textOf,
  Unreadable,
} from './common.ts';
import { type GroupedObject, joined } from './labelme.ts';
import type { Finding, FormatReader, Shape, SourceFiles } from './neutral.ts';

/**
 * CVAT for images 1.1: an XML file of pictures with polygons, masks and boxes. Shapes of one label and one `group_id`
 * are one object, as in CVAT's COCO export. CVAT's run lengths go row by row inside the mask's own window.
 *
 * @source https://docs.cvat.ai/docs/manual/advanced/formats/format-cvat/
 */
export const cvat: FormatReader = {
  recognises: ({ xml }) =>
    xml.some((text) => /<annotations[\s>]/.test(text) && /<(image|version|meta)[\s>]/.test(text)),
  read,
};

const SHAPES = ['polygon', 'mask', 'box', 'polyline', 'points', 'ellipse', 'cuboid', 'skeleton'] as const;

/** @throws Unreadable */
export function parseXml(text: string, lists: readonly string[]): Fields {
  // entities of one's own can unpack to any amount
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw new Unreadable('a document type is not taken in');
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    parseAttributeValue: false,
    isArray: (name) => lists.includes(name),
  });
  try {
    const parsed: unknown = parser.parse(text, true);
    return isObject(parsed) ? parsed : {};
  } catch (error) {
    throw new Unreadable(`is no XML: ${(error as Error).message}`);
  }
}

async function* read(files: SourceFiles): AsyncGenerator<Finding> {
  for (const name of filesEnding(files, '.xml')) {
    try {
      const { annotations } = parseXml(await textOf(files, name), ['image', 'attribute', ...SHAPES]);
      if (!isObject(annotations)) continue;
      for (const { item, index } of objectsOf(annotations.image)) yield* picture(item, `${name}#${index}`);
    } catch (error) {
      yield problemOf(name, error);
    }
  }
}

function* picture(image: Fields, where: string): Generator<Finding> {
  const name = String(image.name ?? '');
  const size = { width: Number(image.width), height: Number(image.height) };
  if (!(Number.isInteger(size.width) && size.width > 0 && Number.isInteger(size.height) && size.height > 0)) {
    yield { type: 'problem', where, message: 'image needs width and height' };
    return;
  }
  const shapes = SHAPES.flatMap((kind) =>
    objectsOf(image[kind]).map(({ item, index }) => ({ kind, item, index })),
  )
    // what lies below is drawn first; XML keeps the order within one kind only
    .sort((a, b) => Number(a.item.z_order ?? 0) - Number(b.item.z_order ?? 0));
  const { objects, problems } = readEach(shapes, {
    where: ({ kind, index }) => `${where}/${kind}${index}`,
    read: ({ kind, item }, source): GroupedObject => ({
      source,
      className: typeof item.label === 'string' ? item.label : null,
      shape: shapeOf(kind, item, size),
      group: Number(item.group_id ?? 0) > 0 ? `${String(item.label)}/${String(item.group_id)}` : undefined,
      // attributes of ours
      key: attributeIn(item, 'mask_id'),
      partOf: attributeIn(item, 'parent_mask_id'),
    }),
  });
  yield* problems;
  yield { type: 'image', image: { names: [name, baseName(name)], size }, objects: joined(objects) };
}

function attributeIn(shape: Fields, name: string): string | undefined {
  const text = objectsOf(shape.attribute).find(({ item }) => item.name === name)?.item['#text'];
  return typeof text === 'string' && text !== '' ? text : undefined;
}

function shapeOf(
  kind: (typeof SHAPES)[number],
  shape: Fields,
  size: { width: number; height: number },
): Shape {
  switch (kind) {
    case 'polygon':
      return {
        kind: 'polygons',
        unit: 'pixel',
        polygons: [
          ringOf(
            String(shape.points ?? '')
              .split(/[;,]/)
              .map(Number),
          ),
        ],
      };
    case 'mask': {
      const runs = String(shape.rle ?? '')
        .split(',')
        .map(Number);
      const [left, top, width, height] = [shape.left, shape.top, shape.width, shape.height].map(Number) as [
        number,
        number,
        number,
        number,
      ];
      return { kind: 'rle', rle: rleOfRowRuns(runs, { left, top, width, height }, size) };
    }
    case 'box': {
      const [x0, y0, x1, y1] = [shape.xtl, shape.ytl, shape.xbr, shape.ybr].map(Number) as [
        number,
        number,
        number,
        number,
      ];
      if (!(x1 > x0 && y1 > y0)) throw new Unreadable('the box has no area');
      return { kind: 'box', unit: 'pixel', box: { x0, y0, x1, y1 } };
    }
    default:
      throw new Unreadable(`a ${kind} is no area`);
  }
}
