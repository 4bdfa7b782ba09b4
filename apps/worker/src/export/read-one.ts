import { SamCoreError, type Size } from '@maskloop/sam-core';
import { rasterise } from '../formats/raster.ts';
import { Unreadable } from '../formats/read/common.ts';
import type { FormatReader as ImportReader, ReadObject } from '../formats/read/neutral.ts';
import { isEqual } from './compare.ts';
import type { FoundMask, Picture, ReadyMask } from './format.ts';

/** Reads the files of one picture with the reader that imports use. @returns its objects in the file's order */
export async function objectsOf(
  reader: ImportReader,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<readonly ReadObject[]> {
  const objects: ReadObject[] = [];
  const source = {
    names: Object.keys(files).sort(),
    bytes: async (name: string) => Buffer.from(files[name] ?? ''),
  };
  try {
    for await (const finding of reader.read(source)) {
      if (finding.type === 'image') objects.push(...finding.objects);
    }
  } catch (error) {
    // what cannot be read is missing, and is named mask by mask
    if (!(error instanceof Unreadable || error instanceof SamCoreError)) throw error;
  }
  return objects;
}

/**
 * Lays objects beside the picture's masks, one to one in order.
 * @param exact false: outlines that were simplified
 */
export function foundObjects(
  { masks, image }: Picture,
  objects: readonly ReadObject[],
  { exact = true, named = true }: { exact?: boolean; named?: boolean } = {},
): FoundMask[] {
  if (objects.length !== masks.length) {
    const wrong = `the picture has ${objects.length} masks in the file, not ${masks.length}`;
    return masks.map(() => ({ rle: null, wrong }));
  }
  return masks.map((mask, at) => foundObject(mask, objects[at], { image, exact, named }));
}

function foundObject(
  mask: ReadyMask,
  object: ReadObject | undefined,
  { image, exact, named }: { image: Size; exact: boolean; named: boolean },
): FoundMask {
  if (object === undefined || object.shape.kind === 'box') return { rle: null };
  const raster = rasterise(object.shape, { width: image.width, height: image.height });
  if ('reason' in raster) return { rle: null, wrong: raster.reason };
  const { rle } = raster;
  const wrong =
    named && object.className !== mask.class.name
      ? `has the class ${object.className ?? '(none)'}, not ${mask.class.name}`
      : undefined;
  return { rle, expected: exact || isEqual(rle, mask.rle) ? mask.rle : null, wrong };
}
