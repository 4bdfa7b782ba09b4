import { SPLITS } from '@maskloop/domain';
import { yoloSeg as reader } from '../../formats/read/yolo-seg.ts';
import type { ExportClass } from '../classes.ts';
import type { Format, Losses, Picture } from '../format.ts';
import { asOneRing, cutsIn, outlinesOf } from '../outlines.ts';
import { foundObjects, objectsOf } from '../read-one.ts';

const labelsPath = ({ split, stem }: Picture): string => `labels/${split}/${stem}.txt`;

/**
 * YOLO segmentation as Ultralytics reads it: `labels/<split>/<name>.txt` with a line for each mask (class number, then
 * corners as shares of width and height) and `data.yaml`. A line is one ring: holes and separate pieces of one mask are
 * joined by cuts without width, so a mask stays one object.
 *
 * @source https://docs.ultralytics.com/datasets/segment/#ultralytics-yolo-format
 */
export const yoloSeg: Format = {
  rulesVersion: 'yolo-seg-1',
  keeps: {
    overlaps: true,
    instances: true,
    parts: false,
    unclassified: false,
    provenance: false,
    orientation: false,
  },
  picturePath: ({ fileName, split }) => `images/${split}/${fileName}`,
  write({ options }, output) {
    const splits = new Set<string>();
    return {
      async picture(picture) {
        const { image, masks, split } = picture;
        const losses: Losses = { holes: 0, islands: 0 };
        let text = '';
        for (const mask of masks) {
          const polygons = outlinesOf(mask.rle, options.tolerance);
          const { holes = 0, islands = 0 } = cutsIn(polygons);
          losses.holes = (losses.holes ?? 0) + holes;
          losses.islands = (losses.islands ?? 0) + islands;
          const shares = asOneRing(polygons).map((v, i) =>
            share(v, i % 2 === 0 ? image.width : image.height),
          );
          text += `${mask.class.index - 1} ${shares.join(' ')}\n`;
        }
        splits.add(split);
        await output.file(labelsPath(picture), text);
        return losses;
      },
      async end() {
        await output.file('data.yaml', dataYaml(output.classes.all, splits));
      },
    };
  },
  read({ options }, archive) {
    let yaml: Promise<Buffer> | undefined;
    return {
      async picture(picture) {
        yaml ??= archive.bytes('data.yaml');
        const path = labelsPath(picture);
        const objects = await objectsOf(reader, {
          'data.yaml': await yaml,
          [path]: await archive.bytes(path),
        });
        return foundObjects(picture, objects, { exact: options.tolerance === 0 });
      },
    };
  },
};

/** Six digits: a hundredth of a pixel in the largest pictures. */
const share = (value: number, side: number): number => Number((value / side).toFixed(6));

function dataYaml(classes: readonly ExportClass[], splits: ReadonlySet<string>): string {
  const [first = 'train'] = SPLITS.filter((split) => splits.has(split));
  const lines = SPLITS.flatMap((split) => {
    if (splits.has(split)) return [`${split}: images/${split}`];
    // Ultralytics refuses a file without train and val
    return split === 'test' ? [] : [`${split}: images/${first} # this version has no ${split} images`];
  });
  // JSON's strings are YAML's as well
  const names = classes.map(({ index, name }) => `  ${index - 1}: ${JSON.stringify(name)}`);
  return `path: .\n${lines.join('\n')}\nnames:\n${names.join('\n')}\n`;
}
