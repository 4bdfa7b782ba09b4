import { boundaryF, boundaryTolerance, type Size } from '@maskloop/sam-core';
import { type MaskPair, pairMasks, pixelMask } from './compare-runs.ts';
import type { ClassId, MaskId } from './ids.ts';

/** DL4: from this IoU on, two people mean the same object. */
export const AGREEMENT_IOU = 0.5;

/** A mask as one of two people left it. */
export interface LabeledMask {
  readonly id: MaskId;
  readonly classId: ClassId | null;
  /** COCO compressed counts of the image's height x width */
  readonly counts: string;
}

/** Two masks, one of each labeling, that show one object. */
export interface LabeledPair {
  readonly firstMaskId: MaskId;
  readonly secondMaskId: MaskId;
  readonly iou: number;
  readonly boundaryF: number;
  /** both gave it the same class, or none */
  readonly sameClass: boolean;
}

/** What a class's masks add to the figures; sums, so that images can be added up. */
export interface ClassAgreement {
  /** null: masks without a class */
  readonly classId: ClassId | null;
  /** masks of the first and of the second labeling */
  readonly first: number;
  readonly second: number;
  /** pairs of this class in both */
  readonly matched: number;
  readonly iouSum: number;
  readonly boundarySum: number;
}

/** Sums of which {@link agreementFigures} makes figures: of an image, a class, two people or a project. */
export type AgreementSums = Omit<ClassAgreement, 'classId'>;

export interface AgreementFigures {
  /** share of masks that the other labeling has, too, with the same class: 2 · matched / (first + second) */
  readonly f1: number;
  /** of matched masks; null when there are none */
  readonly meanIou: number | null;
  readonly meanBoundaryF: number | null;
  /** f1 · meanIou, the panoptic quality of one labeling by the other: 1 when they are the same */
  readonly score: number;
}

export interface Agreement extends AgreementSums {
  /** one object to both, but another class */
  readonly relabelled: number;
  /** matched and relabelled */
  readonly pairs: readonly LabeledPair[];
  readonly classes: readonly ClassAgreement[];
}

/**
 * DL4: how far two labelings of one image agree. Masks of one class are paired greedily, the most alike first, from an
 * IoU of 0.5 on; of what is left, masks of whatever class in the same way: those pairs are the disagreements about
 * classes.
 */
export function agreementOf(
  first: readonly LabeledMask[],
  second: readonly LabeledMask[],
  image: Size,
): Agreement {
  const [ours, theirs] = [first, second].map((masks) => masks.map(({ counts }) => pixelMask(counts, image)));
  if (!ours || !theirs) throw new Error('two labelings give two lists');
  const sameClass = (i: number, j: number) => first[i]?.classId === second[j]?.classId;
  const matched = pairMasks(ours, theirs, { atLeast: AGREEMENT_IOU, mayPair: sameClass });
  const [used, usedTheirs] = [new Set(matched.map(({ i }) => i)), new Set(matched.map(({ j }) => j))];
  const relabelled = pairMasks(ours, theirs, {
    atLeast: AGREEMENT_IOU,
    mayPair: (i, j) => !used.has(i) && !usedTheirs.has(j),
  });
  const tolerance = boundaryTolerance(image);
  const toPair = ({ i, j, iou }: MaskPair): LabeledPair & { readonly classId: ClassId | null } => {
    const [a, b, one, other] = [ours[i], theirs[j], first[i], second[j]];
    if (!a || !b || !one || !other) throw new Error('a pair names masks that were given');
    return {
      firstMaskId: one.id,
      secondMaskId: other.id,
      iou,
      boundaryF: boundaryF(a.rle, b.rle, tolerance),
      sameClass: one.classId === other.classId,
      classId: one.classId,
    };
  };
  const agreed = matched.map(toPair);
  const classIds = new Set([...first, ...second].map(({ classId }) => classId));
  const classes = [...classIds].map((classId): ClassAgreement => {
    const ofClass = (masks: readonly LabeledMask[]) =>
      masks.filter((mask) => mask.classId === classId).length;
    return {
      classId,
      first: ofClass(first),
      second: ofClass(second),
      ...sumsOf(agreed.filter((pair) => pair.classId === classId)),
    };
  });
  return {
    first: first.length,
    second: second.length,
    ...sumsOf(agreed),
    relabelled: relabelled.length,
    pairs: [...agreed, ...relabelled.map(toPair)].map(({ classId: _, ...pair }) => pair),
    classes,
  };
}

function sumsOf(pairs: readonly LabeledPair[]): Pick<AgreementSums, 'matched' | 'iouSum' | 'boundarySum'> {
  return {
    matched: pairs.length,
    iouSum: pairs.reduce((sum, { iou }) => sum + iou, 0),
    boundarySum: pairs.reduce((sum, pair) => sum + pair.boundaryF, 0),
  };
}

/** Two people who both found nothing agree. */
export function agreementFigures({
  first,
  second,
  matched,
  iouSum,
  boundarySum,
}: AgreementSums): AgreementFigures {
  const f1 = first + second === 0 ? 1 : (2 * matched) / (first + second);
  const meanIou = matched === 0 ? null : iouSum / matched;
  return {
    f1,
    meanIou,
    meanBoundaryF: matched === 0 ? null : boundarySum / matched,
    score: f1 * (meanIou ?? 1),
  };
}

export function addAgreement(a: AgreementSums, b: AgreementSums): AgreementSums {
  return {
    first: a.first + b.first,
    second: a.second + b.second,
    matched: a.matched + b.matched,
    iouSum: a.iouSum + b.iouSum,
    boundarySum: a.boundarySum + b.boundarySum,
  };
}
