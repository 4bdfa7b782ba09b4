import { bitMask, encodeRle, type Polygon, rleUnion } from '@maskloop/sam-core';
import {
  baseName,
  type Fields,
  filesEnding,
  folderOf,
  fractionIn,
  isObject,
  jsonOf,
  numberIn,
  objectsOf,
  problemOf,
  readEach,
  ringOfPoints,
  sizeIn,
  textIn,
  Unreadable,
  withoutEnding,
} from './common.ts';
import { readLabelPng } from './label-png.ts';
import type { Finding, FormatReader, ReadObject, Shape, SourceFiles } from './neutral.ts';

/**
 * labelme: one JSON file per picture; polygons, circles, rectangles and masks. Shapes of one label and one `group_id`
 * are one object, as in labelme's own exporters. A rectangle counts as a box without a mask.
 *
 * @source https://github.com/wkentaro/labelme, labelme/_label_file.py and labelme/utils/shape.py
 */
export const labelme: FormatReader = {
  recognises: ({ json }) => json.some(({ value }) => isFile(value)),
  read,
};

function isFile(value: unknown): value is Fields {
  return isObject(value) && Array.isArray(value.shapes) && 'imagePath' in value;
}

async function* read(files: SourceFiles): AsyncGenerator<Finding> {
  for (const name of filesEnding(files, '.json')) {
    try {
      const file = await jsonOf(files, name);
      if (!isFile(file)) continue;
      const size = sizeIn(file, 'imageWidth', 'imageHeight');
      const picture = textIn(file, 'imagePath') ?? '';
      const own = baseName(picture);
      const { objects, problems } = readEach(objectsOf(file.shapes), {
        where: ({ index }) => `${name}#${index}`,
        read: ({ item }, source) => ({
          source,
          className: textIn(item, 'label'),
          shape: shapeOf(item, size),
          score: fractionIn(item, 'score'),
          group: groupOf(item),
          // fields of ours, which labelme keeps
          key: textIn(item, 'mask_id') ?? undefined,
          partOf: textIn(item, 'parent_mask_id') ?? undefined,
        }),
      });
      yield* problems;
      const folder = folderOf(name);
      yield {
        type: 'image',
        image: {
          names: [picture, ...(folder ? [`${folder}/${own}`] : []), own, withoutEnding(baseName(name))],
          size,
        },
        objects: joined(objects),
      };
    } catch (error) {
      yield problemOf(name, error);
    }
  }
}

function groupOf(shape: Fields): string | undefined {
  const group = numberIn(shape, 'group_id');
  return group === null ? undefined : `${textIn(shape, 'label') ?? ''}/${group}`;
}

/** An object that may have come in several shapes. */
export interface GroupedObject extends ReadObject {
  /** the same for all of its shapes */
  readonly group?: string | undefined;
}

/** Shapes of a group become one object at the place of the first; boxes stay alone. */
export function joined(objects: readonly GroupedObject[]): ReadObject[] {
  const result: ReadObject[] = [];
  const at = new Map<string, number>();
  for (const object of objects) {
    const { group, ...rest } = object;
    const index = group === undefined ? undefined : at.get(group);
    const before = index === undefined ? undefined : result[index];
    const shape = before && together(before.shape, object.shape);
    if (index !== undefined && before && shape) result[index] = { ...before, shape };
    else {
      if (group !== undefined && object.shape.kind !== 'box') at.set(group, result.length);
      result.push(rest);
    }
  }
  return result;
}

function together(a: Shape, b: Shape): Shape | null {
  if (a.kind === 'polygons' && b.kind === 'polygons' && a.unit === b.unit) {
    return { ...a, polygons: [...a.polygons, ...b.polygons] };
  }
  const same =
    a.kind === 'rle' && b.kind === 'rle' && a.rle.width === b.rle.width && a.rle.height === b.rle.height;
  return same ? { kind: 'rle', rle: rleUnion(a.rle, b.rle) } : null;
}

/** @throws Unreadable, SamCoreError */
function shapeOf(shape: Fields, size: { width: number; height: number } | null): Shape {
  const type = textIn(shape, 'shape_type') ?? 'polygon';
  switch (type) {
    case 'polygon':
      return { kind: 'polygons', unit: 'pixel', polygons: [ringOfPoints(shape.points)] };
    case 'rectangle': {
      const { outer } = ringOfPoints([...pairs(shape.points, 2), [0, 0]]);
      const [ax = 0, ay = 0, bx = 0, by = 0] = outer;
      const box = { x0: Math.min(ax, bx), y0: Math.min(ay, by), x1: Math.max(ax, bx), y1: Math.max(ay, by) };
      if (box.x1 <= box.x0 || box.y1 <= box.y0) throw new Unreadable('the rectangle has no area');
      return { kind: 'box', unit: 'pixel', box };
    }
    case 'circle': {
      const { outer } = ringOfPoints([...pairs(shape.points, 2), [0, 0]]);
      const [x = 0, y = 0, edgeX = 0, edgeY = 0] = outer;
      return { kind: 'polygons', unit: 'pixel', polygons: [circle(x, y, Math.hypot(edgeX - x, edgeY - y))] };
    }
    case 'mask':
      return maskOf(shape, size);
    default:
      throw new Unreadable(`a shape of type ${type} is no area`);
  }
}

function pairs(points: unknown, count: number): unknown[] {
  if (!Array.isArray(points) || points.length < count) throw new Unreadable(`points must be ${count} pairs`);
  return points.slice(0, count);
}

const CORNERS = 90;

function circle(x: number, y: number, radius: number): Polygon {
  const outer = Array.from({ length: CORNERS }, (_, i) => (i / CORNERS) * 2 * Math.PI).flatMap((angle) => [
    x + radius * Math.cos(angle),
    y + radius * Math.sin(angle),
  ]);
  return { outer, holes: [] };
}

/** A PNG in base64 of the part of the picture between two corners, the second one included. */
function maskOf(shape: Fields, size: { width: number; height: number } | null): Shape {
  if (size === null) throw new Unreadable('a mask needs imageWidth and imageHeight');
  const { outer } = ringOfPoints([...pairs(shape.points, 2), [0, 0]]);
  const [x0 = 0, y0 = 0] = outer.map(Math.round);
  const png = readLabelPng(Buffer.from(textIn(shape, 'mask') ?? '', 'base64'));
  if (x0 < 0 || y0 < 0 || x0 + png.width > size.width || y0 + png.height > size.height) {
    throw new Unreadable('the mask leaves the picture');
  }
  const mask = bitMask(size);
  for (let y = 0; y < png.height; y++) {
    for (let x = 0; x < png.width; x++) {
      if (png.labels[y * png.width + x]) mask.data[(y0 + y) * size.width + x0 + x] = 1;
    }
  }
  const rle = encodeRle(mask);
  if (rle.counts.length < 2) throw new Unreadable('the mask is empty');
  return { kind: 'rle', rle };
}
