import { SamCoreError } from '../errors.ts';
import type { Box, Size } from '../geometry.ts';

/** An oriented sRGB image: uint8, height × width × 3 (RGB interleaved, rows from the top). */
export interface Pixels extends Size {
  readonly data: Uint8Array | Uint8ClampedArray;
}

/**
 * Checks that the bytes fill the stated size.
 * @throws SamCoreError GEOMETRY_INVALID
 */
export function pixels(data: Uint8Array | Uint8ClampedArray, size: Size): Pixels {
  const { width, height } = size;
  const whole = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (!whole || data.length !== width * height * 3) {
    throw new SamCoreError(
      'GEOMETRY_INVALID',
      `RGB pixels of ${width} x ${height} need ${width * height * 3} bytes, got ${data.length}`,
      { width, height, bytes: data.length },
    );
  }
  return { data, width, height };
}

/** Drops alpha from canvas `ImageData`-like pixels (RGBA, not premultiplied). The alpha is ignored. */
export function fromRgba(rgba: Uint8Array | Uint8ClampedArray, size: Size): Pixels {
  const count = size.width * size.height;
  const data = new Uint8Array(count * 3);
  for (let i = 0, from = 0, to = 0; i < count; i++, from += 4, to += 3) {
    data[to] = rgba[from]!;
    data[to + 1] = rgba[from + 1]!;
    data[to + 2] = rgba[from + 2]!;
  }
  return pixels(data, size);
}

/** Copies a window. `box` has whole corners inside the image; x1 and y1 are exclusive. */
export function cropPixels(source: Pixels, box: Box<'image'>): Pixels {
  const width = box.x1 - box.x0;
  const height = box.y1 - box.y0;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((box.y0 + y) * source.width + box.x0) * 3;
    data.set(source.data.subarray(from, from + width * 3), y * width * 3);
  }
  return pixels(data, { width, height });
}
