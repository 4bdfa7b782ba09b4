import {
  baseName,
  type Fields,
  filesEnding,
  fractionIn,
  isObject,
  jsonOf,
  kindIn,
  numberIn,
  objectsOf,
  problemOf,
  readEach,
  ringOf,
  rleOf,
  sizeIn,
  textIn,
  Unreadable,
} from './common.ts';
import type {
  Finding,
  FormatReader,
  ImageRef,
  ReadClass,
  ReadObject,
  Shape,
  SourceFiles,
} from './neutral.ts';

/**
 * COCO instances: one or more JSON files of images, annotations and categories; polygons, both kinds of run lengths,
 * boxes where there is no mask. Also COCO's result files (a list of annotations with scores): their images and
 * categories are looked up in the other files of the upload; without one, the picture is found by its number.
 *
 * @source https://cocodataset.org/#format-data, #format-results
 */
export const coco: FormatReader = {
  recognises: ({ json }) => json.some(({ value }) => isInstances(value) || isResults(value)),
  read,
};

function isInstances(value: unknown): value is Fields {
  return (
    isObject(value) &&
    Array.isArray(value.images) &&
    Array.isArray(value.annotations) &&
    !(isObject(value.annotations[0]) && 'segments_info' in value.annotations[0])
  );
}

function isResults(value: unknown): value is readonly unknown[] {
  const first = Array.isArray(value) ? (value[0] as unknown) : null;
  return isObject(first) && 'image_id' in first && ('bbox' in first || 'segmentation' in first);
}

async function* read(files: SourceFiles): AsyncGenerator<Finding> {
  const results: string[] = [];
  /** what result files refer to */
  const images = new Map<string, ImageRef>();
  const categories = new Map<string, string>();
  for (const name of filesEnding(files, '.json')) {
    let file: unknown;
    try {
      file = await jsonOf(files, name);
    } catch (error) {
      yield problemOf(name, error);
      continue;
    }
    if (isResults(file)) results.push(name);
    if (!isInstances(file)) continue;
    const own = categoriesIn(file);
    for (const [id, category] of own) categories.set(id, category);
    yield { type: 'classes', classes: classesIn(file) };
    const refs = new Map(
      objectsOf(file.images).map(({ item, index }) => [textIn(item, 'id') ?? `#${index}`, imageRef(item)]),
    );
    for (const [id, ref] of refs) images.set(id, ref);
    yield* byImage(objectsOf(file.annotations), { name, refs, categories: own });
  }
  for (const name of results) {
    const file = await jsonOf(files, name);
    const annotations = objectsOf(file);
    for (const { item } of annotations) {
      const id = textIn(item, 'image_id');
      // COCO's pictures are named by their number, filled up to twelve digits
      if (id !== null && !images.has(id)) images.set(id, { names: [id, id.padStart(12, '0')], size: null });
    }
    yield* byImage(annotations, { name, refs: images, categories });
  }
}

type Annotations = readonly { readonly item: Fields; readonly index: number }[];

/** Picture by picture in the order of the file; those without annotations are left out. */
function* byImage(
  annotations: Annotations,
  file: {
    readonly name: string;
    readonly refs: ReadonlyMap<string, ImageRef>;
    readonly categories: ReadonlyMap<string, string>;
  },
): Generator<Finding> {
  const { name, refs, categories } = file;
  const groups = new Map<string, Annotations[number][]>();
  for (const annotation of annotations) {
    const id = textIn(annotation.item, 'image_id');
    const group = id === null ? undefined : groups.get(id);
    if (group) group.push(annotation);
    else if (id !== null && refs.has(id)) groups.set(id, [annotation]);
    else {
      yield {
        type: 'problem',
        where: `${name}#${annotation.index}`,
        message: `image_id ${id ?? '(missing)'} names none of the file's images`,
      };
    }
  }
  for (const [id, image] of refs) {
    const group = groups.get(id);
    if (!group) continue;
    const { objects, problems } = readEach(group, {
      where: ({ index }) => `${name}#${index}`,
      read: ({ item }, source) => objectOf(item, { source, categories }),
    });
    yield* problems;
    yield { type: 'image', image, objects };
  }
}

export function categoriesIn(file: Fields): Map<string, string> {
  return new Map(
    objectsOf(file.categories).flatMap(({ item }) => {
      const [id, name] = [textIn(item, 'id'), textIn(item, 'name')];
      return id !== null && name !== null ? [[id, name] as const] : [];
    }),
  );
}

/**
 * A supercategory is a parent where it names another category of the file, as in our exports; elsewhere it is a topic
 * ("vehicle") of which no object is a part. Where a class has no parent, ours state its kind there.
 */
export function classesIn(file: Fields): ReadClass[] {
  const items = objectsOf(file.categories).map(({ item }) => item);
  const names = new Set(items.map((item) => textIn(item, 'name')));
  return items.flatMap((item) => {
    const [name, above] = [textIn(item, 'name'), textIn(item, 'supercategory')];
    if (name === null) return [];
    const isParent = above !== null && above !== name && names.has(above) && kindIn(above) === null;
    const thing = numberIn(item, 'isthing');
    const kind = thing === null ? null : thing === 0 ? 'stuff' : 'thing';
    return [{ name, parent: isParent ? above : null, kind }];
  });
}

export function imageRef(image: Fields): ImageRef {
  const name = textIn(image, 'file_name') ?? textIn(image, 'id') ?? '';
  const sha256 = textIn(image, 'sha256');
  return {
    names: [name, baseName(name)],
    size: sizeIn(image),
    ...(sha256 !== null && /^[0-9a-f]{64}$/.test(sha256) ? { sha256 } : {}),
  };
}

function objectOf(
  annotation: Fields,
  { source, categories }: { source: string; categories: ReadonlyMap<string, string> },
): ReadObject {
  const category = textIn(annotation, 'category_id');
  return {
    source,
    className: category === null ? null : (categories.get(category) ?? `category ${category}`),
    shape: shapeOf(annotation),
    score: fractionIn(annotation, 'score'),
    predictedIou: fractionIn(annotation, 'predicted_iou'),
    stability: fractionIn(annotation, 'stability_score'),
    key: textIn(annotation, 'mask_id') ?? undefined,
    partOf: textIn(annotation, 'parent_mask_id') ?? undefined,
  };
}

/** @throws Unreadable, SamCoreError */
function shapeOf({ segmentation, bbox }: Fields): Shape {
  if (isObject(segmentation)) return { kind: 'rle', rle: rleOf(segmentation) };
  if (Array.isArray(segmentation) && segmentation.length > 0) {
    // one list of numbers for each part
    return { kind: 'polygons', unit: 'pixel', polygons: segmentation.map(ringOf) };
  }
  return { kind: 'box', unit: 'pixel', box: boxOf(bbox) };
}

/** @param bbox left, top, width, height @throws Unreadable */
export function boxOf(bbox: unknown): { x0: number; y0: number; x1: number; y1: number } {
  const sides = Array.isArray(bbox) ? bbox.map((_, i) => numberIn({ ...bbox }, String(i))) : [];
  const [x, y, width, height] = sides;
  if (sides.length !== 4 || x == null || y == null || width == null || height == null) {
    throw new Unreadable('has neither a segmentation nor a bbox of four numbers');
  }
  if (width <= 0 || height <= 0) throw new Unreadable(`bbox must have a size, it is ${width} x ${height}`);
  return { x0: x, y0: y, x1: x + width, y1: y + height };
}
