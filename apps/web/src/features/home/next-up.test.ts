import { expect, test } from 'vitest';
import { myProjects, nextUp, type Place } from './next-up.ts';

const listed = (id: string, imageCount: number, doneCount: number) =>
  ({ id, imageCount, doneCount }) as Parameters<typeof myProjects>[0][number];
const place = (projectId: string, more: Partial<Place> = {}): Place => ({
  projectId,
  assigned: 0,
  toReview: 0,
  secondLabelings: 0,
  last: null,
  ...more,
});
const last = (imageId: string, status: 'open' | 'submitted' | 'sent-back', day: number) => ({
  imageId,
  name: imageId,
  status,
  at: new Date(Date.UTC(2026, 2, day)),
});
const kindOf = (...of: Parameters<typeof myProjects>) => {
  const next = nextUp(myProjects(...of));
  return [next.kind, 'mine' in next ? next.mine.project.id : null, 'last' in next ? next.last.imageId : null];
};

test('the unfinished image that was opened last is gone on with, whatever else waits', () => {
  const projects = [listed('a', 9, 0), listed('b', 9, 0), listed('c', 9, 0)];
  const places = [
    place('a', { assigned: 3, last: last('a1', 'open', 1) }),
    place('b', { last: last('b1', 'sent-back', 2) }),
    place('c', { last: last('c1', 'submitted', 3) }),
  ];
  expect(kindOf(projects, places)).toEqual(['resume', 'b', 'b1']);
  expect(myProjects(projects, places).map(({ project }) => project.id)).toEqual(['c', 'b', 'a']);
});

test('else the next image: where some are assigned, then where the person was last, then where any are open', () => {
  const projects = [listed('a', 9, 9), listed('b', 9, 1), listed('c', 9, 1)];
  expect(kindOf(projects, [place('c', { assigned: 1 })])).toEqual(['next', 'c', null]);
  expect(kindOf(projects, [place('c', { last: last('c1', 'submitted', 1) })])).toEqual(['next', 'c', null]);
  expect(kindOf(projects, [])).toEqual(['next', 'b', null]);
  expect(myProjects(projects, []).map(({ project }) => project.id)).toEqual(['b', 'c', 'a']);
});

test('DL2 a second labeling is work where every image is done', () => {
  const projects = [listed('a', 2, 2), listed('b', 2, 2)];
  expect(kindOf(projects, [place('b', { secondLabelings: 1 })])).toEqual(['next', 'b', null]);
});

test('nothing to label is told apart: no images at all, or all of them done', () => {
  expect(kindOf([listed('a', 0, 0)], [])).toEqual(['no-images', 'a', null]);
  expect(kindOf([listed('a', 0, 0), listed('b', 2, 2)], [])).toEqual(['done', null, null]);
});
