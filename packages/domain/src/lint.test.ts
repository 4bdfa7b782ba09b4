import { bitMask, compressCounts, encodeRle, parseRle, type Rle, rleArea } from '@maskloop/sam-core';
import { expect, test } from 'vitest';
import { addToTally, blockingOf, fixOf, type LintMask, lintAlone, lintImage } from './lint.ts';
import { LINT_RULES, LintPolicy } from './lint-policy.ts';
import { ProjectSettings } from './project.ts';

const SIZE = { width: 40, height: 30 };
const A = '11111111-1111-7111-8111-111111111111';
const B = '22222222-2222-7222-8222-222222222222';
const POLICY = LintPolicy.parse({ islandPx: 5, holePx: 5, speckPx: 5 });

/** Rectangles [x, y, width, height] painted in turn; with a fifth element 0 they are cut out. */
function paint(...rectangles: [number, number, number, number, 0?][]): Rle {
  const mask = bitMask(SIZE);
  for (const [x, y, width, height, value = 1] of rectangles) {
    for (let row = y; row < y + height; row++) {
      mask.data.fill(value, row * SIZE.width + x, row * SIZE.width + x + width);
    }
  }
  return encodeRle(mask);
}
const codeOf = (rle: Rle) => compressCounts(rle.counts);

let made = 0;
function mask(rle: Rle, more: Partial<LintMask> = {}): LintMask {
  const id = `00000000-0000-7000-8000-${String(++made).padStart(12, '0')}`;
  return {
    maskId: id,
    revisionId: id,
    classId: null,
    parentId: null,
    zIndex: 0,
    origin: 'manual',
    box: { x: 0, y: 0, ...SIZE },
    counts: codeOf(rle),
    ...more,
  };
}

test.each([
  ['nothing', paint([5, 5, 10, 10]), []],
  ['empty', paint(), [['empty', 1, 0]]],
  ['full-image', paint([0, 0, 40, 30]), [['full-image', 1, 1200]]],
  ['speck', paint([3, 3, 2, 2]), [['speck', 1, 4]]],
  ['two islands', paint([5, 5, 10, 10], [20, 5, 2, 2], [30, 5, 1, 1]), [['islands', 2, 5]]],
  ['a hole', paint([5, 5, 10, 10], [8, 8, 2, 2, 0]), [['holes', 1, 4]]],
  [
    'an island and a hole',
    paint([5, 5, 10, 10], [8, 8, 1, 1, 0], [20, 20, 2, 1]),
    [
      ['islands', 1, 2],
      ['holes', 1, 1],
    ],
  ],
  ['a large island and a large hole', paint([5, 5, 10, 10], [8, 8, 3, 3, 0], [20, 5, 3, 3]), []],
] as const)('LN1 finds %s', (_, rle, expected) => {
  expect(lintAlone(rle, POLICY).map(({ rule, parts, pixels }) => [rule, parts, pixels])).toEqual(expected);
});

test('LN1 of equal islands below the limit, none is called an island of another', () => {
  const policy = LintPolicy.parse({ islandPx: 50, holePx: 0, speckPx: 0 });
  expect(lintAlone(paint([2, 2, 3, 3], [20, 20, 3, 3]), policy)).toEqual([]);
});

test('LN1, LN3 a duplicate is found, and the mask that people vouch for stays', () => {
  const older = mask(paint([5, 5, 10, 10]), { origin: 'proposed' });
  const newer = mask(paint([5, 5, 10, 10]));
  const elsewhere = mask(paint([20, 5, 10, 10]));
  expect(lintImage([older, newer, elsewhere], SIZE, POLICY)).toMatchObject([
    { rule: 'duplicate', maskId: older.maskId, otherMaskId: newer.maskId, pixels: 100 },
  ]);
  const twins = [mask(paint([5, 5, 10, 10])), mask(paint([5, 5, 10, 10]))];
  expect(lintImage(twins, SIZE, POLICY)).toMatchObject([{ maskId: twins[1]?.maskId }]);
});

test('LN1 IoU of exactly the limit is no duplicate', () => {
  const masks = [mask(paint([0, 0, 10, 10])), mask(paint([0, 0, 10, 9]))];
  expect(lintImage(masks, SIZE, POLICY)).toEqual([]);
  expect(lintImage(masks, SIZE, { ...POLICY, duplicateIou: 0.89 })).toHaveLength(1);
});

