import type { Point, Size } from '../geometry.ts';
import type { AmgOptions } from './options.ts';

/**
 * n x n points at cell centres, x fastest.
 *
 * @returns points in image (or crop) pixels of an image of `size`, not rounded
 * @source segment_anything/utils/amg.py, build_point_grid
 */
export function pointGrid(n: number, { width, height }: Size): Point<'image'>[] {
  // numpy's linspace, operation by operation: the last bit of a point may decide a pixel
  const start = 1 / (2 * n);
  const stop = 1 - start;
  const step = n === 1 ? 0 : (stop - start) / (n - 1);
  const at = (k: number) => (n > 1 && k === n - 1 ? stop : k * step + start);
  return Array.from({ length: n * n }, (_, i) => ({
    x: at(i % n) * width,
    y: at(Math.floor(i / n)) * height,
  }));
}

/** Points per side in a crop layer; crops are smaller, so they may need fewer. */
export const pointsPerSide = (
  layer: number,
  options: Pick<AmgOptions, 'pointsPerSide' | 'cropNPointsDownscaleFactor'>,
): number => Math.max(1, Math.floor(options.pointsPerSide / options.cropNPointsDownscaleFactor ** layer));
