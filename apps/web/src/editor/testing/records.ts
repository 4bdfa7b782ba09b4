import { compressCounts, encodeRle, type Size } from '@maskloop/sam-core';
import type { MaskDocument, MaskRecord } from '../document/records.ts';

/** A rectangle of an image as COCO counts. */
export function rectangle(image: Size, x: number, y: number, width: number, height: number): string {
  const data = new Uint8Array(image.width * image.height);
  for (let row = y; row < y + height; row++)
    data.fill(1, row * image.width + x, row * image.width + x + width);
  return compressCounts(encodeRle({ ...image, data }).counts);
}

/** A rectangular mask for tests. */
export function rectangleMask(
  image: Size,
  [x, y, width, height]: readonly [number, number, number, number],
  part: Partial<MaskRecord> & { readonly id: string },
): MaskRecord {
  const revisionId = `${part.id}-r1`;
  return {
    classId: null,
    parentId: null,
    zIndex: 0,
    headId: revisionId,
    pixelsId: revisionId,
    origin: 'manual',
    counts: rectangle(image, x, y, width, height),
    area: width * height,
    box: { x, y, width, height },
    prompts: [],
    modelVersionId: null,
    predictedIou: null,
    stability: null,
    branchRevisionId: null,
    ...part,
  };
}

export function documentOf(...records: readonly MaskRecord[]): MaskDocument {
  return new Map(records.map((record) => [record.id, record]));
}

/** Ids that tests can read: id-1, id-2, … */
export function countingIds(): () => string {
  let last = 0;
  return () => `id-${++last}`;
}
