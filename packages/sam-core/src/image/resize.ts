import type { Size } from '../geometry.ts';
import type { Pixels } from './pixels.ts';

/** Pillow's BILINEAR (anti-aliased triangle filter on uint8), byte for byte. */
export function resize(_source: Pixels, _to: Size): Pixels {
  throw new Error('not yet');
}
