import type { ExportImage, ExportItem } from '@maskloop/db';
import { ITEM_KINDS, type MaskNote } from '@maskloop/domain';
import { parseRle, type Rle, rleBox, SamCoreError } from '@maskloop/sam-core';
import { type ClassTable, classTable } from './classes.ts';
import { fileNames, stemOf } from './file-names.ts';
import type { ExportIo, ExportOrder, Format, Picture, ReadyMask } from './format.ts';

export interface Prepared {
  readonly picture: Picture;
  /** EX4: masks that cannot be written */
  readonly leftOut: readonly MaskNote[];
}

/** The dataset version's pictures with their masks made ready; the same at each turn. */
export async function* preparedPictures(
  format: Format,
  order: ExportOrder,
  io: Pick<ExportIo, 'images' | 'signal'>,
): AsyncGenerator<Prepared> {
  const classes = classTable(order.classes);
  const nameOf = fileNames();
  let pictures = 0;
  let masks = 0;
  let rejected = 0;
  for await (const image of io.images(format.keeps.negatives ? ITEM_KINDS : ['mask'])) {
    io.signal.throwIfAborted();
    const fileName = nameOf(image);
    const leftOut: MaskNote[] = [];
    const note = (item: ExportItem, reason: string) =>
      leftOut.push({ maskId: item.maskId, imageId: image.id, reason });
    const readable: Omit<ReadyMask, 'id'>[] = [];
    const negatives: ReadyMask[] = [];
    for (const item of image.items) {
      const ready = readyMask(item, image, classes);
      if (typeof ready === 'string') note(item, ready);
      else if (item.kind === 'negative') negatives.push({ ...ready, id: ++rejected });
      else readable.push(ready);
    }
    // numbered only when it is known which are written: numbers have no gaps
    const refused = format.leaveOut?.(readable as ReadyMask[], order) ?? new Map<ReadyMask, string>();
    for (const [mask, reason] of refused) note(mask.item, reason);
    const written = readable
      .filter((mask) => !refused.has(mask as ReadyMask))
      .map((mask) => ({ ...mask, id: ++masks }));
    yield {
      picture: {
        id: ++pictures,
        image,
        split: image.split,
        fileName,
        stem: stemOf(fileName),
        masks: written,
        negatives,
      },
      leftOut,
    };
  }
}

/** @returns the mask, or why it cannot be written */
function readyMask(
  item: ExportItem,
  image: ExportImage,
  classes: ClassTable,
): Omit<ReadyMask, 'id'> | string {
  let rle: Rle;
  try {
    rle = parseRle({ size: [image.height, image.width], counts: item.counts }, { size: image });
  } catch (error) {
    if (error instanceof SamCoreError) return error.message;
    throw error;
  }
  const box = rleBox(rle);
  if (box === null) throw new Error('parseRle lets no empty mask through');
  return {
    item,
    rle,
    box: { x: box.x0, y: box.y0, width: box.x1 - box.x0, height: box.y1 - box.y0 },
    class: classes.of(item.classId),
  };
}
