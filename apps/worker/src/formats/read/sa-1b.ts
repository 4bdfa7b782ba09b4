import { boxOf, imageRef } from './coco.ts';
import {
  type Fields,
  filesEnding,
  fractionIn,
  isObject,
  jsonOf,
  objectsOf,
  problemOf,
  readEach,
  rleOf,
  textIn,
} from './common.ts';
import type { Finding, FormatReader, SourceFiles } from './neutral.ts';

/**
 * SA-1B: one JSON file per picture, masks without classes but with the model's scores. Fields of ours (`category`,
 * `mask_id`, `parent_mask_id`) are read where they are there.
 *
 * @source https://ai.meta.com/datasets/segment-anything/, "Annotation format"
 */
export const sa1b: FormatReader = {
  recognises: ({ json }) => json.some(({ value }) => isPicture(value)),
  read,
};

function isPicture(value: unknown): value is Fields & { image: Fields } {
  return isObject(value) && isObject(value.image) && Array.isArray(value.annotations);
}

async function* read(files: SourceFiles): AsyncGenerator<Finding> {
  for (const name of filesEnding(files, '.json')) {
    try {
      const file = await jsonOf(files, name);
      if (!isPicture(file)) continue;
      const { objects, problems } = readEach(objectsOf(file.annotations), {
        where: ({ index }) => `${name}#${index}`,
        read: ({ item }, source) => ({
          source,
          className: textIn(item, 'category'),
          shape: isObject(item.segmentation)
            ? { kind: 'rle', rle: rleOf(item.segmentation) }
            : { kind: 'box', unit: 'pixel', box: boxOf(item.bbox) },
          predictedIou: fractionIn(item, 'predicted_iou'),
          stability: fractionIn(item, 'stability_score'),
          key: textIn(item, 'mask_id') ?? undefined,
          partOf: textIn(item, 'parent_mask_id') ?? undefined,
        }),
      });
      yield* problems;
      yield { type: 'image', image: imageRef(file.image), objects };
    } catch (error) {
      yield problemOf(name, error);
    }
  }
}
