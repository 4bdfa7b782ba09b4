import {
  type Rle,
  rleArea,
  rleIntersection,
  rleIntersectionArea,
  rleSubtract,
  rleUnion,
} from '@maskloop/sam-core';
import { isEqual } from './compare.ts';
import type { FoundMask, Picture, ReadyMask } from './format.ts';

// Formats in which a pixel belongs to one mask only. EX12: what lies on top is the mask of the higher z-order; at the
// same z-order a part lies above what it is a part of, then the smaller mask above the larger.

/** The picture's masks from the lowest to the highest. */
export function drawingOrder<T extends Pick<ReadyMask, 'item' | 'rle'>>(masks: readonly T[]): T[] {
  const byId = new Map(masks.map((mask) => [mask.item.maskId, mask]));
  const depthOf = (mask: T): number => {
    let depth = 0;
    for (let at = mask.item.parentMaskId; at !== null && depth < masks.length; depth++) {
      const parent = byId.get(at);
      if (parent === undefined) break;
      at = parent.item.parentMaskId;
    }
    return depth;
  };
  return masks
    .map((mask) => ({ mask, depth: depthOf(mask), area: rleArea(mask.rle) }))
    .sort(
      (a, b) =>
        a.mask.item.zIndex - b.mask.item.zIndex ||
        a.depth - b.depth ||
        b.area - a.area ||
        (a.mask.item.maskId < b.mask.item.maskId ? -1 : 1),
    )
    .map(({ mask }) => mask);
}

/** What of each mask is seen; empty where others cover it wholly. By run lengths, not by painting. */
export function visibleParts<T extends Pick<ReadyMask, 'item' | 'rle'>>(masks: readonly T[]): Map<T, Rle> {
  const visible = new Map<T, Rle>();
  let above: Rle | null = null;
  for (const mask of drawingOrder(masks).reverse()) {
    visible.set(mask, above === null ? mask.rle : rleSubtract(mask.rle, above));
    above = above === null ? mask.rle : rleUnion(above, mask.rle);
  }
  return visible;
}

/** What is seen of the masks that share a number; by default each has one of its own. */
export function visibleGroups<K>(masks: readonly ReadyMask[], groupOf: (mask: ReadyMask) => K): Map<K, Rle> {
  const groups = new Map<K, Rle>();
  for (const [mask, rle] of visibleParts(masks)) {
    const group = groupOf(mask);
    const before = groups.get(group);
    groups.set(group, before === undefined ? rle : rleUnion(before, rle));
  }
  return groups;
}

/**
 * EX4: masks that a label map cannot hold: those of which nothing would be seen, and those beyond its last number.
 * @param most   numbers there are
 * @param groupOf masks of one group have one number
 */
export function notInLabelMap(
  masks: readonly ReadyMask[],
  most: number,
  groupOf: (mask: ReadyMask) => unknown = (mask) => mask,
): Map<ReadyMask, string> {
  const left = new Map<ReadyMask, string>();
  const groups = new Set<unknown>();
  const drawn = drawingOrder(masks).filter((mask) => {
    const group = groupOf(mask);
    if (groups.has(group) || groups.size < most) {
      groups.add(group);
      return true;
    }
    left.set(mask, `is beyond the ${most} objects that one picture can hold`);
    return false;
  });
  // none is hidden by a mask that is not drawn
  const seen = visibleGroups(drawn, groupOf);
  for (const mask of drawn) {
    const rle = seen.get(groupOf(mask));
    if (rle === undefined || rleIntersectionArea(mask.rle, rle) === 0) {
      left.set(mask, 'is covered wholly by masks that lie above it');
    }
  }
  return left;
}

/** What was read of a label map, mask by mask. @param read by group; missing where there is none */
export function foundInLabelMap<K>(
  { masks }: Picture,
  read: ReadonlyMap<K, Rle>,
  { groupOf, exact = true }: { groupOf: (mask: ReadyMask) => K; exact?: boolean },
): FoundMask[] {
  const seen = visibleGroups(masks, groupOf);
  return masks.map((mask): FoundMask => {
    const [found, meant] = [read.get(groupOf(mask)), seen.get(groupOf(mask))];
    if (found === undefined || meant === undefined)
      return exact ? { rle: null } : { rle: EMPTY(mask.rle), expected: null };
    const rle = rleIntersection(found, mask.rle);
    if (!exact) {
      const outside = rleArea(rleSubtract(found, meant)) > 0;
      return { rle, expected: null, wrong: outside ? 'has pixels that are not its own' : undefined };
    }
    return {
      rle,
      expected: rleIntersection(meant, mask.rle),
      wrong: isEqual(found, meant) ? undefined : 'has other pixels in the label map than are seen of it',
    };
  });
}

const EMPTY = ({ width, height }: Rle): Rle => ({ width, height, counts: Uint32Array.of(width * height) });

/** Paints masks one over the other. @returns one value per pixel, row-major; 0 where no mask is */
export function paint(
  masks: readonly ReadyMask[],
  { width, height }: { width: number; height: number },
  labelOf: (mask: ReadyMask) => number,
): Uint32Array {
  const labels = new Uint32Array(width * height);
  for (const mask of drawingOrder(masks)) {
    const value = labelOf(mask);
    const { counts } = mask.rle;
    for (let i = 1, start = counts[0] ?? 0; i < counts.length; i += 2) {
      let x = Math.floor(start / height);
      let y = start - x * height;
      const run = counts[i] ?? 0;
      for (let k = 0; k < run; k++) {
        labels[y * width + x] = value;
        if (++y === height) [x, y] = [x + 1, 0];
      }
      start += run + (counts[i + 1] ?? 0);
    }
  }
  return labels;
}
