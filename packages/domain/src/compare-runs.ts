import { parseRle, type Rle, rleBox, rleIou, type Size } from '@maskloop/sam-core';
import { CHANGED_IOU, type RunComparison, type RunProposal, SAME_IOU } from './run.ts';

export interface PixelMask {
  readonly rle: Rle;
  /** x1 and y1 EXCLUSIVE; null for an empty mask */
  readonly box: ReturnType<typeof rleBox>;
}

/** @param counts COCO compressed counts of the image's height x width, as stored */
export function pixelMask(counts: string, { width, height }: Size): PixelMask {
  const rle = parseRle({ size: [height, width], counts }, { allowEmpty: true });
  return { rle, box: rleBox(rle) };
}

/** IoU of two masks of one image; quick where their boxes do not meet. */
export function iouOf(a: PixelMask, b: PixelMask): number {
  if (a.box === null || b.box === null) return 0;
  const apart = a.box.x1 <= b.box.x0 || b.box.x1 <= a.box.x0 || a.box.y1 <= b.box.y0 || b.box.y1 <= a.box.y0;
  return apart ? 0 : rleIou(a.rle, b.rle);
}

/**
 * What became of one run's proposals in another run. Pairs are made greedily, the most alike first; each proposal is in
 * one pair at most.
 */
export function compareProposals(
  before: readonly RunProposal[],
  after: readonly RunProposal[],
  image: Size,
): RunComparison {
  const [old, fresh] = [before, after].map((list) => list.map(({ counts }) => pixelMask(counts, image)));
  const pairs = (old ?? []).flatMap((a, i) =>
    (fresh ?? []).flatMap((b, j) => {
      const iou = iouOf(a, b);
      return iou >= CHANGED_IOU ? [{ i, j, iou }] : [];
    }),
  );
  pairs.sort((a, b) => b.iou - a.iou || a.i - b.i || a.j - b.j);
  const [usedOld, usedFresh] = [new Set<number>(), new Set<number>()];
  let [same, changed] = [0, 0];
  for (const { i, j, iou } of pairs) {
    if (usedOld.has(i) || usedFresh.has(j)) continue;
    usedOld.add(i);
    usedFresh.add(j);
    if (iou >= SAME_IOU) same++;
    else changed++;
  }
  return { same, changed, appeared: after.length - same - changed, vanished: before.length - same - changed };
}
