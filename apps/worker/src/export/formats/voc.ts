import { Readable } from 'node:stream';
import { SPLITS } from '@maskloop/domain';
import type { Rle } from '@maskloop/sam-core';
import { rasterise } from '../../formats/raster.ts';
import { voc as reader } from '../../formats/read/voc.ts';
import type { ClassTable } from '../classes.ts';
import type { Format, Picture, ReadyMask } from '../format.ts';
import { drawingOrder, foundInLabelMap, notInLabelMap, paint } from '../label-map.ts';
import { palettePng, vocPalette } from '../png.ts';
import { objectsOf } from '../read-one.ts';

const VOID = 255;
const MOST = 254;
const png = (kind: 'Class' | 'Object', { stem }: Picture): string => `Segmentation${kind}/${stem}.png`;

/**
 * Pascal VOC segmentation: SegmentationClass and SegmentationObject with VOC's palette, lists of the splits, and
 * labelmap.txt with the classes' names in the order of their values. EX12 says what lies on top.
 *
 * The border: VOC marks pixels that nobody judged with 255. Masks here are judged up to their last pixel, so none is
 * drawn unless it is asked for: then every pixel that lies up to `border` pixels from one of another object or of the
 * background is 255.
 *
 * @source http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/devkit_doc.html
 */
export const voc: Format = {
  rulesVersion: 'voc-1',
  keeps: {
    overlaps: false,
    instances: true,
    parts: false,
    unclassified: false,
    provenance: false,
    orientation: false,
  },
  picturePath: ({ fileName }) => `JPEGImages/${fileName}`,
  leaveOut(masks) {
    const beyond = masks.filter((mask) => mask.class.index > MOST);
    const rest = notInLabelMap(
      masks.filter((mask) => mask.class.index <= MOST),
      MOST,
    );
    for (const mask of beyond) rest.set(mask, `has a class beyond the ${MOST} that VOC can number`);
    return rest;
  },
  write({ options }, output) {
    const palette = vocPalette();
    return {
      async picture(picture) {
        const { image, masks, split } = picture;
        const { width, height } = image;
        const numbers = numbered(masks);
        const objects = paint(masks, image, (mask) => numbers.get(mask) ?? 0);
        const classes = paint(masks, image, (mask) => mask.class.index);
        if (options.border > 0) {
          const border = borderOf(objects, { width, height }, options.border);
          for (const at of border) objects[at] = classes[at] = VOID;
        }
        await output.file(
          png('Class', picture),
          await palettePng({ width, height, labels: classes }, palette),
        );
        await output.file(
          png('Object', picture),
          await palettePng({ width, height, labels: objects }, palette),
        );
        await output.spool(split, picture.stem);
        return undefined;
      },
      async end() {
        for (const split of SPLITS.filter((each) => output.has(each))) {
          await output.file(`ImageSets/Segmentation/${split}.txt`, Readable.from(output.list(split, '\n')));
        }
        await output.file('labelmap.txt', labelMap(output.classes, palette));
      },
    };
  },
  read({ options }, archive) {
    let labels: Promise<Buffer> | undefined;
    return {
      async picture(picture) {
        labels ??= archive.bytes('labelmap.txt');
        const files = {
          [png('Class', picture)]: await archive.bytes(png('Class', picture)),
          [png('Object', picture)]: await archive.bytes(png('Object', picture)),
          'labelmap.txt': await labels,
        };
        const byNumber = new Map([...numbered(picture.masks)].map(([mask, number]) => [number, mask]));
        const read = new Map<string, Rle>();
        const { width, height } = picture.image;
        for (const { source, shape, className } of await objectsOf(reader, files)) {
          const mask = byNumber.get(Number(source.split('#').at(-1)));
          const raster = shape.kind === 'box' ? null : rasterise(shape, { width, height });
          if (raster === null || 'reason' in raster) continue;
          const known = mask !== undefined && className === vocName(mask.class.name);
          read.set(known ? mask.item.maskId : source, raster.rle);
        }
        return foundInLabelMap(picture, read, {
          groupOf: ({ item }) => item.maskId,
          exact: options.border === 0,
        });
      },
    };
  },
};

/** 1, 2, 3 … from the lowest. */
const numbered = (masks: readonly ReadyMask[]): Map<ReadyMask, number> =>
  new Map(drawingOrder(masks).map((mask, at) => [mask, at + 1]));

/** A colon would end the name, and a hash the line. */
const vocName = (name: string): string => name.replaceAll(/[:#]/g, '_').trim();

/** CVAT's and Datumaro's list of names: a line for each value in order. */
function labelMap({ all }: ClassTable, palette: readonly (readonly number[])[]): string {
  const names = ['background', ...all.filter(({ index }) => index <= MOST).map(({ name }) => name)];
  const lines = names.map((name, at) => `${vocName(name)}:${(palette[at] ?? []).join(',')}::`);
  return `# label:color_rgb:parts:actions\n${lines.join('\n')}\n`;
}

/** Places of the pixels with another label within so many rows and columns. */
function borderOf(
  labels: Uint32Array,
  { width, height }: { width: number; height: number },
  reach: number,
): number[] {
  const edge = new Uint8Array(labels.length);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (x + 1 < width && labels[at] !== labels[at + 1]) edge[at] = edge[at + 1] = 1;
      if (y + 1 < height && labels[at] !== labels[at + width]) edge[at] = edge[at + width] = 1;
    }
  }
  let ring = edge;
  for (let turn = 1; turn < reach; turn++) ring = grown(ring, width, height);
  const places: number[] = [];
  for (let at = 0; at < ring.length; at++) if (ring[at]) places.push(at);
  return places;
}

function grown(bits: Uint8Array, width: number, height: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bits);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (!bits[at]) continue;
      if (x > 0) out[at - 1] = 1;
      if (x + 1 < width) out[at + 1] = 1;
      if (y > 0) out[at - width] = 1;
      if (y + 1 < height) out[at + width] = 1;
    }
  }
  return out;
}
