import { rlesOfLabels } from '@maskloop/sam-core';
import { readLabelPng } from '../../formats/read/label-png.ts';
import type { ExportClass } from '../classes.ts';
import type { Format, Picture, ReadyMask } from '../format.ts';
import { foundInLabelMap, notInLabelMap, paint } from '../label-map.ts';
import { grey16Png, palettePng } from '../png.ts';

const pngPath = ({ split, stem }: Picture): string => `semantic/${split}/${stem}.png`;
const classOf = (mask: ReadyMask): number => mask.class.index;

/** The largest value that a palette of 8 bits has. */
const PALETTE = 255;

/**
 * A PNG for each picture in which a pixel's value is its class: 0 background, the others as `classes.json` lists them.
 * The palette has the classes' colours; with more than 255 classes there is none, and the values have 16 bits. EX12
 * says what lies on top.
 */
export const semanticPng: Format = {
  rulesVersion: 'semantic-png-1',
  keeps: {
    overlaps: false,
    instances: false,
    parts: false,
    unclassified: false,
    provenance: false,
    orientation: false,
  },
  picturePath: ({ fileName, split }) => `images/${split}/${fileName}`,
  leaveOut: (masks) => notInLabelMap(masks, 65_535, classOf),
  write(_, output) {
    const classes = output.classes.all;
    const palette = paletteOf(classes);
    return {
      async picture(picture) {
        const { width, height } = picture.image;
        const labels = { width, height, labels: paint(picture.masks, picture.image, classOf) };
        const png = classes.length > PALETTE ? grey16Png(labels) : palettePng(labels, palette);
        await output.file(pngPath(picture), await png);
        return undefined;
      },
      async end() {
        const list = [
          { id: 0, name: 'background', color: [0, 0, 0] },
          ...classes.map(({ index, name, colour, kind, parent }) => ({
            id: index,
            name,
            color: colour,
            kind,
            parent: parent?.index ?? null,
          })),
        ];
        await output.file('classes.json', `${JSON.stringify({ classes: list }, null, 2)}\n`);
      },
    };
  },
  read(_, archive) {
    return {
      async picture(picture) {
        const { labels, ...size } = readLabelPng(await archive.bytes(pngPath(picture)));
        return foundInLabelMap(picture, rlesOfLabels(labels, size, new Set([0])), { groupOf: classOf });
      },
    };
  },
};

function paletteOf(classes: readonly ExportClass[]): (readonly number[])[] {
  return [[0, 0, 0], ...classes.map(({ colour }) => colour)];
}
