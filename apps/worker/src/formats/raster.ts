import { type Rle, rleArea, rleFromPolygons, SamCoreError, type Size } from '@maskloop/sam-core';
import type { Shape } from './read/neutral.ts';

/** A mask, and what had to be cut to make it one; or why there is none. */
export type Raster = { readonly rle: Rle; readonly note: string | null } | { readonly reason: string };

/** Rounding puts corners a little outside; more than this is worth a line in the report. Pixels. */
const SLACK = 1;

/** A shape as a mask of its picture. IM3: nothing outside, nothing empty, and what was cut off is said. */
export function rasterise(shape: Exclude<Shape, { kind: 'box' }>, size: Size): Raster {
  if (shape.kind === 'rle') {
    const { width, height } = shape.rle;
    if (width !== size.width || height !== size.height) {
      return {
        reason: `the mask is of ${width} x ${height} pixels, its picture of ${size.width} x ${size.height}`,
      };
    }
    return rleArea(shape.rle) === 0 ? { reason: 'the mask is empty' } : { rle: shape.rle, note: null };
  }
  const [sx, sy] = shape.unit === 'fraction' ? [size.width, size.height] : [1, 1];
  const scaled = (ring: readonly number[]) => ring.map((value, i) => value * (i % 2 === 0 ? sx : sy));
  const polygons = shape.polygons.map(({ outer, holes }) => ({
    outer: scaled(outer),
    holes: holes.map(scaled),
  }));
  const outside = polygons.some(({ outer }) =>
    outer.some((value, i) => value < -SLACK || value > (i % 2 === 0 ? size.width : size.height) + SLACK),
  );
  try {
    const rle = rleFromPolygons(polygons, size);
    if (rleArea(rle) === 0) {
      return {
        reason: outside ? 'the outline lies outside the picture' : 'the outline covers no pixel’s centre',
      };
    }
    return { rle, note: outside ? 'the outline leaves the picture and was cut off at its border' : null };
  } catch (error) {
    if (error instanceof SamCoreError) return { reason: error.message };
    throw error;
  }
}

/** A box in pixels, cut to the picture; null when nothing is left of it. */
export function boxInside(shape: Extract<Shape, { kind: 'box' }>, size: Size) {
  const [sx, sy] = shape.unit === 'fraction' ? [size.width, size.height] : [1, 1];
  const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value));
  const x0 = clamp(shape.box.x0 * sx, size.width);
  const y0 = clamp(shape.box.y0 * sy, size.height);
  const x1 = clamp(shape.box.x1 * sx, size.width);
  const y1 = clamp(shape.box.y1 * sy, size.height);
  return x1 - x0 > 0 && y1 - y0 > 0 ? { x0, y0, x1, y1 } : null;
}
