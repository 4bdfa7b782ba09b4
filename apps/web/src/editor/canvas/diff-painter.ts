import type { Box } from '@maskloop/sam-core';
import type { LabelMap } from '../document/label-map.ts';
import { type RunEnds, sampleRuns } from '../document/runs.ts';
import { packed, parseColour } from './colours.ts';

/** Pixels that one state of a mask has and another has not. */
export interface DiffShape {
  readonly ends: RunEnds;
  /** image pixels, far edges exclusive */
  readonly box: Box;
  readonly change: 'added' | 'removed';
  /** the mask as a whole came or went: drawn paler, with its outline */
  readonly whole: boolean;
}

/** Blue and orange: told apart by every kind of sight, and by what masks are coloured with. */
export const DIFF_COLOURS = { added: '#1c8cff', removed: '#ff7a1a' } as const;
const STRONG = 215;
const PALE = 70;

/** Paints what was added and what was removed on one canvas of the label map's size. */
export class DiffPainter {
  readonly #context: CanvasRenderingContext2D;
  readonly #map: LabelMap;

  constructor(canvas: HTMLCanvasElement, map: LabelMap) {
    canvas.width = map.width;
    canvas.height = map.height;
    const context = canvas.getContext('2d');
    if (!context) throw new Error('This browser gives no 2D canvas');
    this.#context = context;
    this.#map = map;
  }

  paint(shapes: readonly DiffShape[]): void {
    const { width, height, scale, image } = this.#map;
    this.#context.clearRect(0, 0, width, height);
    if (shapes.length === 0) return;
    const pixels = this.#context.createImageData(width, height);
    const data = new Uint32Array(pixels.data.buffer);
    const edge = Math.max(1, Math.round(Math.max(width, height) / 640));
    for (const { ends, box, change, whole } of shapes) {
      const cells = this.#map.cellsOf(box);
      const size = { width: cells.x1 - cells.x0, height: cells.y1 - cells.y0 };
      if (size.width <= 0 || size.height <= 0) continue;
      const window = {
        x0: cells.x0 / scale,
        y0: cells.y0 / scale,
        x1: cells.x1 / scale,
        y1: cells.y1 / scale,
      };
      const bits = sampleRuns(ends, image, window, size);
      const strong = packed(parseColour(DIFF_COLOURS[change]), STRONG);
      const inside = whole ? packed(parseColour(DIFF_COLOURS[change]), PALE) : strong;
      const at = (x: number, y: number) =>
        x >= 0 && y >= 0 && x < size.width && y < size.height && bits[y * size.width + x] === 1;
      for (let y = 0; y < size.height; y++) {
        for (let x = 0; x < size.width; x++) {
          if (bits[y * size.width + x] === 0) continue;
          const isEdge = whole && !(at(x - edge, y) && at(x + edge, y) && at(x, y - edge) && at(x, y + edge));
          data[(cells.y0 + y) * width + cells.x0 + x] = isEdge ? strong : inside;
        }
      }
    }
    this.#context.putImageData(pixels, 0, 0);
  }
}
