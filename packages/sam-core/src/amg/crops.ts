import type { Box, Size } from '../geometry.ts';

/** A part of the image that is encoded and searched on its own. */
export interface Crop {
  /** whole image pixels, x1 and y1 EXCLUSIVE */
  readonly box: Box<'image'>;
  /** 0 is the full image */
  readonly layer: number;
}

/**
 * The full image, then for each layer i (from 1) 2^i x 2^i overlapping crops, columns outermost.
 *
 * @param overlapRatio overlap of layer-1 neighbours as a share of the short side; halves with each layer
 * @source segment_anything/utils/amg.py, generate_crop_boxes
 */
export function cropsOf({ width, height }: Size, layers: number, overlapRatio: number): Crop[] {
  const crops: Crop[] = [{ box: { x0: 0, y0: 0, x1: width, y1: height }, layer: 0 }];
  for (let layer = 1; layer <= layers; layer++) {
    const perSide = 2 ** layer;
    const overlap = Math.trunc(overlapRatio * Math.min(width, height) * (2 / perSide));
    const length = (full: number) => Math.ceil((overlap * (perSide - 1) + full) / perSide);
    const [w, h] = [length(width), length(height)];
    for (let i = 0; i < perSide; i++) {
      for (let j = 0; j < perSide; j++) {
        const x0 = (w - overlap) * i;
        const y0 = (h - overlap) * j;
        crops.push({ box: { x0, y0, x1: Math.min(x0 + w, width), y1: Math.min(y0 + h, height) }, layer });
      }
    }
  }
  return crops;
}

/** Pixels within which a box side counts as lying on a border. */
const EDGE_TOLERANCE = 20;

/**
 * A mask cut off by its crop's border is probably half an object, unless the image ends there too.
 *
 * @param box in image pixels, inclusive corners, as the generator measures it
 * @source segment_anything/utils/amg.py, is_box_near_crop_edge
 */
export function touchesCropEdge(box: Box<'image'>, crop: Box<'image'>, image: Size): boolean {
  const near = (a: number, b: number) => Math.abs(a - b) <= EDGE_TOLERANCE;
  const cut = (side: number, ofCrop: number, ofImage: number) => near(side, ofCrop) && !near(side, ofImage);
  return (
    cut(box.x0, crop.x0, 0) ||
    cut(box.y0, crop.y0, 0) ||
    cut(box.x1, crop.x1, image.width) ||
    cut(box.y1, crop.y1, image.height)
  );
}
