import { Readable } from 'node:stream';
import { cvat as reader } from '../../formats/read/cvat.ts';
import type { ClassTable } from '../classes.ts';
import { Queue } from '../coco-lines.ts';
import { cropped, runsOf } from '../crop.ts';
import type { ExportOrder, Format, Picture } from '../format.ts';
import { foundObjects, objectsOf } from '../read-one.ts';
import { xml } from '../xml.ts';

const FILE = 'annotations.xml';
const ATTRIBUTES = ['mask_id', 'parent_mask_id'] as const;

/**
 * CVAT for images 1.1: `annotations.xml` with a mask element for each mask, whose run lengths go row by row inside its
 * own box. Which mask a part belongs to stands in an attribute of the label, because `group_id` would make one object
 * of them.
 *
 * @source https://docs.cvat.ai/docs/manual/advanced/xml_format/
 */
export const cvat: Format = {
  rulesVersion: 'cvat-1',
  keeps: {
    overlaps: true,
    instances: true,
    parts: true,
    unclassified: false,
    provenance: false,
    orientation: false,
  },
  picturePath: ({ fileName }) => `images/${fileName}`,
  write(order, output) {
    return {
      async picture(picture) {
        // one line for each picture, so that a large file can be read piece by piece
        await output.spool('images', imageOf(picture));
        return undefined;
      },
      async end() {
        const file = async function* () {
          yield head(order, output.classes);
          yield* output.list('images', '\n');
          yield '\n</annotations>\n';
        };
        await output.file(FILE, Readable.from(file()));
      },
    };
  },
  read(_, archive) {
    const images = new Queue(imageLines(archive.lines(FILE)));
    return {
      async picture(picture) {
        const [line = ''] = await images.take(1);
        const text = `<annotations><version>1.1</version>${line}</annotations>`;
        return foundObjects(picture, await objectsOf(reader, { [FILE]: text }));
      },
      end: () => images.drain(),
    };
  },
};

async function* imageLines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) if (line.startsWith('<image ')) yield line;
}

function head({ dataset }: ExportOrder, { all }: ClassTable): string {
  const attributes = ATTRIBUTES.map(
    (name) =>
      `<attribute><name>${name}</name><mutable>False</mutable><input_type>text</input_type><default_value></default_value><values></values></attribute>`,
  ).join('');
  const labels = all.map(({ name, colour }) => {
    const hex = colour.map((c) => c.toString(16).padStart(2, '0')).join('');
    return `<label><name>${xml(name)}</name><color>#${hex}</color><type>any</type><attributes>${attributes}</attributes></label>`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n<version>1.1</version>\n<meta><task><name>dataset version ${dataset.number}</name><labels>\n${labels.join('\n')}\n</labels></task></meta>\n`;
}

function imageOf({ id, image, fileName, split, masks }: Picture): string {
  const shapes = masks.map(({ item, rle, box, class: { name } }) => {
    const runs = runsOf(cropped(rle, box)).join(', ');
    const about = `label="${xml(name)}" source="manual" occluded="0" rle="${runs}" left="${box.x}" top="${box.y}" width="${box.width}" height="${box.height}" z_order="${item.zIndex}"`;
    return `<mask ${about}><attribute name="mask_id">${item.maskId}</attribute><attribute name="parent_mask_id">${item.parentMaskId ?? ''}</attribute></mask>`;
  });
  const about = `id="${id - 1}" name="${xml(fileName)}" subset="${split}" width="${image.width}" height="${image.height}"`;
  return `<image ${about}>${shapes.join('')}</image>`;
}
