import { rlesOfLabels } from '@maskloop/sam-core';
import {
  baseName,
  filesEnding,
  isObject,
  jsonOf,
  kindIn,
  numberIn,
  objectsOf,
  problemOf,
  textIn,
  textOf,
  Unreadable,
  withoutEnding,
} from './common.ts';
import { isGreyOrPalette, readLabelPng } from './label-png.ts';
import type { Finding, FormatReader, ReadClass, ReadObject, SourceFiles } from './neutral.ts';

/**
 * PNGs in which each value of a pixel is a class (semantic) or an object (instances); 0 is background. What the values
 * mean stands in JSON or CSV files beside them:
 *
 * - for all pictures: `{"1": "cat"}`, a list of `{id, name}` or `{color: [r, g, b], name}`, also under `classes`,
 *   `categories` or `labels`; CSV rows `value,name` or `r,g,b,name`;
 * - for one picture: a file called like it, with `segments`, `objects` or `instances` of `{id, category}` (or `class`
 *   or `name`), or of `{"1": "cat"}`; CSV rows `file,value,name`.
 *
 * A value without a name is called `value 7`, so that it can be given a class by hand. Pictures with colours are read
 * only where the names state colours: they may be photos.
 */
export const labelMaps: FormatReader = {
  recognises: ({ names }) => names.some((name) => /\.png$/i.test(name)),
  read,
};

interface Names {
  readonly all: Map<number, string>;
  /** by the picture's name without folder and ending */
  readonly of: Map<string, Map<number, string>>;
  /** likewise; of exports of ours: which mask a value is, and of which it is a part */
  readonly links: Map<string, Map<number, Pick<ReadObject, 'key' | 'partOf'>>>;
  /** as a list of classes of ours states them */
  classes: ReadClass[];
  colours: boolean;
}

async function* read(files: SourceFiles): AsyncGenerator<Finding> {
  const names: Names = { all: new Map(), of: new Map(), links: new Map(), classes: [], colours: false };
  const pngs = filesEnding(files, '.png');
  const stems = new Set(pngs.map((name) => withoutEnding(baseName(name))));
  for (const name of [...filesEnding(files, '.json'), ...filesEnding(files, '.csv')]) {
    try {
      if (/\.csv$/i.test(name)) addCsv(names, await textOf(files, name));
      else addJson(names, await jsonOf(files, name), stems.has(stemOf(name)) ? stemOf(name) : null);
    } catch (error) {
      yield problemOf(name, error);
    }
  }
  if (names.classes.length > 0) yield { type: 'classes', classes: names.classes };
  for (const name of pngs) {
    try {
      const bytes = await files.bytes(name);
      if (!names.colours && !isGreyOrPalette(bytes)) {
        throw new Unreadable('a picture with colours: not read, because the names state no colours');
      }
      const { labels, kind, ...size } = readLabelPng(bytes);
      const own = names.of.get(stemOf(name));
      const links = names.links.get(stemOf(name));
      const objects: ReadObject[] = [];
      for (const [value, rle] of rlesOfLabels(labels, size, new Set([0]))) {
        const className = own?.get(value) ?? names.all.get(value);
        if (className === undefined && value === 255 && kind !== 'rgb') continue; // nobody judged it
        if (className !== undefined && /^_?background_?$/i.test(className)) continue;
        objects.push({
          source: `${name}#${value}`,
          className: className ?? `value ${value}`,
          shape: { kind: 'rle', rle },
          ...links?.get(value),
        });
      }
      yield {
        type: 'image',
        image: {
          names: [withoutEnding(name), stemOf(name)],
          size: { width: size.width, height: size.height },
        },
        objects,
      };
    } catch (error) {
      yield problemOf(name, error);
    }
  }
}

const stemOf = (name: string): string => withoutEnding(baseName(name));

function addJson(names: Names, value: unknown, stem: string | null): void {
  if (isObject(value)) {
    const own = value.segments ?? value.objects ?? value.instances;
    if (stem !== null) {
      const map = names.of.get(stem) ?? new Map<number, string>();
      names.of.set(stem, map);
      addEntries(names, map, own ?? value);
      names.links.set(stem, linksIn(own));
      return;
    }
    addEntries(names, names.all, value.classes ?? value.categories ?? value.labels ?? value);
    names.classes.push(...classesIn(value.classes));
  } else addEntries(names, names.all, value);
}

/** Where entries state them: kinds, and parents by the parent's id. */
function classesIn(list: unknown): ReadClass[] {
  const items = objectsOf(list).map(({ item }) => item);
  const nameOf = new Map(items.map((item) => [numberIn(item, 'id'), textIn(item, 'name')]));
  return items.flatMap((item) => {
    const [name, kind, parent] = [textIn(item, 'name'), textIn(item, 'kind'), numberIn(item, 'parent')];
    if (name === null) return [];
    const above = parent === null ? null : (nameOf.get(parent) ?? null);
    return [{ name, parent: above, kind: kindIn(kind) }];
  });
}

function addEntries(names: Names, map: Map<number, string>, value: unknown): void {
  if (Array.isArray(value)) {
    for (const { item } of objectsOf(value)) {
      const name = textIn(item, 'category') ?? textIn(item, 'class') ?? textIn(item, 'name');
      if (name === null) continue;
      const id = Number(item.id ?? item.value ?? Number.NaN);
      if (Number.isInteger(id)) map.set(id, name);
      const colour = item.color ?? item.colour;
      if (Array.isArray(colour) && colour.length >= 3)
        addColour(names, map, { colour: colour.map(Number), name });
    }
  } else if (isObject(value)) {
    for (const [key, name] of Object.entries(value)) {
      if (/^\d+$/.test(key) && typeof name === 'string') map.set(Number(key), name);
    }
  }
}

function linksIn(value: unknown): Map<number, Pick<ReadObject, 'key' | 'partOf'>> {
  return new Map(
    objectsOf(value).flatMap(({ item }) => {
      const key = textIn(item, 'mask_id');
      return key === null
        ? []
        : [[Number(item.id), { key, partOf: textIn(item, 'parent_mask_id') ?? undefined }] as const];
    }),
  );
}

function addColour(
  names: Names,
  map: Map<number, string>,
  entry: { colour: readonly number[]; name: string },
): void {
  const [r = 0, g = 0, b = 0] = entry.colour;
  const value = r + 256 * g + 65_536 * b;
  // below, the number could as well be an index; black is background
  if (value > 255) {
    map.set(value, entry.name);
    names.colours = true;
  }
}

function addCsv(names: Names, text: string): void {
  for (const line of text.split(/\r?\n/)) {
    const cells = line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    const name = cells.at(-1) ?? '';
    if (name === '' || cells.length < 2) continue;
    const numbers = cells.slice(0, -1).map(Number);
    if (cells.length === 4 && numbers.every(Number.isInteger))
      addColour(names, names.all, { colour: numbers, name });
    else if (cells.length === 3 && Number.isInteger(numbers[1])) {
      const stem = stemOf(cells[0] ?? '');
      const map = names.of.get(stem) ?? new Map<number, string>();
      names.of.set(stem, map.set(numbers[1] ?? 0, name));
    } else if (cells.length === 2 && Number.isInteger(numbers[0])) names.all.set(numbers[0] ?? 0, name);
  }
}
