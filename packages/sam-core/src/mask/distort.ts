import type { Box } from '../geometry.ts';
import { type Rle, rleArea, rleBox, rleIou, rleUnion } from './rle.ts';
import { type MaskWindow, paddedStride, windowRuns } from './window.ts';

/** IoU that a deliberately wrong mask stays below, with each mask that it could be taken for. */
export const WRONG_IOU = 0.5;

/** How a mask is made wrong: each is a slip that models really make, or nearly. */
export const DISTORTIONS = ['shift', 'elsewhere', 'grow', 'shrink', 'straddle', 'merge'] as const;
export type Distortion = (typeof DISTORTIONS)[number];

/** Turns at each distortion: an image's border or a neighbour may spoil some. */
const TURNS = 3;
/** A wrong mask is of a size at which the image's masks come: no smaller and no larger than these by this factor. */
const AREA_FACTOR = 1.5;

export interface DistortionContext {
  /** the image's other proposals, which may be cut up and joined */
  readonly others: readonly Rle[];
  /** everything that the result must not resemble, proposals among them */
  readonly known: readonly Rle[];
  /** boxes that overlap more than this would have been duplicates to the generator; 0..1 */
  readonly maxBoxIou: number;
  /** largest share of the image, exclusive */
  readonly maxAreaShare: number;
  /** 0 (inclusive) .. 1 (exclusive) */
  readonly random: () => number;
}

/**
 * A mask that is wrong, made from one that an image has: its IoU with each known mask, and with the source, is below
 * {@link WRONG_IOU}, and its area is of the kind that the image's masks have.
 *
 * @param source mask to begin with
 * @returns null when no distortion gives such a mask
 */
export function distortMask(source: Rle, context: DistortionContext): Rle | null {
  const { others, known, random } = context;
  const found = known.map((rle) => ({ rle, box: rleBox(rle) }));
  const areas = [source, ...others].map(rleArea);
  const least = Math.min(...areas) / AREA_FACTOR;
  const most = Math.min(
    Math.max(...areas) * AREA_FACTOR,
    context.maxAreaShare * source.width * source.height - 1,
  );
  for (const distortion of shuffled(DISTORTIONS, random)) {
    for (let turn = 0; turn < TURNS; turn++) {
      const made = distort(distortion, source, others, random);
      const box = made && rleBox(made);
      if (!box) continue;
      const area = rleArea(made);
      if (area < least || area > most || !(rleIou(made, source) < WRONG_IOU)) continue;
      const alike = found.some(
        ({ rle, box: other }) =>
          other !== null &&
          boxIou(box, other) > 0 &&
          (boxIou(box, other) > context.maxBoxIou || rleIou(made, rle) >= WRONG_IOU),
      );
      if (!alike) return made;
    }
  }
  return null;
}

/** One attempt, unchecked. @returns null where the image has too few masks for it */
export function distort(
  distortion: Distortion,
  source: Rle,
  others: readonly Rle[],
  random: () => number,
): Rle | null {
  const box = rleBox(source);
  if (box === null) return null;
  const [width, height] = [box.x1 - box.x0, box.y1 - box.y0];
  const between = (low: number, high: number) => low + (high - low) * random();
  // what is moved is resized a little, too: two masks of exactly one area would give it away
  switch (distortion) {
    case 'shift': {
      const angle = 2 * Math.PI * random();
      const by = between(0.45, 0.8);
      return placed(source, box, {
        dx: by * width * Math.cos(angle),
        dy: by * height * Math.sin(angle),
        scale: between(0.88, 1.12),
      });
    }
    case 'elsewhere':
      return placed(source, box, {
        dx: between(0, source.width - width) - box.x0,
        dy: between(0, source.height - height) - box.y0,
        scale: between(0.88, 1.12),
      });
    case 'grow':
      return placed(source, box, { dx: 0, dy: 0, scale: between(1.5, 1.9) });
    case 'shrink':
      return placed(source, box, { dx: 0, dy: 0, scale: between(0.5, 0.65) });
    case 'straddle': {
      const [near] = nearest(box, others);
      return near ? straddled(source, box, near.rle, near.box) : null;
    }
    case 'merge': {
      const [first, second] = nearest(box, others);
      return first && second ? rleUnion(rleUnion(source, first.rle), second.rle) : null;
    }
  }
  return distortion satisfies never;
}

