import { SamCoreError } from './errors.ts';

/** Width and height in whole pixels. Always an object: the order (H, W) of the reference is a trap. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Frames a coordinate can live in. `image`: pixels of the oriented original. `model`: pixels of the square
 * encoder input. The brand is a phantom: a bare literal `{x, y}` fits either frame, a value that came out of a
 * conversion fits only its own.
 */
export type Frame = 'image' | 'model';

declare const frame: unique symbol;
export type In<F extends Frame, T> = T & { readonly [frame]?: F };

/** Continuous coordinates: pixel i covers [i, i+1). May be fractional and may lie on or over the border. */
export type Point<F extends Frame = 'image'> = In<F, { readonly x: number; readonly y: number }>;

/** Corners XYXY. What the far corner means (edge or last index) is said where the box is made. */
export type Box<F extends Frame = 'image'> = In<
  F,
  { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number }
>;

/** `pad`: the ratio is kept, zeros fill the right and bottom (SAM). `stretch`: both sides become S (SAM 2). */
export type Fit = 'pad' | 'stretch';

/** How one image lies in the model square. */
export interface ModelFrame {
  readonly image: Size;
  /** the resized image inside the square, whole pixels; the square itself for `stretch` */
  readonly content: Size;
  /** side S of the square encoder input */
  readonly side: number;
  readonly fit: Fit;
}

/**
 * Size of the resized image: the long side becomes exactly `side`, the other rounds half up in float64.
 * Images smaller than `side` are enlarged. A side that would round to 0 becomes 1 (the reference fails there).
 *
 * @throws SamCoreError GEOMETRY_INVALID unless both sides are whole and positive
 * @source segment_anything/utils/transforms.py, ResizeLongestSide.get_preprocess_shape
 */
export function fitSize(image: Size, side: number, fit: Fit): Size {
  const { width, height } = image;
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
    throw new SamCoreError('GEOMETRY_INVALID', `an image of ${width} x ${height} pixels cannot be resized`, {
      width,
      height,
    });
  }
  if (fit === 'stretch') return { width: side, height: side };
  const scale = side / Math.max(width, height);
  // floor(x + 0.5) and not Math.round: the same thing here, but it is the reference's rule
  const round = (x: number) => Math.max(1, Math.floor(x * scale + 0.5));
  return { width: round(width), height: round(height) };
}

/** @returns where `image` lies in a model square of `side` pixels */
export function modelFrame(image: Size, side: number, fit: Fit): ModelFrame {
  return { image, content: fitSize(image, side, fit), side, fit };
}

/**
 * Image pixels → model pixels, by the ROUNDED content size (each axis has its own factor). Half a pixel is never
 * added here: the prompt encoder inside the model does that.
 *
 * @source segment_anything/utils/transforms.py, ResizeLongestSide.apply_coords
 */
export function toModelPoint(point: Point<'image'>, to: ModelFrame): Point<'model'> {
  return {
    x: point.x * (to.content.width / to.image.width),
    y: point.y * (to.content.height / to.image.height),
  };
}

/** Model pixels → image pixels; inverse of {@link toModelPoint}. */
export function toImagePoint(point: Point<'model'>, from: ModelFrame): Point<'image'> {
  return {
    x: point.x * (from.image.width / from.content.width),
    y: point.y * (from.image.height / from.content.height),
  };
}

/** Corners by {@link toModelPoint}. */
export function toModelBox(box: Box<'image'>, to: ModelFrame): Box<'model'> {
  const a = toModelPoint({ x: box.x0, y: box.y0 }, to);
  const b = toModelPoint({ x: box.x1, y: box.y1 }, to);
  return { x0: a.x, y0: a.y, x1: b.x, y1: b.y };
}

/** Corners by {@link toImagePoint}. */
export function toImageBox(box: Box<'model'>, from: ModelFrame): Box<'image'> {
  const a = toImagePoint({ x: box.x0, y: box.y0 }, from);
  const b = toImagePoint({ x: box.x1, y: box.y1 }, from);
  return { x0: a.x, y0: a.y, x1: b.x, y1: b.y };
}
