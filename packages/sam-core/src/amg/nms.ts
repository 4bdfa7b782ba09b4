import type { Box } from '../geometry.ts';

/** @returns (x1 - x0) · (y1 - y0): with inclusive corners one row and column short, as in the reference */
const boxArea = (box: Box): number => Math.fround((box.x1 - box.x0) * (box.y1 - box.y0));

/**
 * Greedy non-maximum suppression: best score first, a later box goes when its IoU with a kept one is strictly above
 * `threshold`. Ties keep their order. A box of area 0 against another such is 0/0 = NaN and is never suppressed.
 *
 * @returns indices kept, by falling score
 * @source torchvision.ops.nms, float32 arithmetic
 */
export function nonMaximumSuppression(
  boxes: readonly Box[],
  scores: ArrayLike<number>,
  threshold: number,
): number[] {
  const order = Array.from(boxes.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const areas = Float64Array.from(boxes, boxArea);
  const gone = new Uint8Array(boxes.length);
  const kept: number[] = [];
  for (let i = 0; i < order.length; i++) {
    const best = order[i]!;
    if (gone[best]) continue;
    kept.push(best);
    const a = boxes[best]!;
    for (let j = i + 1; j < order.length; j++) {
      const other = order[j]!;
      if (gone[other]) continue;
      const b = boxes[other]!;
      const w = Math.max(0, Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0));
      const h = Math.max(0, Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0));
      const both = Math.fround(w * h);
      const either = Math.fround(Math.fround(areas[best]! + areas[other]!) - both);
      if (Math.fround(both / either) > threshold) gone[other] = 1;
    }
  }
  return kept;
}
