import type { Size } from '../geometry.ts';
import type { Rle } from './rle.ts';
import { countsOfEdges } from './window.ts';

/**
 * Takes a picture of labels apart: one mask for each value in it.
 *
 * @param labels one value per pixel, row-major, [H,W]
 * @param skip   values that mean nothing, such as 0 for the background
 * @returns value → mask, in rising order of the values
 */
export function rlesOfLabels(
  labels: ArrayLike<number>,
  { width, height }: Size,
  skip: ReadonlySet<number> = new Set(),
): Map<number, Rle> {
  // ends of each value's runs, in column-major order
  const edges = new Map<number, number[]>();
  for (let x = 0; x < width; x++) {
    let value = labels[x]!;
    let start = 0;
    for (let y = 1; y <= height; y++) {
      const next = y === height ? -1 : labels[y * width + x]!;
      if (next === value) continue;
      if (!skip.has(value)) {
        const own = edges.get(value);
        if (own === undefined) edges.set(value, [x * height + start, x * height + y]);
        else own.push(x * height + start, x * height + y);
      }
      value = next;
      start = y;
    }
  }
  const sorted = [...edges].sort(([a], [b]) => a - b);
  return new Map(
    sorted.map(([value, ends]) => [
      value,
      { width, height, counts: countsOfEdges(ends, ends.length, width * height) },
    ]),
  );
}
