import type { ImageSummary } from '@maskloop/domain';
import { expect, test } from 'vitest';
import { applyEvents, type ImagePage } from './apply-events.ts';

function image(id: string): ImageSummary {
  return {
    id,
    projectId: 'p',
    sha256: '',
    name: id,
    width: 1,
    height: 1,
    status: 'open',
    priority: 0,
    createdAt: new Date(0),
    maskCount: 0,
    embedding: 'queued',
    holder: { id: 'u', name: 'U' },
    assignee: null,
  };
}
const page = (...ids: string[]): ImagePage => ({ items: ids.map(image), nextCursor: null, total: 4 });
const PAGES = [page('a', 'b'), page('c', 'd')];

test('states change in place; a page without changes stays the same object', () => {
  const pages = applyEvents(PAGES, [
    { type: 'embedding', imageId: 'c', state: 'ready' },
    { type: 'image.status', imageId: 'c', status: 'submitted' },
    { type: 'lease', imageId: 'c', holderId: null },
  ]);
  expect(pages[0]).toBe(PAGES[0]);
  expect(pages[1]?.items[0]).toMatchObject({ embedding: 'ready', status: 'submitted', holder: null });
});

test('a removed image leaves, and every page knows the new total', () => {
  const pages = applyEvents(PAGES, [{ type: 'image.removed', imageId: 'b' }]);
  expect(pages.map(({ items, total }) => [items.map(({ id }) => id), total])).toEqual([
    [['a'], 3],
    [['c', 'd'], 3],
  ]);
});

test('news about images that are not loaded changes nothing', () => {
  expect(applyEvents(PAGES, [{ type: 'project.changed' }])).toBe(PAGES);
  const pages = applyEvents(PAGES, [{ type: 'embedding', imageId: 'z', state: 'ready' }]);
  expect(pages).toEqual(PAGES);
});
