import {
  type BitMask,
  bitMask,
  decodeRle,
  encodeRle,
  fillSmallHoles,
  type Rle,
  removeSmallIslands,
  rleSubtract,
} from '@maskloop/sam-core';

/** One-step corrections of a whole mask. */
export const REFINEMENTS = ['fill-holes', 'drop-islands', 'grow', 'shrink', 'smooth', 'clip'] as const;
export type Refinement = (typeof REFINEMENTS)[number];

/** Parts below this share of the mask are specks; at least a few pixels. */
const SPECK_SHARE = 0.02;
const LEAST_SPECK_PX = 64;
const STEP_PX = 1;
const SMOOTH_PX = 3;

/**
 * @param others masks the result may not overlap, for `clip`
 * @returns the corrected mask; the same object when there is nothing to correct
 */
export function refine(rle: Rle, area: number, how: Refinement, others: readonly Rle[]): Rle {
  const speck = Math.max(LEAST_SPECK_PX, Math.round(area * SPECK_SHARE));
  switch (how) {
    case 'fill-holes':
      return fillSmallHoles(rle, speck).rle;
    case 'drop-islands':
      return removeSmallIslands(rle, speck).rle;
    case 'grow':
      return encodeRle(dilate(decodeRle(rle), STEP_PX, 1));
    case 'shrink':
      return encodeRle(dilate(decodeRle(rle), STEP_PX, 0));
    case 'smooth': {
      // opening, then closing: a spike that was closed first would have become a bump
      const opened = dilate(dilate(decodeRle(rle), SMOOTH_PX, 0), SMOOTH_PX, 1);
      return encodeRle(dilate(dilate(opened, SMOOTH_PX, 1), SMOOTH_PX, 0));
    }
    case 'clip':
      return others.reduce((left, other) => rleSubtract(left, other), rle);
  }
  return how satisfies never;
}

/**
 * Grows the inside (value 1) or the outside (value 0) of a mask by a disc. What lies outside the picture is neither.
 * Each row is spread by the disc's half width for every row it reaches, so the cost is area · radius, not its square.
 */
export function dilate(mask: BitMask, radius: number, value: 0 | 1): BitMask {
  const { width, height, data } = mask;
  const out = bitMask({ width, height }, data.slice());
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width, (y + 1) * width);
    for (let start = row.indexOf(value); start >= 0; ) {
      let end = row.indexOf(1 - value, start);
      if (end < 0) end = width;
      for (let dy = -radius; dy <= radius; dy++) {
        const to = y + dy;
        if (to < 0 || to >= height) continue;
        const reach = Math.floor(Math.sqrt(radius * radius - dy * dy) + 1e-9);
        out.data.fill(
          value,
          to * width + Math.max(0, start - reach),
          to * width + Math.min(width, end + reach),
        );
      }
      start = row.indexOf(value, end);
    }
  }
  return out;
}
