import { describe, expect, test } from 'vitest';
import { LEAST_AREA, labelMap } from './label-map.ts';
import type { SceneObject } from './scene.ts';

const OBJECTS: readonly SceneObject[] = [
  { id: 1, className: 'table', parent: 0 },
  { id: 2, className: 'mug', parent: 0 },
  { id: 3, className: 'handle', parent: 2 },
  { id: 4, className: 'spoon', parent: 0 },
];

/** A 20 x 10 map: the mug fills the right half, its handle the last columns, the spoon one corner. */
function example(handleColumns: number, spoonPixels: number) {
  const wholes = new Uint16Array(200);
  const parts = new Uint16Array(200);
  for (let p = 0; p < 200; p++) {
    const x = p % 20;
    wholes[p] = p < spoonPixels ? 4 : x >= 10 ? 2 : 1;
    if (wholes[p] === 2 && x >= 20 - handleColumns) parts[p] = 3;
  }
  return { width: 20, height: 10, wholes, parts };
}

describe('labelMap', () => {
  test('objects keep class, parent, area and box under new ids', () => {
    const { objects } = labelMap(example(7, 0), OBJECTS);
    expect(objects).toEqual([
      { id: 1, class: 'table', parent: null, area: 100, box: [0, 0, 10, 10] },
      { id: 2, class: 'mug', parent: null, area: 100, box: [10, 0, 10, 10] },
      { id: 3, class: 'handle', parent: 2, area: 70, box: [13, 0, 7, 10] },
    ]);
  });

  test(`wholes and parts below ${LEAST_AREA} pixels are dropped, their pixels become none`, () => {
    const map = labelMap(example(6, 5), OBJECTS);
    expect(map.objects.map((object) => object.class)).toEqual(['table', 'mug']);
    expect([...map.wholes.subarray(0, 5)]).toEqual([0, 0, 0, 0, 0]);
    expect(map.parts.every((id) => id === 0)).toBe(true);
  });
});
