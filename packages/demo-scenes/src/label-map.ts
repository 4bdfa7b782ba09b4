import type { ClassName } from './classes.ts';
import type { Rendered } from './render.ts';
import type { SceneObject } from './scene.ts';

/** Objects smaller than this many pixels are left out of the ground truth. */
export const LEAST_AREA = 64;

/** Most objects one picture may have: ids fill one byte, 0 is "none". */
export const MOST_OBJECTS = 255;

/** One mask of the ground truth. */
export interface LabelledObject {
  /** 1..255, the grey value of its pixels in the label map. */
  readonly id: number;
  readonly class: ClassName;
  /** Id of the whole that this is a part of; null for a whole. */
  readonly parent: number | null;
  /** Pixels. */
  readonly area: number;
  /** Left, top, width, height in pixels of the smallest box around it. */
  readonly box: readonly [number, number, number, number];
}

/** Exact masks of one picture. A pixel belongs to at most one whole and one part, and the part lies in its whole. */
export interface LabelMap {
  readonly width: number;
  readonly height: number;
  /** Id of the whole, 0 for none, [height, width]. */
  readonly wholes: Uint8Array;
  /** Id of the part, 0 for none, [height, width]. */
  readonly parts: Uint8Array;
  readonly objects: readonly LabelledObject[];
}

interface Extent {
  area: number;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * Turns a rendering's scene ids into a label map: drops what is too small to see, numbers the rest from 1.
 */
export function labelMap(
  rendered: Pick<Rendered, 'width' | 'height' | 'wholes' | 'parts'>,
  scene: readonly SceneObject[],
): LabelMap {
  const { width, height } = rendered;
  const extents = new Map<number, Extent>();
  measure(rendered.wholes, width, extents);
  measure(rendered.parts, width, extents);
  const isLarge = (id: number) => (extents.get(id)?.area ?? 0) >= LEAST_AREA;
  const kept = scene.filter(({ id, parent }) => isLarge(id) && (parent === 0 || isLarge(parent)));
  if (kept.length > MOST_OBJECTS)
    throw new Error(`A picture has ${kept.length} objects; the most is ${MOST_OBJECTS}`);
  const newIds = new Map(kept.map(({ id }, index) => [id, index + 1]));
  const renumber = (ids: Uint16Array) => Uint8Array.from(ids, (id) => newIds.get(id) ?? 0);
  return {
    width,
    height,
    wholes: renumber(rendered.wholes),
    parts: renumber(rendered.parts),
    objects: kept.map(({ id, className, parent }) => {
      const { area, left, top, right, bottom } = extents.get(id) as Extent;
      return {
        id: newIds.get(id) as number,
        class: className,
        parent: parent === 0 ? null : (newIds.get(parent) as number),
        area,
        box: [left, top, right - left + 1, bottom - top + 1],
      };
    }),
  };
}

function measure(ids: Uint16Array, width: number, into: Map<number, Extent>): void {
  ids.forEach((id, p) => {
    if (id === 0) return;
    const x = p % width;
    const y = (p - x) / width;
    const extent = into.get(id);
    if (!extent) {
      into.set(id, { area: 1, left: x, top: y, right: x, bottom: y });
      return;
    }
    extent.area++;
    if (x < extent.left) extent.left = x;
    if (x > extent.right) extent.right = x;
    if (y > extent.bottom) extent.bottom = y;
  });
}
