import { compressCounts, encodeRle } from '@maskloop/sam-core';
import { expect, test } from 'vitest';
import { addAgreement, agreementFigures, agreementOf, type LabeledMask } from './agreement.ts';
import { isLabeledTwice } from './double-labeling.ts';

const IMAGE = { width: 40, height: 20 };

/** A rectangle, x1 and y1 EXCLUSIVE. */
function mask(
  id: string,
  classId: string | null,
  [x0, y0, x1, y1]: [number, number, number, number],
): LabeledMask {
  const data = new Uint8Array(IMAGE.width * IMAGE.height);
  for (let y = y0; y < y1; y++) data.fill(1, y * IMAGE.width + x0, y * IMAGE.width + x1);
  return { id, classId, counts: compressCounts(encodeRle({ ...IMAGE, data }).counts) };
}

test('DL1 the share of images is met, and a larger share keeps those of a smaller one', () => {
  const ids = Array.from({ length: 4_000 }, (_, n) => ({
    projectId: 'p',
    imageId: `01a0-${n.toString(16).padStart(8, '0')}`,
  }));
  const of = (share: number) => ids.filter((id) => isLabeledTwice(id, share)).map(({ imageId }) => imageId);
  expect(of(0)).toEqual([]);
  expect(of(0.1).length / ids.length).toBeCloseTo(0.1, 1);
  expect(of(0.5).length / ids.length).toBeCloseTo(0.5, 1);
  expect(of(0.5)).toEqual(expect.arrayContaining(of(0.1)));
  expect(of(0.1)).toEqual(of(0.1));
  const other = ids.map(({ imageId }) => ({ projectId: 'q', imageId }));
  expect(other.filter((id) => isLabeledTwice(id, 0.1)).map(({ imageId }) => imageId)).not.toEqual(of(0.1));
});

test('DL4 masks of one class pair, one object of two classes is a disagreement, the rest is in one labeling only', () => {
  const first = [
    mask('a', 'cup', [0, 0, 10, 10]),
    mask('b', 'cup', [20, 0, 30, 10]),
    mask('c', null, [0, 12, 4, 16]),
  ];
  const second = [
    mask('x', 'cup', [0, 0, 10, 8]), // 80 of 100: IoU 0.8
    mask('y', 'plate', [20, 0, 30, 10]), // b, of another class
    mask('z', 'plate', [34, 12, 38, 16]),
  ];
  const found = agreementOf(first, second, IMAGE);
  expect(found).toMatchObject({ first: 3, second: 3, matched: 1, relabelled: 1, iouSum: 0.8 });
  expect(found.pairs).toMatchObject([
    { firstMaskId: 'a', secondMaskId: 'x', iou: 0.8, sameClass: true },
    { firstMaskId: 'b', secondMaskId: 'y', iou: 1, boundaryF: 1, sameClass: false },
  ]);
  // the picture's border is no outline: 19 pixels of a, 17 of x. Within a pixel are rows 0..8 of a's column 9, and of x
  // rows 0..7 and the neighbour of its lower corner: 9 each
  expect(found.pairs[0]?.boundaryF).toBeCloseTo((2 * 9) / (19 + 17), 12);
  const figures = agreementFigures(found);
  expect(figures.f1).toBeCloseTo(1 / 3, 12);
  expect(figures.meanIou).toBeCloseTo(0.8, 12);
  expect(figures.score).toBeCloseTo(0.8 / 3, 12);
  expect(found.classes).toMatchObject([
    { classId: 'cup', first: 2, second: 1, matched: 1 },
    { classId: null, first: 1, second: 0, matched: 0 },
    { classId: 'plate', first: 0, second: 2, matched: 0 },
  ]);
});

test('DL4 the most alike pair first, each mask once, and not below an IoU of 0.5', () => {
  const first = [mask('a', null, [0, 0, 10, 10]), mask('b', null, [0, 0, 10, 9])];
  const second = [mask('x', null, [0, 0, 10, 9]), mask('y', null, [0, 0, 10, 4])];
  const { pairs } = agreementOf(first, second, IMAGE);
  // b is x; a with y has 0.4
  expect(pairs).toMatchObject([{ firstMaskId: 'b', secondMaskId: 'x', iou: 1 }]);
});

test('DL4 two who found nothing agree, one who found something alone does not', () => {
  expect(agreementFigures(agreementOf([], [], IMAGE))).toEqual({
    f1: 1,
    meanIou: null,
    meanBoundaryF: null,
    score: 1,
  });
  const alone = agreementOf([mask('a', null, [0, 0, 4, 4])], [], IMAGE);
  expect(agreementFigures(alone)).toMatchObject({ f1: 0, score: 0 });
});

test('DL4 figures of several images weigh each mask alike', () => {
  const good = { first: 3, second: 3, matched: 3, iouSum: 2.7, boundarySum: 3 };
  const bad = { first: 1, second: 1, matched: 0, iouSum: 0, boundarySum: 0 };
  const figures = agreementFigures(addAgreement(good, bad));
  expect(figures).toMatchObject({ f1: 0.75, meanBoundaryF: 1 });
  expect(figures.score).toBeCloseTo(0.675, 12);
});
