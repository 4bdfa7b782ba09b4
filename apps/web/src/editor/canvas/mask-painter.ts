import type { Box } from '@maskloop/sam-core';
import type { LabelMap } from '../document/label-map.ts';
import { isUnjudged, type MaskRecord } from '../document/records.ts';
import { type Colour, packed } from './colours.ts';

/** How saved masks are painted; opacity is the canvas element's own, so that changing it paints nothing. */
export interface PaintStyle {
  readonly outlineOnly: boolean;
  colourOf(record: MaskRecord): Colour;
}

/** Alpha of the inside, relative to the layer's opacity; the edge is drawn full. */
export const FILL = 150;

/**
 * Turns a rectangle of the label map into pixels on one canvas: the only canvas saved masks have, however many
 * there are.
 */
export class MaskPainter {
  readonly #context: CanvasRenderingContext2D;
  readonly #map: LabelMap;
  /** cells an edge is wide, so that it is still seen when a large picture is fitted to the screen */
  readonly #edge: number;
  readonly #period: number;

  constructor(canvas: HTMLCanvasElement, map: LabelMap) {
    canvas.width = map.width;
    canvas.height = map.height;
    const context = canvas.getContext('2d');
    if (!context) throw new Error('This browser gives no 2D canvas');
    this.#context = context;
    this.#map = map;
    const longest = Math.max(map.width, map.height);
    this.#edge = Math.max(1, Math.round(longest / 640));
    this.#period = Math.max(6, Math.round(longest / 110));
  }

  paint(dirty: Box, style: PaintStyle): void {
    const { width, height, labels } = this.#map;
    const margin = this.#edge;
    const x0 = Math.max(0, dirty.x0 - margin);
    const y0 = Math.max(0, dirty.y0 - margin);
    const x1 = Math.min(width, dirty.x1 + margin);
    const y1 = Math.min(height, dirty.y1 + margin);
    if (x1 <= x0 || y1 <= y0) return;
    const image = this.#context.createImageData(x1 - x0, y1 - y0);
    const pixels = new Uint32Array(image.data.buffer);
    const { fill, edge, hatched } = this.#palette(style);
    const e = this.#edge;
    const [period, half] = [this.#period, this.#period >> 1];
    for (let y = y0, to = 0; y < y1; y++) {
      const row = y * width;
      const above = y >= e ? row - e * width : -1;
      const below = y + e < height ? row + e * width : -1;
      for (let x = x0; x < x1; x++, to++) {
        const label = labels[row + x] ?? 0;
        if (label === 0) continue;
        const isEdge =
          x < e ||
          x + e >= width ||
          above < 0 ||
          below < 0 ||
          labels[row + x - e] !== label ||
          labels[row + x + e] !== label ||
          labels[above + x] !== label ||
          labels[below + x] !== label;
        if (isEdge) pixels[to] = edge[label] ?? 0;
        else if (!hatched[label] || (x + y) % period < half) pixels[to] = fill[label] ?? 0;
      }
    }
    this.#context.putImageData(image, x0, y0);
  }

  #palette({ outlineOnly, colourOf }: PaintStyle) {
    const count = this.#map.slotCount;
    const fill = new Uint32Array(count);
    const edge = new Uint32Array(count);
    const hatched = new Uint8Array(count);
    for (let slot = 1; slot < count; slot++) {
      const record = this.#map.at(slot);
      if (record === null) continue;
      const colour = colourOf(record);
      fill[slot] = outlineOnly ? 0 : packed(colour, FILL);
      edge[slot] = packed(colour, 255);
      hatched[slot] = isUnjudged(record) ? 1 : 0;
    }
    return { fill, edge, hatched };
  }
}
