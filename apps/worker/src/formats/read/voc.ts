import { type Rle, rleArea, rleIntersectionArea, rlesOfLabels } from '@maskloop/sam-core';
import {
  baseName,
  type Fields,
  filesEnding,
  isObject,
  objectsOf,
  problemOf,
  readEach,
  textOf,
  Unreadable,
  withoutEnding,
} from './common.ts';
import { parseXml } from './cvat.ts';
import { readLabelPng } from './label-png.ts';
import type { Finding, FormatReader, ReadObject, SourceFiles } from './neutral.ts';

/**
 * Pascal VOC: `SegmentationObject/<name>.png` holds an object's number in each pixel, `SegmentationClass/<name>.png`
 * its class; 0 is background, 255 the border nobody judged. Without object pictures every class is one mask. Without
 * either, the boxes of `Annotations/<name>.xml` are read.
 *
 * Names of the classes: labelmap.txt (`name:r,g,b::`), or a list with one name per line (class_names.txt,
 * classes.txt, labels.txt) whose first line is the background; without one, those of VOC 2012.
 *
 * @source http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/
 */
export const voc: FormatReader = {
  recognises: ({ names, xml }) =>
    names.some((name) => SEGMENTS.test(name)) ||
    xml.some((text) => /<annotation[\s>]/.test(text) && /<(object|filename)[\s>]/.test(text)),
  read,
};

const SEGMENTS = /(^|\/)Segmentation(Object|Class)[^/]*\/[^/]+\.png$/i;
const VOID = 255;
const SKIPPED = new Set([0, VOID]);

const VOC_CLASSES =
  'background aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike person pottedplant sheep sofa train tvmonitor'.split(
    ' ',
  );

async function* read(files: SourceFiles): AsyncGenerator<Finding> {
  const pngs = filesEnding(files, '.png');
  const classPngs = byStem(pngs.filter((name) => /(^|\/)SegmentationClass[^/]*\/[^/]+$/i.test(name)));
  const objectPngs = byStem(pngs.filter((name) => /(^|\/)SegmentationObject[^/]*\/[^/]+$/i.test(name)));
  const stems = [...new Set([...objectPngs.keys(), ...classPngs.keys()])].sort();
  if (stems.length === 0) {
    yield* readBoxes(files);
    return;
  }
  const nameOf = await classNames(files);
  for (const stem of stems) {
    const [objects, classes] = [objectPngs.get(stem), classPngs.get(stem)];
    const where = objects ?? classes ?? stem;
    try {
      const classPng = classes === undefined ? null : readLabelPng(await files.bytes(classes));
      const objectPng = objects === undefined ? null : readLabelPng(await files.bytes(objects));
      const size = objectPng ?? classPng;
      if (size === null) continue;
      if (
        classPng &&
        objectPng &&
        (classPng.width !== objectPng.width || classPng.height !== objectPng.height)
      ) {
        throw new Unreadable('the pictures of objects and of classes have different sizes');
      }
      const classMasks = classPng ? rlesOfLabels(classPng.labels, classPng, SKIPPED) : new Map<number, Rle>();
      const masks = objectPng ? rlesOfLabels(objectPng.labels, objectPng, SKIPPED) : classMasks;
      yield {
        type: 'image',
        image: { names: [stem], size: { width: size.width, height: size.height } },
        objects: [...masks].map(([value, rle]): ReadObject => {
          const classValue = objectPng ? mostCovering(rle, classMasks) : value;
          return {
            source: `${where}#${value}`,
            className: classValue === null ? null : nameOf(classValue),
            shape: { kind: 'rle', rle },
          };
        }),
      };
    } catch (error) {
      yield problemOf(where, error);
    }
  }
}

function byStem(names: readonly string[]): Map<string, string> {
  return new Map(names.map((name) => [withoutEnding(baseName(name)), name]));
}

/** The class that most of an object's pixels have; null: none has any. */
function mostCovering(rle: Rle, classes: ReadonlyMap<number, Rle>): number | null {
  let best: number | null = null;
  let most = 0;
  for (const [value, mask] of classes) {
    const area = rleArea(mask) > most ? rleIntersectionArea(rle, mask) : 0;
    if (area > most) [best, most] = [value, area];
  }
  return best;
}

/** @returns names by the value of a pixel, which is an index, or R + 256 G + 65536 B in pictures with colours */
async function classNames(files: SourceFiles): Promise<(value: number) => string> {
  const named = new Map<number, string>();
  const map = files.names.find((name) => /(^|\/)labelmap\.txt$/i.test(name));
  const list = files.names.find((name) => /(^|\/)(class_names|classes|labels)\.txt$/i.test(name));
  const lines = async (name: string): Promise<string[]> =>
    (await textOf(files, name))
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
  if (map !== undefined) {
    (await lines(map)).forEach((line, index) => {
      const [name = '', colour = ''] = line.split(':');
      named.set(index, name);
      const [r = 0, g = 0, b = 0] = colour.split(',').map(Number);
      const value = r + 256 * g + 65_536 * b;
      if (value > VOID) named.set(value, name);
    });
  } else if (list !== undefined) {
    const names = await lines(list);
    const first = /background/i.test(names[0] ?? '') ? 0 : 1;
    for (const [index, name] of names.entries()) named.set(index + first, name);
  } else for (const [index, name] of VOC_CLASSES.entries()) named.set(index, name);
  return (value) => named.get(value) ?? `value ${value}`;
}

async function* readBoxes(files: SourceFiles): AsyncGenerator<Finding> {
  for (const name of filesEnding(files, '.xml')) {
    try {
      const { annotation } = parseXml(await textOf(files, name), ['object']);
      if (!isObject(annotation)) continue;
      const { objects, problems } = readEach(objectsOf(annotation.object), {
        where: ({ index }) => `${name}#${index}`,
        read: ({ item }, source) => ({
          source,
          className: typeof item.name === 'string' ? item.name : null,
          shape: { kind: 'box', unit: 'pixel', box: boxOf(item) },
        }),
      });
      yield* problems;
      const size = isObject(annotation.size) ? annotation.size : {};
      const [width, height] = [Number(size.width), Number(size.height)];
      const own = typeof annotation.filename === 'string' ? annotation.filename : '';
      yield {
        type: 'image',
        image: {
          names: [own, withoutEnding(baseName(name))].filter((each) => each !== ''),
          size: width > 0 && height > 0 ? { width, height } : null,
        },
        objects,
      };
    } catch (error) {
      yield problemOf(name, error);
    }
  }
}

/** VOC counts pixels from 1 and includes the last. */
function boxOf({ bndbox }: Fields) {
  const [x0, y0, x1, y1] = isObject(bndbox)
    ? [bndbox.xmin, bndbox.ymin, bndbox.xmax, bndbox.ymax].map(Number)
    : [];
  if (
    x0 === undefined ||
    y0 === undefined ||
    x1 === undefined ||
    y1 === undefined ||
    !(x1 >= x0 && y1 >= y0)
  ) {
    throw new Unreadable('bndbox must be xmin, ymin, xmax, ymax');
  }
  return { x0: x0 - 1, y0: y0 - 1, x1, y1 };
}
