import {
  compressCounts,
  expandCounts,
  fillSmallHoles,
  findRegions,
  parseRle,
  type Rle,
  removeSmallIslands,
  rleArea,
  rleIntersectionArea,
  rleSubtract,
} from '@maskloop/sam-core';
import type { ClassId, MaskId, RevisionId } from './ids.ts';
import { LINT_RULES, type LintPolicy, type LintRule } from './lint-policy.ts';
import type { MaskBox } from './mask.ts';
import { isHumanVerified, type Origin } from './provenance.ts';

/** What lint looks at; `counts` are COCO compressed. */
export interface LintMask {
  readonly maskId: MaskId;
  readonly revisionId: RevisionId;
  readonly classId: ClassId | null;
  readonly parentId: MaskId | null;
  readonly zIndex: number;
  readonly origin: Origin;
  readonly box: MaskBox;
  readonly counts: string;
}

export interface LintFinding {
  readonly rule: LintRule;
  /** the mask that a fix would change */
  readonly maskId: MaskId;
  readonly revisionId: RevisionId;
  /** the other one of a pair */
  readonly otherMaskId: MaskId | null;
  /** islands or holes found; 1 for the rest */
  readonly parts: number;
  /** pixels that are too many, missing or shared */
  readonly pixels: number;
}

interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** LN1: everything that is wrong in one image, in the order of the masks. */
export function lintImage(masks: readonly LintMask[], size: ImageSize, policy: LintPolicy): LintFinding[] {
  const findings: LintFinding[] = [];
  const sound: Sound[] = [];
  for (const mask of masks) {
    const rle = rleOf(mask.counts, size);
    if (rle === null) {
      findings.push(finding('outside', mask, { pixels: excessOf(mask.counts, size) }));
      continue;
    }
    const alone = lintAlone(rle, policy);
    for (const { rule, ...found } of alone) findings.push(finding(rule, mask, found));
    const area = rleArea(rle);
    if (area > 0) sound.push({ mask, rle, area });
  }
  return [...findings, ...lintPairs(sound, policy)];
}

type Alone = Pick<LintFinding, 'rule' | 'parts' | 'pixels'>;

/** LN1: what is wrong with a mask whatever stands beside it. A speck is not looked at further. */
export function lintAlone(rle: Rle, policy: LintPolicy): Alone[] {
  const area = rleArea(rle);
  if (area === 0) return [{ rule: 'empty', parts: 1, pixels: 0 }];
  if (area === rle.width * rle.height) return [{ rule: 'full-image', parts: 1, pixels: area }];
  if (area < policy.speckPx) return [{ rule: 'speck', parts: 1, pixels: area }];
  const found: Alone[] = [];
  const regions = findRegions(rle);
  const largest = regions.reduce((most, region) => Math.max(most, region.area), 0);
  const islands = regions.filter(({ area: part }) => part < policy.islandPx && part < largest);
  if (islands.length > 0) found.push({ rule: 'islands', ...total(islands) });
  const holes = findRegions(rle, 'outside').filter(({ area: part }) => part < policy.holePx);
  if (holes.length > 0) found.push({ rule: 'holes', ...total(holes) });
  return found;
}

function total(regions: readonly { readonly area: number }[]): { parts: number; pixels: number } {
  return { parts: regions.length, pixels: regions.reduce((sum, { area }) => sum + area, 0) };
}

interface Sound {
  readonly mask: LintMask;
  readonly rle: Rle;
  readonly area: number;
}

function lintPairs(masks: readonly Sound[], policy: LintPolicy): LintFinding[] {
  const apart = new Set(policy.apart.flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]));
  const findings: LintFinding[] = [];
  const byLeft = masks.toSorted((a, b) => a.mask.box.x - b.mask.box.x);
  byLeft.forEach((a, index) => {
    const right = a.mask.box.x + a.mask.box.width;
    for (let j = index + 1; j < byLeft.length; j++) {
      const b = byLeft[j] as Sound;
      if (b.mask.box.x >= right) break;
      if (!meetVertically(a.mask.box, b.mask.box)) continue;
      const mayTwin = Math.min(a.area, b.area) > policy.duplicateIou * Math.max(a.area, b.area);
      const forbidden = isForbidden(a.mask, b.mask, apart);
      if (!mayTwin && !forbidden) continue;
      const shared = rleIntersectionArea(a.rle, b.rle);
      if (mayTwin && shared > policy.duplicateIou * (a.area + b.area - shared)) {
        const [goes, stays] = keepsFirst(a.mask, b.mask) ? [b.mask, a.mask] : [a.mask, b.mask];
        findings.push(finding('duplicate', goes, { otherMaskId: stays.maskId, pixels: shared }));
      } else if (forbidden && shared > 0) {
        const [below, above] = isBelow(a.mask, b.mask) ? [a.mask, b.mask] : [b.mask, a.mask];
        findings.push(finding('overlap', below, { otherMaskId: above.maskId, pixels: shared }));
      }
    }
  });
  return findings;
}

