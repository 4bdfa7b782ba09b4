import { SamCoreError } from '../errors.ts';
import type { Box, Size } from '../geometry.ts';

/** A binary mask, one byte (0 or 1) per image pixel, row-major. */
export interface BitMask extends Size {
  readonly data: Uint8Array;
}

/** @throws SamCoreError GEOMETRY_INVALID when the bytes do not fill the size */
export function bitMask(size: Size, data: Uint8Array = new Uint8Array(size.width * size.height)): BitMask {
  const { width, height } = size;
  if (data.length !== width * height) {
    throw new SamCoreError(
      'GEOMETRY_INVALID',
      `a mask of ${width} x ${height} pixels needs ${width * height} bytes, got ${data.length}`,
      { width, height, bytes: data.length },
    );
  }
  return { width, height, data };
}

/** @returns number of pixels inside */
export function maskArea(mask: BitMask): number {
  let area = 0;
  for (const value of mask.data) area += value;
  return area;
}

/** @returns the tightest box in whole pixels, x1 and y1 EXCLUSIVE; null for an empty mask */
export function maskBox(mask: BitMask): Box<'image'> | null {
  const { width, height, data } = mask;
  let [x0, y0, x1, y1] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width, (y + 1) * width);
    const first = row.indexOf(1);
    if (first < 0) continue;
    y0 = Math.min(y0, y);
    y1 = y + 1;
    x0 = Math.min(x0, first);
    x1 = Math.max(x1, row.lastIndexOf(1) + 1);
  }
  return x1 === 0 ? null : { x0, y0, x1, y1 };
}

/**
 * @returns intersection over union; two empty masks agree (1)
 * @throws SamCoreError GEOMETRY_INVALID when the sizes differ
 */
export function maskIou(a: BitMask, b: BitMask): number {
  if (a.width !== b.width || a.height !== b.height) {
    throw new SamCoreError('GEOMETRY_INVALID', 'masks of different sizes cannot be compared', {
      a: [a.width, a.height],
      b: [b.width, b.height],
    });
  }
  let both = 0;
  let either = 0;
  for (let i = 0; i < a.data.length; i++) {
    both += a.data[i]! & b.data[i]!;
    either += a.data[i]! | b.data[i]!;
  }
  return either === 0 ? 1 : both / either;
}