/** The mask resized about the middle of its box and moved, cut off at the image's border; nearest neighbour. */
function placed(
  source: Rle,
  box: Box<'image'>,
  { dx, dy, scale }: { readonly dx: number; readonly dy: number; readonly scale: number },
): Rle {
  const from = cutOut(source, box);
  const [cx, cy] = [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2];
  const [mx, my] = [Math.round(dx), Math.round(dy)];
  const to = emptyWindow({
    x0: Math.max(0, Math.floor(cx + mx + (box.x0 - cx) * scale)),
    y0: Math.max(0, Math.floor(cy + my + (box.y0 - cy) * scale)),
    x1: Math.min(source.width, Math.ceil(cx + mx + (box.x1 - cx) * scale)),
    y1: Math.min(source.height, Math.ceil(cy + my + (box.y1 - cy) * scale)),
  });
  for (let y = 0; y < to.height; y++) {
    const sy = Math.floor((to.y0 + y + 0.5 - cy - my) / scale + cy) - from.y0;
    if (sy < 0 || sy >= from.height) continue;
    for (let x = 0; x < to.width; x++) {
      const sx = Math.floor((to.x0 + x + 0.5 - cx - mx) / scale + cx) - from.x0;
      if (sx >= 0 && sx < from.width) to.data[y * to.stride + x] = from.data[sy * from.stride + sx]!;
    }
  }
  return pasted(to, source);
}

/** The halves of two masks that face each other, as if their border were one object. */
function straddled(a: Rle, boxA: Box<'image'>, b: Rle, boxB: Box<'image'>): Rle {
  const [ax, ay, bx, by] = [...middle(boxA), ...middle(boxB)];
  const sideways = Math.abs(bx - ax) >= Math.abs(by - ay);
  const [atA, atB] = sideways ? [ax, bx] : [ay, by];
  const half = (mask: Rle, box: Box<'image'>, edge: number, beyond: boolean): Rle => {
    const window = cutOut(mask, box);
    for (let y = 0; y < window.height; y++) {
      for (let x = 0; x < window.width; x++) {
        const at = sideways ? window.x0 + x : window.y0 + y;
        if (at >= edge !== beyond) window.data[y * window.stride + x] = 0;
      }
    }
    return pasted(window, mask);
  };
  return rleUnion(half(a, boxA, atA, atB >= atA), half(b, boxB, atB, atB < atA));
}

// Windows, because an image of 12 megapixels is a thousand times its objects.

function emptyWindow({ x0, y0, x1, y1 }: Box<'image'>): MaskWindow {
  const [width, height] = [Math.max(0, x1 - x0), Math.max(0, y1 - y0)];
  const stride = paddedStride(width);
  return { x0, y0, width, height, stride, data: new Uint8Array(stride * height) };
}

/** @param box of the mask */
function cutOut({ height, counts }: Rle, box: Box<'image'>): MaskWindow {
  const window = emptyWindow(box);
  for (let i = 1, start = counts[0] ?? 0; i < counts.length; i += 2) {
    const end = start + counts[i]!;
    for (let at = start; at < end; ) {
      const x = Math.floor(at / height);
      const stop = Math.min(end, (x + 1) * height);
      for (; at < stop; at++) window.data[(at - x * height - box.y0) * window.stride + x - box.x0] = 1;
    }
    start = end + (counts[i + 1] ?? 0);
  }
  return window;
}

const pasted = (window: MaskWindow, { width, height }: Rle): Rle => ({
  width,
  height,
  counts: windowRuns(window, { width, height }),
});

const middle = (box: Box<'image'>) => [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2] as const;

/** By the distance of box middles, the nearest first; empty masks are left out. */
function nearest(
  box: Box<'image'>,
  others: readonly Rle[],
): { readonly rle: Rle; readonly box: Box<'image'> }[] {
  const [x, y] = middle(box);
  const distance = (other: Box<'image'>) => Math.hypot(middle(other)[0] - x, middle(other)[1] - y);
  return others
    .flatMap((rle) => {
      const found = rleBox(rle);
      return found ? [{ rle, box: found }] : [];
    })
    .sort((a, b) => distance(a.box) - distance(b.box));
}

/** @param a x1 and y1 EXCLUSIVE, as of `b` */
function boxIou(a: Box<'image'>, b: Box<'image'>): number {
  const width = Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0);
  const height = Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0);
  if (width <= 0 || height <= 0) return 0;
  const area = (box: Box<'image'>) => (box.x1 - box.x0) * (box.y1 - box.y0);
  return (width * height) / (area(a) + area(b) - width * height);
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const all = [...items];
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all;
}
