import { type MaskNote, NOTED_MASKS, type ReadBackReport } from '@maskloop/domain';
import { type Rle, rleIou } from '@maskloop/sam-core';
import type { FoundMask, Picture } from './format.ts';

/** Tallies what was read against what was to be written. */
export class Comparison {
  #compared = 0;
  #different = 0;
  #min = 1;
  #sum = 0;
  readonly #differences: MaskNote[] = [];

  get compared(): number {
    return this.#compared;
  }

  /** @returns how many of the picture's masks were found, but not with the database's own pixels */
  add(picture: Picture, found: readonly FoundMask[]): number {
    let lossy = 0;
    picture.masks.forEach((mask, at) => {
      const read = found[at] ?? { rle: null };
      const iou = read.rle === null ? 0 : iouOf(read.rle, mask.rle);
      this.#compared++;
      this.#min = Math.min(this.#min, iou);
      this.#sum += iou;
      const reason = differenceOf(read, mask.rle);
      if (reason === null) {
        if (iou < 1) lossy++;
        return;
      }
      this.#different++;
      if (this.#differences.length < NOTED_MASKS) {
        this.#differences.push({ maskId: mask.item.maskId, imageId: picture.image.id, reason });
      }
    });
    return lossy;
  }

  /** more than was asked for is as wrong as less */
  addSurplus(masks: number): void {
    this.#different += masks;
  }

  report(): ReadBackReport {
    return {
      compared: this.#compared,
      different: this.#different,
      differences: this.#differences,
      iou: this.#compared === 0 ? null : { min: this.#min, mean: this.#sum / this.#compared },
    };
  }
}

function differenceOf({ rle, expected, wrong }: FoundMask, own: Rle): string | null {
  if (rle === null) return wrong ?? 'is not in the file';
  if (wrong !== undefined) return wrong;
  if (expected === null) return sameSize(rle, own) ? null : 'has another size than its picture';
  return isEqual(rle, expected ?? own) ? null : 'has other pixels in the file than it should have';
}

const iouOf = (a: Rle, b: Rle): number => (isEqual(a, b) ? 1 : sameSize(a, b) ? rleIou(a, b) : 0);

const sameSize = (a: Rle, b: Rle): boolean => a.width === b.width && a.height === b.height;

/** Canonical codes: equal masks have equal runs. */
export function isEqual(a: Rle, b: Rle): boolean {
  return (
    a === b ||
    (sameSize(a, b) && a.counts.length === b.counts.length && a.counts.every((run, i) => run === b.counts[i]))
  );
}
