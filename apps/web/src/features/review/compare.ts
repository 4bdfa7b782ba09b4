import type { MaskForReview, RevisionPixels } from '@maskloop/domain';
import {
  type Box,
  parseRle,
  type Rle,
  rleArea,
  rleBox,
  rleIou,
  rleSubtract,
  type Size,
} from '@maskloop/sam-core';
import type { DiffShape } from '@/editor/canvas/diff-painter.ts';
import type { MaskRecord } from '@/editor/document/records.ts';
import type { RunEnds } from '@/editor/document/runs.ts';

/** What the masks are compared with. */
export const BASES = ['proposal', 'before', 'second', 'none'] as const;
export type Base = (typeof BASES)[number];

export type Change = 'same' | 'changed' | 'new' | 'gone';

/** A mask beside what it is compared with. */
export interface Compared {
  readonly mask: MaskForReview;
  readonly change: Change;
  /** of both states, 0..1; null when there is only one */
  readonly iou: number | null;
  /** pixels */
  readonly added: number;
  readonly removed: number;
  readonly shapes: readonly DiffShape[];
  /** outline of the earlier state */
  readonly base: { readonly ends: RunEnds; readonly box: Box } | null;
}

/**
 * @param image size in pixels
 * @param shown pixels to take for the mask's own: an earlier revision that is looked at
 * @returns null for a mask that neither was nor is there, as a proposal that was rejected before the last verdict
 */
export function compare(
  mask: MaskForReview,
  to: Base,
  image: Size,
  shown: RevisionPixels | null = null,
): Compared | null {
  const final = mask.removed ? null : (shown ?? { id: mask.head.id, counts: mask.counts });
  // what nobody compared with (a proposal that nobody judged) differs from nothing
  const earlier = to === 'none' ? final : mask[to] === undefined ? final : mask[to];
  const relabelled = to === 'second' && mask.second != null && mask.second.classId !== mask.classId;
  if (!final && !earlier) return null;
  if (final && earlier && (final.id === earlier.id || final.counts === earlier.counts)) {
    return {
      mask,
      change: relabelled ? 'changed' : 'same',
      iou: 1,
      added: 0,
      removed: 0,
      shapes: [],
      base: null,
    };
  }
  const now = final && runsOf(final, image);
  const then = earlier && runsOf(earlier, image);
  const base = then && shapeOf(then);
  if (!now || !then) {
    const whole = now ?? then;
    const shape = whole && shapeOf(whole);
    if (!whole || !shape) return null;
    return {
      mask,
      change: now ? 'new' : 'gone',
      iou: null,
      added: now ? rleArea(now) : 0,
      removed: then ? rleArea(then) : 0,
      shapes: [{ ...shape, change: now ? 'added' : 'removed', whole: true }],
      base,
    };
  }
  const [plus, minus] = [rleSubtract(now, then), rleSubtract(then, now)];
  const shapes: DiffShape[] = [];
  for (const [runs, change] of [
    [plus, 'added'],
    [minus, 'removed'],
  ] as const) {
    const shape = shapeOf(runs);
    if (shape) shapes.push({ ...shape, change, whole: false });
  }
  return {
    mask,
    change: 'changed',
    iou: rleIou(now, then),
    added: rleArea(plus),
    removed: rleArea(minus),
    shapes,
    base,
  };
}

function runsOf({ counts }: RevisionPixels, { width, height }: Size): Rle {
  return parseRle({ size: [height, width], counts });
}

/** null for an empty mask */
function shapeOf(rle: Rle): { ends: RunEnds; box: Box } | null {
  const box = rleBox(rle);
  if (box === null) return null;
  let end = 0;
  return {
    box,
    ends: rle.counts.map((length) => {
      end += length;
      return end;
    }),
  };
}

/** The mask as the label map takes it. */
export function recordOf(mask: MaskForReview, image: Size, shown: RevisionPixels | null = null): MaskRecord {
  const { head } = mask;
  const record: MaskRecord = {
    id: mask.id,
    classId: mask.classId,
    parentId: mask.parentId,
    zIndex: mask.zIndex,
    headId: head.id,
    pixelsId: head.id,
    origin: head.origin,
    counts: mask.counts,
    area: head.area,
    box: head.box,
    prompts: [],
    modelVersionId: head.modelVersionId,
    predictedIou: head.predictedIou,
    stability: head.stability,
    branchRevisionId: null,
  };
  if (!shown || shown.id === head.id) return record;
  const runs = runsOf(shown, image);
  const box = rleBox(runs) ?? { x0: 0, y0: 0, x1: 0, y1: 0 };
  return {
    ...record,
    pixelsId: shown.id,
    counts: shown.counts,
    area: rleArea(runs),
    box: { x: box.x0, y: box.y0, width: box.x1 - box.x0, height: box.y1 - box.y0 },
  };
}

/** Changes first, the largest at the top: what a reviewer has to look at. */
export function byInterest(a: Compared, b: Compared): number {
  return (
    RANK[a.change] - RANK[b.change] ||
    b.added + b.removed - (a.added + a.removed) ||
    (a.mask.id < b.mask.id ? -1 : 1)
  );
}

const RANK: Readonly<Record<Change, number>> = { changed: 0, gone: 1, new: 2, same: 3 };