test('LN1 an overlap counts between classes that must stay apart; the mask above keeps the pixels', () => {
  const below = mask(paint([0, 0, 10, 10]), { classId: A, zIndex: 1 });
  const above = mask(paint([5, 0, 10, 10]), { classId: B, zIndex: 2 });
  expect(lintImage([above, below], SIZE, POLICY)).toEqual([]);
  const policy = { ...POLICY, apart: [[B, A]] as [string, string][] };
  expect(lintImage([above, below], SIZE, policy)).toMatchObject([
    { rule: 'overlap', maskId: below.maskId, otherMaskId: above.maskId, pixels: 50 },
  ]);
  const part = { ...below, parentId: above.maskId };
  expect(lintImage([above, part], SIZE, policy)).toEqual([]);
});

test('LN1 run lengths that are no mask of the image are found, and the rest is still looked at', () => {
  const tooLong = mask(paint([5, 5, 10, 10]), { counts: compressCounts([100, 200, 2_000]) });
  const speck = mask(paint([3, 3, 1, 1]));
  expect(lintImage([tooLong, speck], SIZE, POLICY)).toMatchObject([
    { rule: 'outside', pixels: 1_100 },
    { rule: 'speck' },
  ]);
});

test('LN3 each fix leaves nothing of its finding behind', () => {
  const cases: Record<string, Rle> = {
    islands: paint([5, 5, 10, 10], [20, 5, 2, 2]),
    holes: paint([5, 5, 10, 10], [8, 8, 2, 2, 0]),
  };
  for (const [rule, rle] of Object.entries(cases)) {
    const fix = fixOf(rule as 'islands', codeOf(rle), SIZE, POLICY);
    if (fix.kind !== 'revise') throw new Error(rule);
    expect(lintAlone(fix.rle, POLICY)).toEqual([]);
    expect(rleArea(fix.rle)).toBe(100);
  }
  for (const rule of ['empty', 'full-image', 'speck', 'duplicate'] as const) {
    expect(fixOf(rule, codeOf(paint([3, 3, 2, 2])), SIZE, POLICY)).toEqual({ kind: 'remove' });
  }
});

test('LN3 an overlap is clipped, and a mask that was wholly below goes', () => {
  const above = codeOf(paint([5, 0, 10, 10]));
  const fix = fixOf('overlap', codeOf(paint([0, 0, 10, 10])), SIZE, POLICY, above);
  expect(fix).toMatchObject({ kind: 'revise' });
  expect(fix.kind === 'revise' && rleArea(fix.rle)).toBe(50);
  expect(fixOf('overlap', codeOf(paint([6, 2, 3, 3])), SIZE, POLICY, above)).toEqual({ kind: 'remove' });
});

test.each([
  ['too long', [100, 200, 2_000], 200],
  ['cut inside the mask', [1_100, 2_000], 100],
  ['too short', [100, 50], 50],
  ['nothing inside', [5_000, 10], null],
] as const)('LN3 run lengths %s are cut to the image', (_, runs, area) => {
  const fix = fixOf('outside', compressCounts(runs), SIZE, POLICY);
  if (area === null) {
    expect(fix).toEqual({ kind: 'remove' });
  } else {
    if (fix.kind !== 'revise') throw new Error('a mask is left');
    expect(rleArea(parseRle({ size: [30, 40], counts: codeOf(fix.rle) }))).toBe(area);
  }
});

test('LN4 findings block when the policy says so', () => {
  const tally = addToTally(addToTally({}, [{ rule: 'holes' }]), [{ rule: 'holes' }, { rule: 'empty' }]);
  expect(tally).toEqual({ holes: 2, empty: 1 });
  expect(blockingOf(tally, POLICY)).toEqual([]);
  expect(blockingOf(tally, { ...POLICY, blocking: [...LINT_RULES] })).toEqual([
    ['empty', 1],
    ['holes', 2],
  ]);
});

test('LN2 a project that set nothing has the defaults', () => {
  expect(ProjectSettings.parse({}).lint).toMatchObject({ islandPx: 16, duplicateIou: 0.9, blocking: [] });
  expect(ProjectSettings.parse({ lint: { islandPx: 3 } }).lint).toMatchObject({ islandPx: 3, holePx: 16 });
});
