import { CLASS_KINDS, type ClassKind } from '@maskloop/domain';
import { type Polygon, parseRle, type Rle, SamCoreError } from '@maskloop/sam-core';
import type { Finding, ReadObject, SourceFiles } from './neutral.ts';

/** Something in a file that cannot be read; becomes a problem of its place and ends nothing else. */
export class Unreadable extends Error {}

/** @returns the objects that could be read; what is `Unreadable` becomes a problem instead */
export function readEach<T>(
  items: readonly T[],
  {
    where,
    read,
  }: { where: (item: T, index: number) => string; read: (item: T, source: string) => ReadObject | null },
): { objects: ReadObject[]; problems: Finding[] } {
  const objects: ReadObject[] = [];
  const problems: Finding[] = [];
  items.forEach((item, index) => {
    const source = where(item, index);
    try {
      const object = read(item, source);
      if (object !== null) objects.push(object);
    } catch (error) {
      problems.push(problemOf(source, error));
    }
  });
  return { objects, problems };
}

/** @throws what is no `Unreadable` and no mask that sam-core refuses: that is a bug */
export function problemOf(where: string, error: unknown): Finding {
  if (error instanceof Unreadable || error instanceof SamCoreError) {
    return { type: 'problem', where, message: error.message };
  }
  throw error;
}

const UTF8 = new TextDecoder('utf-8');

export async function textOf(files: SourceFiles, name: string): Promise<string> {
  return UTF8.decode(await files.bytes(name));
}

/** @throws Unreadable */
export async function jsonOf(files: SourceFiles, name: string): Promise<unknown> {
  try {
    return JSON.parse(await textOf(files, name)) as unknown;
  } catch (error) {
    throw new Unreadable(`is no JSON: ${(error as Error).message}`);
  }
}

/** Paths that end so, letter case aside; what goes along with data of ours is no label file. */
export function filesEnding(files: { readonly names: readonly string[] }, ending: string): string[] {
  return files.names.filter(
    (name) => name.toLowerCase().endsWith(ending) && !/(^|\/)manifest\.json$/i.test(name),
  );
}

export const baseName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;
export const withoutEnding = (path: string): string => path.replace(/\.[A-Za-z0-9]{1,5}$/, '');
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

export type Fields = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The entries that are objects, with their places in the list. */
export function objectsOf(value: unknown): { readonly item: Fields; readonly index: number }[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown, index) => (isObject(item) ? [{ item, index }] : []));
}

export function textIn(fields: Fields, name: string): string | null {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  return typeof value === 'number' ? String(value) : null;
}

/** null: the word names no kind of class */
export const kindIn = (word: string | null): ClassKind | null =>
  CLASS_KINDS.find((kind) => kind === word) ?? null;

export function numberIn(fields: Fields, name: string): number | null {
  const value = fields[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** A share of 1; what lies outside 0..1 is no score. */
export function fractionIn(fields: Fields, name: string): number | undefined {
  const value = numberIn(fields, name);
  return value !== null && value >= 0 && value <= 1 ? value : undefined;
}

export function sizeIn(
  fields: Fields,
  width = 'width',
  height = 'height',
): { width: number; height: number } | null {
  const [w, h] = [numberIn(fields, width), numberIn(fields, height)];
  return w !== null && h !== null && w > 0 && h > 0 && Number.isInteger(w) && Number.isInteger(h)
    ? { width: w, height: h }
    : null;
}

/** Outlines of more corners than any drawing has would only cost time. */
const MOST_CORNERS = 100_000;

/**
 * @param values [x, y, x, y, …]
 * @throws Unreadable for fewer than three corners or what is no number
 */
export function ringOf(values: unknown): Polygon {
  if (!Array.isArray(values)) throw new Unreadable('a polygon must be a list of numbers');
  if (values.length > MOST_CORNERS * 2) {
    throw new Unreadable(`a polygon may have ${MOST_CORNERS} corners, this one has ${values.length >> 1}`);
  }
  const outer = values.map(Number);
  if (outer.length < 6 || outer.length % 2 !== 0 || !outer.every(Number.isFinite)) {
    throw new Unreadable(
      `a polygon needs three or more corners as numbers, this one has ${values.length} values`,
    );
  }
  return { outer, holes: [] };
}

/** @param points [[x, y], …] */
export function ringOfPoints(points: unknown): Polygon {
  if (!Array.isArray(points)) throw new Unreadable('points must be a list of pairs');
  return ringOf(
    points.flatMap((point: unknown) => (Array.isArray(point) ? point.slice(0, 2) : [Number.NaN])),
  );
}

/** @throws SamCoreError RLE_INVALID */
export function rleOf(value: unknown): Rle {
  return parseRle(value);
}

/**
 * Run lengths ROW by row, zeros first, of a window in a picture → a mask of the picture.
 * @throws Unreadable when the runs do not fill the window or the window does not lie in the picture
 */
export function rleOfRowRuns(
  runs: readonly number[],
  window: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
  size: { readonly width: number; readonly height: number },
): Rle {
  const { left, top, width, height } = window;
  if (![left, top, width, height].every(Number.isInteger) || width < 1 || height < 1) {
    throw new Unreadable(`a mask's window must be whole and positive, it is ${width} x ${height}`);
  }
  if (left < 0 || top < 0 || left + width > size.width || top + height > size.height) {
    throw new Unreadable(
      `a mask's window ${width} x ${height} at (${left}, ${top}) leaves the picture of ${size.width} x ${size.height}`,
    );
  }
  const sum = runs.reduce((total, run) => total + run, 0);
  if (!runs.every((run) => Number.isInteger(run) && run >= 0) || sum !== width * height) {
    throw new Unreadable(`runs must add up to ${width} * ${height} = ${width * height}, they make ${sum}`);
  }
  const bits = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < runs.length; i++) {
    if (i % 2 === 1) bits.fill(1, at, at + (runs[i] ?? 0));
    at += runs[i] ?? 0;
  }
  const counts: number[] = [];
  let inside = 0;
  let run = left * size.height;
  const end = (value: number): void => {
    if (value === inside) return;
    counts.push(run);
    run = 0;
    inside = value;
  };
  for (let x = 0; x < width; x++) {
    end(0);
    run += top;
    for (let y = 0; y < height; y++) {
      end(bits[y * width + x] ?? 0);
      run++;
    }
    end(0);
    run += size.height - top - height;
  }
  run += (size.width - left - width) * size.height;
  counts.push(run);
  return parseRle({ size: [size.height, size.width], counts });
}
