import { expect, test } from 'vitest';
import { crumbsOf, placesFor } from './places.ts';

test.each([
  ['/', []],
  ['/projects', ['projects']],
  ['/projects/new', ['projects', 'newProject']],
  ['/projects/p1', ['projects', 'project']],
  ['/projects/p1/datasets/d1', ['projects', 'project', 'datasets']],
  ['/projects/p1/runs/r1', ['projects', 'project', 'runs']],
  ['/projects/p1/imports', ['projects', 'project', 'imports']],
  ['/admin/users', ['users']],
  ['/unknown/x', []],
])('%s is reached through %j', (path, keys) => {
  expect(crumbsOf(path).map(({ key }) => key)).toEqual(keys);
});

test('PM1 an annotator is offered only what they may open, a stranger nothing', () => {
  expect(placesFor('annotator').map(({ key }) => key)).toEqual([
    'overview',
    'images',
    'analytics',
    'members',
  ]);
  expect(placesFor(null)).toEqual([]);
});
