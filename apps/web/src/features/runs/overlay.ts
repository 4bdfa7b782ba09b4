import type { RunProposal } from '@maskloop/domain';
import { expandCounts, type Size } from '@maskloop/sam-core';

/** A proposal as cells of a smaller picture, ready to be painted again and again. */
export interface SampledMask {
  /** indices into the row-major grid */
  readonly cells: Uint32Array;
}

/** The grid on which masks of an image are drawn: at most `longest` cells on the long side. */
export function gridOf({ width, height }: Size, longest: number): Size {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * Reads a mask at the middle of each grid cell.
 * @param counts COCO compressed counts of the image's height x width (runs go down the columns, zeros first)
 */
export function sampleMask(counts: string, image: Size, grid: Size): SampledMask {
  // image column → grid column, -1 between samples; rows likewise
  const columns = samplePlaces(image.width, grid.width);
  const rows = samplePlaces(image.height, grid.height);
  const cells: number[] = [];
  let at = 0;
  let inside = false;
  for (const length of expandCounts(counts)) {
    if (inside) {
      const end = Math.min(at + length, image.width * image.height);
      for (let from = at; from < end; ) {
        const column = Math.floor(from / image.height);
        const to = Math.min(end, (column + 1) * image.height);
        const x = columns[column] ?? -1;
        if (x >= 0) {
          for (let y = from - column * image.height; y < to - column * image.height; y++) {
            const row = rows[y] ?? -1;
            if (row >= 0) cells.push(row * grid.width + x);
          }
        }
        from = to;
      }
    }
    at += length;
    inside = !inside;
  }
  return { cells: Uint32Array.from(cells) };
}

function samplePlaces(length: number, samples: number): Int32Array {
  const places = new Int32Array(length).fill(-1);
  for (let sample = 0; sample < samples; sample++) {
    places[Math.min(length - 1, Math.floor(((sample + 0.5) * length) / samples))] = sample;
  }
  return places;
}

/** Large ones first, so that what lies inside them stays visible. */
export function inPaintOrder<T extends Pick<RunProposal, 'area'>>(proposals: readonly T[]): T[] {
  return [...proposals].sort((a, b) => b.area - a.area);
}

const FILL_ALPHA = 120;

/** Paints masks over each other: filled lightly, with a full outline. `null` entries are left out. */
export function paintMasks(masks: readonly (SampledMask | null)[], grid: Size): ImageData {
  const labels = new Uint16Array(grid.width * grid.height);
  masks.forEach((mask, index) => {
    if (mask) for (const cell of mask.cells) labels[cell] = index + 1;
  });
  const picture = new ImageData(grid.width, grid.height);
  const pixels = new Uint32Array(picture.data.buffer);
  const colours = masks.map((_, index) => colourOf(index));
  for (let y = 0, cell = 0; y < grid.height; y++) {
    for (let x = 0; x < grid.width; x++, cell++) {
      const label = labels[cell] ?? 0;
      if (label === 0) continue;
      const isEdge =
        x === 0 ||
        y === 0 ||
        x === grid.width - 1 ||
        y === grid.height - 1 ||
        labels[cell - 1] !== label ||
        labels[cell + 1] !== label ||
        labels[cell - grid.width] !== label ||
        labels[cell + grid.width] !== label;
      pixels[cell] = ((colours[label - 1] ?? 0) | ((isEdge ? 255 : FILL_ALPHA) << 24)) >>> 0;
    }
  }
  return picture;
}

/** Neighbours in the list are far apart in hue. @returns 0x00bbggrr, the order of ImageData on little-endian machines */
function colourOf(index: number): number {
  const hue = (index * 137.508) % 360;
  const channel = (shift: number) => {
    const k = (shift + hue / 30) % 12;
    return Math.round(255 * (0.58 - 0.42 * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return channel(0) | (channel(8) << 8) | (channel(4) << 16);
}