const meetVertically = (a: MaskBox, b: MaskBox): boolean => a.y < b.y + b.height && b.y < a.y + a.height;

/** A part lies within its whole: that is no overlap. */
function isForbidden(a: LintMask, b: LintMask, apart: ReadonlySet<string>): boolean {
  if (a.classId === null || b.classId === null) return false;
  if (a.parentId === b.maskId || b.parentId === a.maskId) return false;
  return apart.has(`${a.classId} ${b.classId}`);
}

/** LN3: of two duplicates the one that people vouch for stays, then the older one. */
function keepsFirst(a: LintMask, b: LintMask): boolean {
  const [verifiedA, verifiedB] = [isHumanVerified(a.origin), isHumanVerified(b.origin)];
  if (verifiedA !== verifiedB) return verifiedA;
  return a.maskId < b.maskId;
}

function isBelow(a: LintMask, b: LintMask): boolean {
  return a.zIndex === b.zIndex ? a.maskId < b.maskId : a.zIndex < b.zIndex;
}

function finding(
  rule: LintRule,
  { maskId, revisionId }: LintMask,
  { otherMaskId = null, parts = 1, pixels }: { otherMaskId?: MaskId | null; parts?: number; pixels: number },
): LintFinding {
  return { rule, maskId, revisionId, otherMaskId, parts, pixels };
}

/** What a quick fix does: new pixels, or the mask goes. */
export type LintFix = { readonly kind: 'revise'; readonly rle: Rle } | { readonly kind: 'remove' };

/**
 * LN3: the quick fix of a finding.
 * @param counts of the mask; COCO compressed
 * @param other pixels of the pair's other mask, for `overlap`
 */
export function fixOf(
  rule: LintRule,
  counts: string,
  size: ImageSize,
  policy: LintPolicy,
  other: string | null = null,
): LintFix {
  const rle = rule === 'outside' ? cutToImage(counts, size) : rleOf(counts, size);
  if (rle === null) return { kind: 'remove' };
  switch (rule) {
    case 'empty':
    case 'full-image':
    case 'speck':
    case 'duplicate':
      return { kind: 'remove' };
    case 'outside':
      return revised(rle);
    case 'islands':
      return revised(removeSmallIslands(rle, policy.islandPx).rle);
    case 'holes':
      return revised(fillSmallHoles(rle, policy.holePx).rle);
    case 'overlap': {
      const above = other === null ? null : rleOf(other, size);
      return revised(above === null ? rle : rleSubtract(rle, above));
    }
  }
}

const revised = (rle: Rle): LintFix => (rleArea(rle) === 0 ? { kind: 'remove' } : { kind: 'revise', rle });

/** null: the runs are no mask of this image. */
function rleOf(counts: string, { width, height }: ImageSize): Rle | null {
  try {
    return parseRle({ size: [height, width], counts }, { allowEmpty: true });
  } catch {
    // whatever is wrong with the code, the finding is the same, and its fix reads what can be read
    return null;
  }
}

/** Pixels beyond the image's last, or missing before it. */
function excessOf(counts: string, { width, height }: ImageSize): number {
  return Math.abs(runsOf(counts).reduce((sum, run) => sum + run, 0) - width * height);
}

/** The runs up to the image's last pixel; what is missing is outside the mask. */
function cutToImage(counts: string, { width, height }: ImageSize): Rle | null {
  let left = width * height;
  const runs = Array.from(runsOf(counts), (run) => {
    const taken = Math.min(run, left);
    left -= taken;
    return taken;
  });
  if (left > 0) runs.push(...(runs.length % 2 === 0 ? [left] : [0, left]));
  return rleOf(compressCounts(Uint32Array.from(runs)), { width, height });
}

function runsOf(counts: string): Uint32Array {
  try {
    return expandCounts(counts);
  } catch {
    return new Uint32Array();
  }
}

/** Findings of each rule. */
export type LintTally = Partial<Record<LintRule, number>>;

export function addToTally(tally: LintTally, findings: readonly { readonly rule: LintRule }[]): LintTally {
  const sum = { ...tally };
  for (const { rule } of findings) sum[rule] = (sum[rule] ?? 0) + 1;
  return sum;
}

/** LN4: the findings among these that keep a version from leaving, in the rules' order. */
export function blockingOf(tally: LintTally, { blocking }: LintPolicy): [rule: LintRule, count: number][] {
  return LINT_RULES.flatMap((rule) => {
    const count = tally[rule] ?? 0;
    return count > 0 && blocking.includes(rule) ? [[rule, count] as [LintRule, number]] : [];
  });
}
