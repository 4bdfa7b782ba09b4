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

/** Two masks that are taken for one: their places in both lists. */
export interface MaskPair {
  readonly i: number;
  readonly j: number;
  readonly iou: number;
}

/**
 * Pairs masks of one image greedily, the most alike first; each is in one pair at most.
 * @param atLeast IoU below which two masks are no pair
 * @param mayPair false: these two never are
 */
export function pairMasks(
  before: readonly PixelMask[],
  after: readonly PixelMask[],
  { atLeast, mayPair = () => true }: { atLeast: number; mayPair?: (i: number, j: number) => boolean },
): MaskPair[] {
  const alike = before.flatMap((a, i) =>
    after.flatMap((b, j) => {
      const iou = mayPair(i, j) ? iouOf(a, b) : 0;
      return iou >= atLeast ? [{ i, j, iou }] : [];
    }),
  );
  alike.sort((a, b) => b.iou - a.iou || a.i - b.i || a.j - b.j);
  const [used, usedAfter] = [new Set<number>(), new Set<number>()];
  return alike.filter(({ i, j }) => {
    if (used.has(i) || usedAfter.has(j)) return false;
    used.add(i);
    usedAfter.add(j);
    return true;
  });
}

/** What became of one run's proposals in another run. */
export function compareProposals(
  before: readonly RunProposal[],
  after: readonly RunProposal[],
  image: Size,
): RunComparison {
  const pixels = (list: readonly RunProposal[]) => list.map(({ counts }) => pixelMask(counts, image));
  const pairs = pairMasks(pixels(before), pixels(after), { atLeast: CHANGED_IOU });
  const same = pairs.filter(({ iou }) => iou >= SAME_IOU).length;
  const changed = pairs.length - same;
  return { same, changed, appeared: after.length - pairs.length, vanished: before.length - pairs.length };
}
