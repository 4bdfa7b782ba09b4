import { expect, test } from 'vitest';
import { documentOf, rectangleMask } from '../testing/records.ts';
import { freePoints, nextUncovered } from './coverage.ts';
import { LabelMap } from './label-map.ts';
import type { MaskRecord } from './records.ts';

const IMAGE = { width: 120, height: 60 };
const shown = () => true;

function mapOf(...records: MaskRecord[]): LabelMap {
  const map = new LabelMap(IMAGE);
  map.repaintAll(documentOf(...records), shown);
  return map;
}
const left = rectangleMask(IMAGE, [0, 0, 60, 60], { id: 'left' });

test('coverage counts pixels and grid points under any mask', () => {
  const map = mapOf(left);
  expect(map.coverage()).toBe(0.5);
  expect(freePoints(mapOf())).toHaveLength(1024);
  expect(freePoints(map)).toHaveLength(512);
  expect(Math.min(...freePoints(map).map(({ x }) => x))).toBeGreaterThan(60);
});

test('J walks through what is free in reading order and begins again', () => {
  const map = mapOf(left);
  const seen: number[] = [];
  let cursor = -1;
  for (let step = 0; step < 37; step++) {
    const found = nextUncovered(map, cursor);
    if (!found) throw new Error('nothing is free');
    expect(found.box.x0).toBeGreaterThanOrEqual(60);
    expect(found.point.x).toBeGreaterThan(found.box.x0);
    expect(found.point.y).toBeLessThan(found.box.y1);
    seen.push(found.cursor);
    cursor = found.cursor;
  }
  expect(new Set(seen).size).toBe(36);
  expect(seen.at(-1)).toBe(seen[0]);
});

test('free pixels between two columns of the grid are passed over, a free grid point among few pixels as well', () => {
  const wide = { width: 1200, height: 600 };
  const around = (from: number, to: number) => {
    const map = new LabelMap(wide);
    const masks = [
      rectangleMask(wide, [0, 0, from, 600], { id: 'most' }),
      rectangleMask(wide, [to, 0, 1200 - to, 600], { id: 'edge' }),
    ];
    map.repaintAll(documentOf(...masks), shown);
    return map;
  };
  // columns of the grid are at 1143.75 and 1181.25, squares 100 wide
  const between = around(1144, 1181);
  expect(freePoints(between)).toEqual([]);
  expect(nextUncovered(between, -1)).toBeNull();
  const narrow = around(1150, 1182);
  expect(freePoints(narrow)).toHaveLength(32);
  expect(nextUncovered(narrow, -1)).toBeNull();
  expect(nextUncovered(around(1140, 1182), -1)?.point.x).toBe(1143.75);
});

test('a picture that is covered has no next region', () => {
  expect(nextUncovered(mapOf(rectangleMask(IMAGE, [0, 0, 120, 60], { id: 'all' })), -1)).toBeNull();
});
