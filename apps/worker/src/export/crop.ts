import type { MaskBox } from '@maskloop/domain';
import type { Rle } from '@maskloop/sam-core';

/** The pixels of a mask inside its box: 0 or 1, row-major. */
export function cropped({ height, counts }: Rle, box: MaskBox): Uint8Array {
  const bits = new Uint8Array(box.width * box.height);
  for (let i = 1, start = counts[0] ?? 0; i < counts.length; i += 2) {
    let x = Math.floor(start / height) - box.x;
    let y = start - (x + box.x) * height - box.y;
    const run = counts[i] ?? 0;
    for (let k = 0; k < run; k++) {
      bits[y * box.width + x] = 1;
      if (++y === height - box.y) [x, y] = [x + 1, -box.y];
    }
    start += run + (counts[i + 1] ?? 0);
  }
  return bits;
}

/** Run lengths of bits in their order, zeros first. */
export function runsOf(bits: Uint8Array): number[] {
  const runs: number[] = [];
  let [value, run] = [0, 0];
  for (const bit of bits) {
    if (bit !== value) {
      runs.push(run);
      [value, run] = [bit, 0];
    }
    run++;
  }
  runs.push(run);
  return runs;
}
