import { type Box, type ModelFrame, type Point, previewLogits, type Size } from '@maskloop/sam-core';
import { intersect } from '../document/runs.ts';
import { type Colour, packed } from './colours.ts';

export interface ShapeStyle {
  readonly colour: Colour;
  /** 0..255 */
  readonly fill: number;
  readonly edge: number;
  /** device pixels */
  readonly edgeWidth: number;
  /** device pixels at most; more is drawn coarser, so that a frame stays a frame */
  readonly mostPixels: number;
}

/** A model's answer and where it lies in the picture. */
export interface LogitsToPaint {
  readonly lowRes: Float32Array;
  /** of the part that was asked in */
  readonly frame: ModelFrame;
  /** its top left corner, image pixels */
  readonly origin: Point;
  readonly threshold: number;
}

/**
 * Draws one shape at the resolution of the screen on a small canvas that lies in the picture's frame: the preview of
 * a click, the outline of the selection.
 */
export class ShapePainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #scratch = new Float32Array(0);

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d');
    if (!context) throw new Error('This browser gives no 2D canvas');
    this.#canvas = canvas;
    this.#context = context;
    this.clear();
  }

  clear(): void {
    this.#canvas.style.display = 'none';
  }

  /** Logits of the model → a shape with crisp edges: enlarged smoothly, then cut at the threshold. */
  paintLogits(
    { lowRes, frame, origin, threshold }: LogitsToPaint,
    visible: Box,
    pixelsPerUnit: number,
    style: ShapeStyle,
  ): void {
    const extent = extentOf(lowRes, frame, threshold);
    const part = extent && intersect(extent, moved(visible, -origin.x, -origin.y));
    const window = part && whole(part);
    if (!window) {
      this.clear();
      return;
    }
    const size = sizeOf(window, pixelsPerUnit, style.mostPixels);
    const count = size.width * size.height;
    if (this.#scratch.length < count) this.#scratch = new Float32Array(count);
    previewLogits(lowRes, frame, window, size, this.#scratch);
    const bits = new Uint8Array(count);
    for (let i = 0; i < count; i++) bits[i] = (this.#scratch[i] ?? 0) > threshold ? 1 : 0;
    this.#paint(bits, size, moved(window, origin.x, origin.y), style);
  }

  /** @param sample gives the shape's bits for a window at a size */
  paintSampled(
    extent: Box,
    visible: Box,
    pixelsPerUnit: number,
    style: ShapeStyle,
    sample: (window: Box, size: Size) => Uint8Array,
  ): void {
    const margin = 3 / pixelsPerUnit;
    const roomy = {
      x0: extent.x0 - margin,
      y0: extent.y0 - margin,
      x1: extent.x1 + margin,
      y1: extent.y1 + margin,
    };
    const part = intersect(roomy, visible);
    const window = part && whole(part);
    if (!window) {
      this.clear();
      return;
    }
    const size = sizeOf(window, pixelsPerUnit, style.mostPixels);
    this.#paint(sample(window, size), size, window, style);
  }

  #paint(bits: Uint8Array, { width, height }: Size, window: Box, style: ShapeStyle): void {
    const image = this.#context.createImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    const fill = packed(style.colour, style.fill);
    const edge = packed(style.colour, style.edge);
    const e = style.edgeWidth;
    for (let y = 0, at = 0; y < height; y++) {
      const up = y >= e ? -e * width : 0;
      const down = y + e < height ? e * width : 0;
      for (let x = 0; x < width; x++, at++) {
        if (bits[at] === 0) continue;
        const inner =
          bits[x >= e ? at - e : at] === 1 &&
          bits[x + e < width ? at + e : at] === 1 &&
          bits[at + up] === 1 &&
          bits[at + down] === 1;
        pixels[at] = inner ? fill : edge;
      }
    }
    const { style: css } = this.#canvas;
    this.#canvas.width = width;
    this.#canvas.height = height;
    this.#context.putImageData(image, 0, 0);
    css.left = `${window.x0}px`;
    css.top = `${window.y0}px`;
    css.width = `${window.x1 - window.x0}px`;
    css.height = `${window.y1 - window.y0}px`;
    css.display = 'block';
  }
}

const moved = ({ x0, y0, x1, y1 }: Box, dx: number, dy: number): Box => ({
  x0: x0 + dx,
  y0: y0 + dy,
  x1: x1 + dx,
  y1: y1 + dy,
});

/** Outwards to whole image pixels: browsers lay elements out on those, which a zoom would make a visible shift. */
function whole({ x0, y0, x1, y1 }: Box): Box {
  return { x0: Math.floor(x0), y0: Math.floor(y0), x1: Math.ceil(x1), y1: Math.ceil(y1) };
}

function sizeOf(window: Box, pixelsPerUnit: number, mostPixels: number): Size {
  const width = (window.x1 - window.x0) * pixelsPerUnit;
  const height = (window.y1 - window.y0) * pixelsPerUnit;
  const shrink = Math.min(1, Math.sqrt(mostPixels / (width * height)));
  return { width: Math.max(1, Math.round(width * shrink)), height: Math.max(1, Math.round(height * shrink)) };
}

/** Image pixels that interpolation can lift above the threshold. */
function extentOf(lowRes: Float32Array, frame: ModelFrame, threshold: number): Box | null {
  const side = Math.round(Math.sqrt(lowRes.length));
  let [x0, y0, x1, y1] = [side, side, -1, -1];
  for (let y = 0, at = 0; y < side; y++) {
    for (let x = 0; x < side; x++, at++) {
      if ((lowRes[at] ?? 0) <= threshold) continue;
      if (x < x0) x0 = x;
      if (x > x1) x1 = x;
      if (y < y0) y0 = y;
      if (y > y1) y1 = y;
    }
  }
  if (x1 < 0) return null;
  const perCellX = ((frame.side / side) * frame.image.width) / frame.content.width;
  const perCellY = ((frame.side / side) * frame.image.height) / frame.content.height;
  return intersect(
    { x0: (x0 - 1) * perCellX, y0: (y0 - 1) * perCellY, x1: (x1 + 2) * perCellX, y1: (y1 + 2) * perCellY },
    { x0: 0, y0: 0, x1: frame.image.width, y1: frame.image.height },
  );
}
