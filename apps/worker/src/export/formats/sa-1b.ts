import type { PromptTrail } from '@maskloop/domain';
import { rleArea } from '@maskloop/sam-core';
import { sa1b as reader } from '../../formats/read/sa-1b.ts';
import { cocoImage, cocoRle } from '../coco-lines.ts';
import type { Format, Output, Picture, ReadyMask } from '../format.ts';
import { categoryOf, provenanceOf } from '../provenance.ts';
import { foundObjects, objectsOf } from '../read-one.ts';

const jsonPath = ({ split, stem }: Picture): string => `${split}/${stem}.json`;

/**
 * SA-1B: a JSON file for each picture, beside it. To SA-1B's fields come ours: class, part of what, origin, stage,
 * prompts and the rest of the provenance.
 *
 * @source https://ai.meta.com/datasets/segment-anything/, "Annotation format"
 */
export const sa1b: Format = {
  rulesVersion: 'sa-1b-1',
  keeps: {
    overlaps: true,
    instances: true,
    parts: true,
    unclassified: true,
    provenance: true,
    orientation: true,
  },
  picturePath: ({ fileName, split }) => `${split}/${fileName}`,
  write(_, output) {
    return {
      async picture(picture) {
        const { id, ...image } = cocoImage(picture) as { id: number };
        const lines = picture.masks.map((mask) => JSON.stringify(annotationOf(mask, picture, output)));
        const text = `{"image":${JSON.stringify({ image_id: id, ...image })},\n"annotations":[\n${lines.join(',\n')}\n]}\n`;
        await output.file(jsonPath(picture), text);
        return undefined;
      },
      async end() {},
    };
  },
  read(_, archive) {
    return {
      async picture(picture) {
        const path = jsonPath(picture);
        const objects = await objectsOf(reader, { [path]: await archive.bytes(path) });
        const found = foundObjects(picture, objects, { named: false });
        return found.map((each, at) => {
          const mask = picture.masks[at];
          const same = mask !== undefined && (objects[at]?.className ?? null) === categoryOf(mask);
          return same ? each : { ...each, wrong: each.wrong ?? 'has another class' };
        });
      },
    };
  },
};

function annotationOf(mask: ReadyMask, picture: Picture, output: Output): object {
  const { item, rle, box } = mask;
  const { width, height } = picture.image;
  const crop = item.prompts[0]?.closeUp ?? { x0: 0, y0: 0, x1: width, y1: height };
  // ids and file names stand above already
  const {
    annotation_id: _,
    image_id: __,
    file_name: ___,
    ...provenance
  } = provenanceOf(mask, picture, output);
  return {
    id: mask.id,
    segmentation: cocoRle(mask),
    area: rleArea(rle),
    bbox: [box.x, box.y, box.width, box.height],
    stability_score: item.stability,
    crop_box: [crop.x0, crop.y0, crop.x1 - crop.x0, crop.y1 - crop.y0],
    point_coords: firstPoints(item.prompts),
    ...provenance,
  };
}

/** The foreground points of the first prompt, as SA-1B gives the point of its grid. */
const firstPoints = (trail: PromptTrail): [number, number][] =>
  (trail[0]?.points ?? []).filter(({ label }) => label === 'foreground').map(({ x, y }) => [x, y]);
