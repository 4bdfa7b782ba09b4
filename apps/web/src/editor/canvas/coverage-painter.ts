import type { LabelMap } from '../document/label-map.ts';
import { packed } from './colours.ts';

/** Enough to see where something is missing; painted anew with every change. */
const LONGEST_SIDE = 1024;
const TINT = packed({ r: 86, g: 212, b: 255 }, 48);

/** Tints what no mask claims, one pixel for each cell that is looked at. */
export function paintFree(canvas: HTMLCanvasElement, map: LabelMap): void {
  const step = Math.max(1, Math.max(map.width, map.height) / LONGEST_SIDE);
  const width = Math.ceil(map.width / step);
  const height = Math.ceil(map.height / step);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let y = 0, to = 0; y < height; y++) {
    const row = Math.min(map.height - 1, Math.floor((y + 0.5) * step)) * map.width;
    for (let x = 0; x < width; x++, to++) {
      const column = Math.min(map.width - 1, Math.floor((x + 0.5) * step));
      if (map.labels[row + column] === 0) pixels[to] = TINT;
    }
  }
  context.putImageData(image, 0, 0);
}
