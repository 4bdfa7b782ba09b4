import { encodeRle, type Rle } from '@maskloop/sam-core';
import {
  baseName,
  type Fields,
  filesEnding,
  fractionIn,
  isObject,
  jsonOf,
  numberIn,
  objectsOf,
  problemOf,
  readEach,
  ringOfPoints,
  sizeIn,
  Unreadable,
} from './common.ts';
import type { Finding, FormatReader, ImageRef, ReadObject, Shape, SourceFiles } from './neutral.ts';

/**
 * Label Studio's JSON (full or minimal list of tasks): brush masks, polygons and rectangles, which Label Studio keeps
 * in per cent. Annotations count; the predictions of a task do where nobody annotated it.
 *
 * @source https://labelstud.io/guide/export#Label-Studio-JSON-format-of-annotated-tasks
 */
export const labelStudio: FormatReader = {
  recognises: ({ json }) => json.some(({ value }) => tasksIn(value).length > 0),
  read,
};

function tasksIn(value: unknown): { readonly item: Fields; readonly index: number }[] {
  const list = Array.isArray(value) ? value : isObject(value) ? [value] : [];
  return objectsOf(list).filter(
    ({ item }) => isObject(item.data) && (Array.isArray(item.annotations) || Array.isArray(item.predictions)),
  );
}

async function* read(files: SourceFiles): AsyncGenerator<Finding> {
  for (const name of filesEnding(files, '.json')) {
    try {
      for (const { item, index } of tasksIn(await jsonOf(files, name))) yield* task(item, `${name}#${index}`);
    } catch (error) {
      yield problemOf(name, error);
    }
  }
}

function* task(task: Fields, where: string): Generator<Finding> {
  const ref = pictureOf(task.data);
  if (ref === null) {
    yield { type: 'problem', where, message: 'data names no picture' };
    return;
  }
  const annotations = objectsOf(task.annotations).filter(({ item }) => item.was_cancelled !== true);
  const chosen = annotations.length > 0 ? annotations : objectsOf(task.predictions);
  let size: ImageRef['size'] = null;
  const regions = chosen.flatMap(({ item: annotation, index }) =>
    objectsOf(annotation.result).map(({ item, index: place }) => ({
      item,
      source: `${where}/${index}/${place}`,
      // of the whole prediction; a region's own counts first
      score: fractionIn(item, 'score') ?? fractionIn(annotation, 'score'),
    })),
  );
  const { objects, problems } = readEach(regions, {
    where: ({ source }) => source,
    read: ({ item, score }, source): ReadObject | null => {
      const shape = shapeOf(item);
      if (shape === null) return null;
      size ??= sizeIn(item, 'original_width', 'original_height');
      return {
        source,
        className: labelOf(item),
        shape,
        score,
        key: typeof item.id === 'string' ? item.id : undefined,
        partOf: typeof item.parentID === 'string' ? item.parentID : undefined,
      };
    },
  });
  yield* problems;
  yield { type: 'image', image: { ...ref, size }, objects };
}

/** The first value of the task that looks like a picture's address; Label Studio puts 8 characters before a name. */
function pictureOf(data: unknown): ImageRef | null {
  if (!isObject(data)) return null;
  const values = ['image', 'img', 'photo', ...Object.keys(data)].map((field) => data[field]);
  const address = values.find(
    (value): value is string => typeof value === 'string' && /\.[a-z0-9]{3,4}([?#]|$)/i.test(value),
  );
  if (address === undefined) return null;
  const path = decoded(address.replace(/^[a-z0-9]+:\/\/[^/]*\//i, '').replace(/^.*\?d=/, '')).replace(
    /[?#].*$/,
    '',
  );
  const own = baseName(path);
  return { names: [path, own, own.replace(/^[0-9a-f]{8}-/, '')], size: null };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const LABELS = ['brushlabels', 'polygonlabels', 'rectanglelabels', 'labels'] as const;

function labelOf(region: Fields): string | null {
  const value = isObject(region.value) ? region.value : {};
  for (const field of LABELS) {
    const labels = value[field];
    if (Array.isArray(labels) && typeof labels[0] === 'string') return labels[0];
  }
  return null;
}

/** @returns null for what is no region: choices, texts, relations @throws Unreadable */
function shapeOf(region: Fields): Shape | null {
  const value = isObject(region.value) ? region.value : {};
  if (value.format === 'rle' || Array.isArray(value.rle)) {
    const size = sizeIn(region, 'original_width', 'original_height');
    if (size === null) throw new Unreadable('a brush mask needs original_width and original_height');
    return { kind: 'rle', rle: brushMask(value.rle, size) };
  }
  if (Array.isArray(value.points)) {
    const { outer, holes } = ringOfPoints(value.points);
    return { kind: 'polygons', unit: 'fraction', polygons: [{ outer: outer.map((v) => v / 100), holes }] };
  }
  const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((field) => numberIn(value, field));
  if (x == null || y == null || width == null || height == null) return null;
  if (region.type !== undefined && !String(region.type).startsWith('rectangle')) {
    throw new Unreadable(`a region of type ${String(region.type)} is not read`);
  }
  if (width <= 0 || height <= 0) throw new Unreadable('the rectangle has no area');
  return {
    kind: 'box',
    unit: 'fraction',
    box: { x0: x / 100, y0: y / 100, x1: (x + width) / 100, y1: (y + height) / 100 },
  };
}

/**
 * Label Studio's brush code: bits that unpack to RGBA bytes, row by row; the alpha byte says what is inside.
 *
 * 32 bits: number of bytes. 5 bits: bits per word less one. Four times 4 bits: bits of a length less one. Then
 * packets: 1 bit repeat or not, 2 bits which of the four widths, the length less one, and one word or that many.
 *
 * @source https://github.com/HumanSignal/label-studio-sdk, converter/brush.py, decode_rle
 */
export function brushMask(code: unknown, size: { width: number; height: number }): Rle {
  if (!Array.isArray(code)) throw new Unreadable('rle must be a list of bytes');
  const bytes = Uint8Array.from(code as number[]);
  let at = 0;
  const take = (count: number): number => {
    if (at + count > bytes.length * 8) throw new Unreadable('rle ends too early');
    let value = 0;
    for (let i = 0; i < count; i++, at++) {
      value = value * 2 + (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    }
    return value;
  };
  const total = take(32);
  const { width, height } = size;
  if (total !== width * height * 4) {
    throw new Unreadable(`rle must unpack to ${width} * ${height} * 4 bytes, it says ${total}`);
  }
  const word = take(5) + 1;
  const lengths = [0, 1, 2, 3].map(() => take(4) + 1);
  const data = new Uint8Array(width * height);
  const set = (byte: number, value: number): void => {
    if ((byte & 3) === 3 && value > 0) data[byte >> 2] = 1;
  };
  for (let i = 0; i < total; ) {
    const repeated = take(1) === 1;
    const end = Math.min(total, i + 1 + take(lengths[take(2)] ?? 1));
    if (repeated) {
      const value = take(word);
      for (; i < end; i++) set(i, value);
    } else {
      for (; i < end; i++) set(i, take(word));
    }
  }
  const rle = encodeRle({ width, height, data });
  if (rle.counts.length < 2) throw new Unreadable('the brush mask is empty');
  return rle;
}
