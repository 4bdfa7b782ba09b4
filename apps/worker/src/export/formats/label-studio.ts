import { Readable } from 'node:stream';
import type { Rle } from '@maskloop/sam-core';
import { labelStudio as reader } from '../../formats/read/label-studio.ts';
import type { ExportClass } from '../classes.ts';
import { jsonLines, Queue } from '../coco-lines.ts';
import { cropped, runsOf } from '../crop.ts';
import type { Format, Picture } from '../format.ts';
import { foundObjects, objectsOf } from '../read-one.ts';
import { xml } from '../xml.ts';

const OPENING = '[';

/**
 * Label Studio: `tasks.json` with a task for each picture and a brush mask for each mask, and `labeling-config.xml` to
 * go with it. Pictures are named as Label Studio's local files: put the folder `images` there. A part names its whole
 * by `parentID`.
 *
 * @source https://labelstud.io/guide/export#Label-Studio-JSON-format-of-annotated-tasks
 */
export const labelStudio: Format = {
  rulesVersion: 'label-studio-1',
  keeps: {
    overlaps: true,
    instances: true,
    parts: true,
    unclassified: false,
    provenance: false,
    orientation: false,
  },
  picturePath: ({ fileName }) => `images/${fileName}`,
  write(_, output) {
    return {
      async picture(picture) {
        await output.spool('tasks', taskOf(picture));
        return undefined;
      },
      async end() {
        const file = async function* () {
          yield `${OPENING}\n`;
          yield* output.list('tasks', ',\n');
          yield '\n]\n';
        };
        await output.file('tasks.json', Readable.from(file()));
        await output.file('labeling-config.xml', configOf(output.classes.all));
      },
    };
  },
  read(_, archive) {
    const tasks = new Queue(jsonLines(archive, 'tasks.json', OPENING));
    return {
      async picture(picture) {
        const text = JSON.stringify(await tasks.take(1));
        return foundObjects(picture, await objectsOf(reader, { 'tasks.json': text }));
      },
      end: () => tasks.drain(),
    };
  },
};

function taskOf({ id, image, fileName, split, masks }: Picture): object {
  return {
    id,
    data: {
      image: `/data/local-files/?d=images/${encodeURIComponent(fileName)}`,
      split,
      sha256: image.sha256,
    },
    annotations: [
      {
        id,
        result: masks.map(({ item, rle, class: { name } }) => ({
          id: item.maskId,
          ...(item.parentMaskId === null ? {} : { parentID: item.parentMaskId }),
          type: 'brushlabels',
          from_name: 'tag',
          to_name: 'image',
          original_width: image.width,
          original_height: image.height,
          image_rotation: 0,
          value: { format: 'rle', rle: brushCode(rle), brushlabels: [name] },
        })),
      },
    ],
  };
}

function configOf(classes: readonly ExportClass[]): string {
  const labels = classes.map(({ name, colour }) => {
    const background = `#${colour.map((c) => c.toString(16).padStart(2, '0')).join('')}`;
    return `    <Label value="${xml(name)}" background="${background}"/>\n`;
  });
  return `<View>\n  <Image name="image" value="$image" zoom="true"/>\n  <BrushLabels name="tag" toName="image">\n${labels.join('')}  </BrushLabels>\n</View>\n`;
}

/** Widths in bits of a length, as Label Studio's own encoder chooses them. */
const WIDTHS = [3, 4, 8, 16] as const;

/**
 * Label Studio's brush code of the whole picture: RGBA bytes row by row, all four 255 inside, as bits: 32 for the number
 * of bytes, 5 for the bits per word less one, four times 4 for the widths of a length less one; then packets: 1 for a
 * repeated value, 2 for which width, the length less one, the value.
 *
 * @source label-studio-sdk, converter/brush.py, encode_rle
 */
export function brushCode(rle: Rle): number[] {
  const { width, height } = rle;
  const bytes: number[] = [];
  let [pending, held] = [0, 0];
  const put = (value: number, bits: number): void => {
    for (let i = bits - 1; i >= 0; i--) {
      pending = (pending << 1) | ((value >>> i) & 1);
      if (++held === 8) {
        bytes.push(pending);
        [pending, held] = [0, 0];
      }
    }
  };
  put(width * height * 4, 32);
  put(8 - 1, 5);
  for (const size of WIDTHS) put(size - 1, 4);
  const runs = runsOf(cropped(rle, { x: 0, y: 0, width, height }));
  runs.forEach((run, at) => {
    const value = at % 2 === 1 ? 255 : 0;
    for (let rest = run * 4; rest > 0; ) {
      const length = Math.min(rest, 2 ** 16);
      const width = WIDTHS.findIndex((size) => length <= 2 ** size);
      put(1, 1);
      put(width, 2);
      put(length - 1, WIDTHS[width] ?? 16);
      put(value, 8);
      rest -= length;
    }
  });
  if (held > 0) bytes.push(pending << (8 - held));
  return bytes;
}
