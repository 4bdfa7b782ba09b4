import { Readable } from 'node:stream';
import { SPLITS, type Split } from '@maskloop/domain';
import type { ExportClass } from '../classes.ts';
import {
  type CocoAnnotation,
  cocoAnnotation,
  cocoFile,
  cocoImage,
  foundAnnotation,
  jsonLines,
  Queue,
} from '../coco-lines.ts';
import type { Format, Losses } from '../format.ts';
import { cutsIn, outlinesOf, withoutHoles } from '../outlines.ts';
import { provenanceOf } from '../provenance.ts';

/** Where the annotations of a split lie in the archive, as users of COCO expect. */
const instancesPath = (split: Split): string => `annotations/instances_${split}.json`;

/**
 * COCO instances: `annotations/instances_<split>.json` for each split that has images, `provenance.jsonl` with a line
 * for each mask. Masks are compressed run-length code, in which holes and islands survive, or polygons: one ring for
 * each piece, holes joined to it by cuts, because COCO has no holes.
 *
 * @source https://cocodataset.org/#format-data
 */
export const coco: Format = {
  rulesVersion: 'coco-2',
  keeps: {
    overlaps: true,
    instances: true,
    parts: true,
    unclassified: false,
    provenance: true,
    orientation: true,
  },
  picturePath: ({ fileName }) => `images/${fileName}`,
  write(order, output) {
    const { shape, tolerance } = order.options;
    const used = new Set<ExportClass>();
    return {
      async picture(picture) {
        const { split, masks } = picture;
        const losses: Losses = {};
        await output.spool(`images-${split}`, cocoImage(picture));
        for (const mask of masks) {
          used.add(mask.class);
          let rings: readonly (readonly number[])[] | undefined;
          if (shape === 'polygon') {
            const polygons = outlinesOf(mask.rle, tolerance);
            rings = polygons.map(withoutHoles);
            losses.holes = (losses.holes ?? 0) + (cutsIn(polygons).holes ?? 0);
          }
          await output.spool(`annotations-${split}`, cocoAnnotation(mask, picture.id, rings));
          await output.spool('provenance', provenanceOf(mask, picture, output));
        }
        return losses;
      },
      async end() {
        for (const split of SPLITS.filter((each) => output.has(`images-${each}`))) {
          const file = cocoFile(order, {
            info: { split },
            used,
            images: output.list(`images-${split}`, ',\n'),
            annotations: output.list(`annotations-${split}`, ',\n'),
          });
          await output.file(instancesPath(split), Readable.from(file));
        }
        await output.file('provenance.jsonl', Readable.from(output.list('provenance', '\n')));
      },
    };
  },
  read({ options }, archive) {
    const exact = options.shape === 'mask' || options.tolerance === 0;
    const queues = new Map<Split, Queue<unknown>>();
    return {
      async picture({ split, masks }) {
        let queue = queues.get(split);
        if (queue === undefined) {
          queue = new Queue(jsonLines(archive, instancesPath(split), '"annotations":['));
          queues.set(split, queue);
        }
        // what is read here was written by this program, and is compared field by field
        const lines = (await queue.take(masks.length)) as CocoAnnotation[];
        return masks.map((mask, at) => foundAnnotation(lines[at], mask, exact));
      },
      async end() {
        let surplus = 0;
        for (const queue of queues.values()) surplus += await queue.drain();
        return surplus;
      },
    };
  },
};
