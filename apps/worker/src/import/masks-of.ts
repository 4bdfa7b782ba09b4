import { derivedId, type MaskToImport } from '@maskloop/db';
import type { ClassId, ImportId, MaskId } from '@maskloop/domain';
import { compressCounts, type Rle, rleArea, rleBox } from '@maskloop/sam-core';
import type { ReadObject } from '../formats/read/neutral.ts';

/** IM4: the same object of the same import has the same ids whenever it is written. */
export const maskIdOf = (importId: ImportId, source: string): MaskId => derivedId(importId, `mask ${source}`);
const revisionIdOf = (importId: ImportId, source: string) => derivedId(importId, `revision ${source}`);

/** An object of a file with the pixels it has in its picture, ready to be written. */
export function maskToImport(
  object: Pick<ReadObject, 'source' | 'score' | 'predictedIou' | 'stability'>,
  given: {
    readonly importId: ImportId;
    readonly rle: Rle;
    readonly classId: ClassId | null;
    readonly parentId: MaskId | null;
  },
): MaskToImport {
  const { importId, rle, classId, parentId } = given;
  const box = rleBox(rle);
  if (box === null) throw new Error(`an empty mask is no mask: ${object.source}`);
  return {
    id: maskIdOf(importId, object.source),
    revisionId: revisionIdOf(importId, object.source),
    classId,
    parentId,
    counts: compressCounts(rle.counts),
    area: rleArea(rle),
    box: { x: box.x0, y: box.y0, width: box.x1 - box.x0, height: box.y1 - box.y0 },
    score: object.score ?? null,
    predictedIou: object.predictedIou ?? null,
    stability: object.stability ?? null,
  };
}

/**
 * IM7: which object each one is a part of, by their places in the list; null: of none. What names no object of the
 * list, itself or one of its own parts is a part of nothing.
 */
export function parentsOf(objects: readonly Pick<ReadObject, 'key' | 'partOf'>[]): (number | null)[] {
  const byKey = new Map<string, number>();
  objects.forEach(({ key }, index) => {
    if (key !== undefined && !byKey.has(key)) byKey.set(key, index);
  });
  const parents = objects.map(({ partOf }) => (partOf === undefined ? null : (byKey.get(partOf) ?? null)));
  return parents.map((parent, index) => {
    const seen = new Set<number>();
    for (let at: number | null = parent; at !== null; at = parents[at] ?? null) {
      if (at === index || seen.has(at)) return null;
      seen.add(at);
    }
    return parent;
  });
}
