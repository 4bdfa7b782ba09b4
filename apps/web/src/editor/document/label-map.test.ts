import { expect, test } from 'vitest';
import { documentOf, rectangleMask } from '../testing/records.ts';
import { diffOf } from './diff.ts';
import { LabelMap } from './label-map.ts';
import type { MaskDocument } from './records.ts';
import { sampleRuns } from './runs.ts';

const IMAGE = { width: 24, height: 16 };
const all = () => true;
const none: MaskDocument = new Map();

/** The map as rows of ids, `.` where nothing is. */
const drawn = (map: LabelMap) =>
  Array.from({ length: map.height }, (_, y) =>
    Array.from({ length: map.width }, (_, x) => map.at(map.labels[y * map.width + x] ?? 0)?.id ?? '.').join(
      '',
    ),
  );

test('a small mask lies on a large one, whatever came first', () => {
  const small = rectangleMask(IMAGE, [4, 4, 3, 2], { id: 's' });
  const large = rectangleMask(IMAGE, [2, 2, 10, 8], { id: 'l' });
  const map = new LabelMap(IMAGE);
  map.apply(documentOf(small), diffOf(none, documentOf(small)), all);
  map.apply(documentOf(small, large), diffOf(documentOf(small), documentOf(small, large)), all);
  expect(map.top({ x: 4.5, y: 4.5 })).toBe('s');
  expect(map.top({ x: 2.5, y: 2.5 })).toBe('l');
  expect(map.top({ x: 20, y: 12 })).toBeNull();
  expect(drawn(map)[4]).toBe('..llssslllll............');
});

test('what lay below comes back when the upper mask goes', () => {
  const small = rectangleMask(IMAGE, [4, 4, 3, 2], { id: 's' });
  const large = rectangleMask(IMAGE, [2, 2, 10, 8], { id: 'l' });
  const map = new LabelMap(IMAGE);
  const both = documentOf(small, large);
  map.apply(both, diffOf(none, both), all);
  const dirty = map.apply(documentOf(large), diffOf(both, documentOf(large)), all);
  expect(dirty).toEqual({ x0: 4, y0: 4, x1: 7, y1: 6 });
  expect(map.top({ x: 5, y: 5 })).toBe('l');
});

test('all masks under a point, topmost first; hidden ones are left out', () => {
  const small = rectangleMask(IMAGE, [4, 4, 3, 2], { id: 's' });
  const large = rectangleMask(IMAGE, [2, 2, 10, 8], { id: 'l' });
  const whole = rectangleMask(IMAGE, [0, 0, 24, 16], { id: 'z', zIndex: 1 });
  const map = new LabelMap(IMAGE);
  const document = documentOf(small, large, whole);
  expect(map.all(document, { x: 5, y: 5 }, all)).toEqual(['s', 'l', 'z']);
  expect(map.all(document, { x: 5, y: 5 }, (id) => id !== 'l')).toEqual(['s', 'z']);
});

test("a map smaller than its picture still finds masks in the picture's own pixels", () => {
  const image = { width: 8192, height: 64 };
  const map = new LabelMap(image);
  expect(map.scale).toBe(0.5);
  const mask = rectangleMask(image, [4000, 10, 400, 20], { id: 'm' });
  map.apply(documentOf(mask), diffOf(none, documentOf(mask)), all);
  expect(map.top({ x: 4002, y: 12 })).toBe('m');
  expect(map.top({ x: 4398, y: 28 })).toBe('m');
  expect(map.top({ x: 3990, y: 12 })).toBeNull();
  expect(map.top({ x: 4002, y: 33 })).toBeNull();
});

test('slots of removed masks are used again', () => {
  const map = new LabelMap(IMAGE);
  for (let round = 0; round < 50; round++) {
    const mask = documentOf(rectangleMask(IMAGE, [1, 1, 2, 2], { id: `m${round}` }));
    map.apply(mask, diffOf(none, mask), all);
    map.apply(none, diffOf(mask, none), all);
  }
  expect(map.slotCount).toBe(2);
});

test('a window of a mask can be sampled at any size', () => {
  const map = new LabelMap(IMAGE);
  const mask = rectangleMask(IMAGE, [4, 4, 4, 4], { id: 'm' });
  const bits = sampleRuns(
    map.runs.of(mask),
    IMAGE,
    { x0: 2, y0: 2, x1: 10, y1: 10 },
    { width: 16, height: 16 },
  );
  const rows = Array.from({ length: 16 }, (_, y) => bits.subarray(y * 16, y * 16 + 16).join(''));
  expect(rows[3]).toBe('0'.repeat(16));
  expect(rows[4]).toBe('0000111111110000');
  expect(rows[11]).toBe('0000111111110000');
  expect(rows[12]).toBe('0'.repeat(16));
});
