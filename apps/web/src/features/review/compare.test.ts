import type { MaskForReview, RevisionPixels } from '@maskloop/domain';
import { compressCounts, encodeRle } from '@maskloop/sam-core';
import { expect, test } from 'vitest';
import { sampleRuns } from '@/editor/document/runs.ts';
import { byInterest, compare, recordOf } from './compare.ts';

const IMAGE = { width: 8, height: 6 };

function pixels(id: string, x0: number, x1: number): RevisionPixels {
  const data = new Uint8Array(IMAGE.width * IMAGE.height);
  for (let y = 1; y < 4; y++) data.fill(1, y * IMAGE.width + x0, y * IMAGE.width + x1);
  return { id, counts: compressCounts(encodeRle({ ...IMAGE, data }).counts) };
}

function mask(part: Partial<MaskForReview> & { final?: RevisionPixels } = {}): MaskForReview {
  const { final = pixels('head', 1, 5), ...rest } = part;
  return {
    id: 'm',
    classId: null,
    parentId: null,
    zIndex: 0,
    removed: false,
    head: { id: final.id, origin: 'corrected', area: 12, box: { x: 1, y: 1, width: 4, height: 3 } },
    counts: final.counts,
    proposal: null,
    before: null,
    ...rest,
  } as MaskForReview;
}

test('a changed mask has the pixels that came and those that went, and the IoU of both states', () => {
  const found = compare(mask({ proposal: pixels('p', 3, 6) }), 'proposal', IMAGE);
  // columns 1-4 now, 3-5 then, three rows each
  expect(found).toMatchObject({ change: 'changed', added: 6, removed: 3, iou: 6 / 15 });
  expect(found?.shapes.map(({ change, whole, box }) => [change, whole, box.x0, box.x1])).toEqual([
    ['added', false, 1, 3],
    ['removed', false, 5, 6],
  ]);
  const [added] = found?.shapes ?? [];
  const bits = added && sampleRuns(added.ends, IMAGE, { x0: 0, y0: 0, x1: 8, y1: 6 }, IMAGE);
  expect(bits?.reduce((sum, bit) => sum + bit, 0)).toBe(6);
  expect(bits?.[1 * 8 + 1]).toBe(1);
  expect(bits?.[1 * 8 + 3]).toBe(0);
});

test.each([
  ['made since', mask(), 'before', 'new', 12, 0],
  ['removed since', mask({ removed: true, before: pixels('head', 1, 5) }), 'before', 'gone', 0, 12],
  ['a rejected proposal', mask({ removed: true, proposal: pixels('p', 3, 6) }), 'proposal', 'gone', 0, 9],
  ['accepted as it was', mask({ proposal: pixels('p', 1, 5) }), 'proposal', 'same', 0, 0],
  ['compared with nothing', mask({ proposal: pixels('p', 3, 6) }), 'none', 'same', 0, 0],
] as const)('a mask that was %s', (_, each, base, change, added, removed) => {
  expect(compare(each, base, IMAGE)).toMatchObject({ change, added, removed });
});

test('DL5 beside a second labeling: the same pixels of another class differ, what only one has is whole, an unjudged proposal is left alone', () => {
  const there = { ...pixels('s', 1, 5), classId: 'cup' };
  expect(compare(mask({ classId: 'cup', second: there }), 'second', IMAGE)).toMatchObject({ change: 'same' });
  expect(compare(mask({ second: there }), 'second', IMAGE)).toMatchObject({ change: 'changed', added: 0 });
  expect(compare(mask({ second: null }), 'second', IMAGE)).toMatchObject({ change: 'new', added: 12 });
  expect(compare(mask({ removed: true, second: there }), 'second', IMAGE)).toMatchObject({
    change: 'gone',
    removed: 12,
  });
  expect(compare(mask(), 'second', IMAGE)).toMatchObject({ change: 'same' });
});

test('a proposal that was rejected before the last verdict is no change since', () => {
  expect(compare(mask({ removed: true, proposal: pixels('p', 3, 6) }), 'before', IMAGE)).toBeNull();
});

test('an earlier revision takes the place of the head', () => {
  const shown = pixels('r1', 3, 6);
  expect(compare(mask({ proposal: shown }), 'proposal', IMAGE, shown)).toMatchObject({ change: 'same' });
  expect(recordOf(mask(), IMAGE, shown)).toMatchObject({
    pixelsId: 'r1',
    area: 9,
    box: { x: 3, y: 1, width: 3, height: 3 },
  });
});

test('changes come before what stayed, the largest first', () => {
  const small = compare(mask({ id: 'a', proposal: pixels('p', 1, 4) }), 'proposal', IMAGE);
  const large = compare(mask({ id: 'b', proposal: pixels('q', 4, 8) }), 'proposal', IMAGE);
  const same = compare(mask({ id: 'c', proposal: pixels('r', 1, 5) }), 'proposal', IMAGE);
  const all = [same, small, large].filter((each) => each !== null);
  expect(all.sort(byInterest).map((each) => each.mask.id)).toEqual(['b', 'a', 'c']);
});
