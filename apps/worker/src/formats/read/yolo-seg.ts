import { parse } from 'yaml';
import {
  baseName,
  filesEnding,
  isObject,
  problemOf,
  readEach,
  ringOf,
  textOf,
  Unreadable,
  withoutEnding,
} from './common.ts';
import type { Finding, FormatReader, ReadObject, SourceFiles } from './neutral.ts';

/**
 * YOLO labels as Ultralytics writes and reads them: a text file per picture, a line per object: class number, then
 * corners as shares of width and height, or centre and size of a box; predictions end with a confidence. Names of the
 * classes stand in a YAML file (`names`), or line by line in classes.txt or obj.names.
 *
 * @source https://docs.ultralytics.com/datasets/segment/#ultralytics-yolo-format
 */
export const yoloSeg: FormatReader = {
  recognises: ({ names }) =>
    names.some((name) => /\.ya?ml$/i.test(name) || /(^|\/)(classes\.txt|obj\.names)$/i.test(name)) &&
    names.some(isLabels),
  read,
};

/** Text files that hold no labels: lists of classes and of pictures, notes. */
function isLabels(name: string): boolean {
  return (
    /\.txt$/i.test(name) &&
    !/(^|\/)(classes|train|val|valid|test|trainval|autosplit_\w+|readme[^/]*)\.txt$/i.test(name)
  );
}

async function* read(files: SourceFiles): AsyncGenerator<Finding> {
  let classes: Map<number, string>;
  try {
    classes = await classNames(files);
  } catch (error) {
    yield problemOf('names', error);
    return;
  }
  for (const name of filesEnding(files, '.txt').filter(isLabels)) {
    const lines = (await textOf(files, name)).split(/\r?\n/).map((line) => line.trim());
    const { objects, problems } = readEach(
      lines.flatMap((line, index) => (line === '' ? [] : [{ line, index }])),
      {
        where: ({ index }) => `${name}:${index + 1}`,
        read: ({ line }, source) => objectOf(line, source, classes),
      },
    );
    yield* problems;
    // labels/train/a.txt belongs to images/train/a.jpg
    const path = withoutEnding(name);
    const names = [path.replace(/(^|\/)labels\//, '$1images/'), path, baseName(path)];
    yield { type: 'image', image: { names, size: null }, objects };
  }
}

async function classNames(files: SourceFiles): Promise<Map<number, string>> {
  for (const name of files.names.filter((each) => /\.ya?ml$/i.test(each))) {
    let value: unknown;
    try {
      // an alias inside an alias can unpack to any amount
      value = parse(await textOf(files, name), { maxAliasCount: 0 });
    } catch (error) {
      throw new Unreadable(`${name} is no YAML: ${(error as Error).message}`);
    }
    const names = isObject(value) ? value.names : null;
    if (Array.isArray(names)) return new Map(names.map((each, index) => [index, String(each)]));
    if (isObject(names))
      return new Map(Object.entries(names).map(([key, each]) => [Number(key), String(each)]));
  }
  const list = files.names.find((name) => /(^|\/)(classes\.txt|obj\.names)$/i.test(name));
  if (list === undefined) throw new Unreadable('no file of the upload names the classes');
  const lines = (await textOf(files, list)).split(/\r?\n/).map((line) => line.trim());
  return new Map(lines.flatMap((line, index) => (line === '' ? [] : [[index, line] as const])));
}

/** @throws Unreadable */
function objectOf(line: string, source: string, classes: ReadonlyMap<number, string>): ReadObject {
  const values = line.split(/\s+/).map(Number);
  const [number = Number.NaN, ...rest] = values;
  if (!Number.isInteger(number) || !values.every(Number.isFinite)) {
    throw new Unreadable('a line is a class number and shares of width and height');
  }
  const className = classes.get(number) ?? `class ${number}`;
  if (rest.length < 6) {
    const [x = 0, y = 0, width = 0, height = 0, score] = rest;
    if (rest.length < 4 || width <= 0 || height <= 0)
      throw new Unreadable('a box is centre and size, four numbers');
    return {
      source,
      className,
      shape: {
        kind: 'box',
        unit: 'fraction',
        box: { x0: x - width / 2, y0: y - height / 2, x1: x + width / 2, y1: y + height / 2 },
      },
      score: fraction(score),
    };
  }
  const scored = rest.length % 2 === 1;
  return {
    source,
    className,
    shape: { kind: 'polygons', unit: 'fraction', polygons: [ringOf(scored ? rest.slice(0, -1) : rest)] },
    score: scored ? fraction(rest.at(-1)) : undefined,
  };
}

const fraction = (value: number | undefined): number | undefined =>
  value !== undefined && value >= 0 && value <= 1 ? value : undefined;
