import type { ImageSummary, ProjectEvent } from '@maskloop/domain';

/** A page of the image list as the server answers it. */
export interface ImagePage {
  readonly items: readonly ImageSummary[];
  readonly nextCursor: string | null;
  readonly total: number;
}

/**
 * What news changes in the loaded pages, without asking the server: thousands of embeddings come in while the
 * list is open. Pages in which nothing changed stay the same object.
 */
export function applyEvents<Page extends ImagePage>(
  pages: readonly Page[],
  events: readonly ProjectEvent[],
): readonly Page[] {
  const changes = new Map<string, Partial<ImageSummary>>();
  const removed = new Set<string>();
  for (const event of events) {
    if (event.type === 'embedding') merge(changes, event.imageId, { embedding: event.state });
    else if (event.type === 'image.status') merge(changes, event.imageId, { status: event.status });
    else if (event.type === 'lease' && event.holderId === null)
      merge(changes, event.imageId, { holder: null });
    else if (event.type === 'image.removed') removed.add(event.imageId);
  }
  if (changes.size === 0 && removed.size === 0) return pages;

  const gone = pages.reduce((sum, { items }) => sum + items.filter(({ id }) => removed.has(id)).length, 0);
  return pages.map((page) => {
    let touched = gone > 0;
    const items = page.items
      .filter(({ id }) => !removed.has(id))
      .map((item) => {
        const change = changes.get(item.id);
        if (!change) return item;
        touched = true;
        return { ...item, ...change };
      });
    return touched ? { ...page, items, total: page.total - gone } : page;
  });
}

/** News whose effect on the list only the server knows. */
export function needsRefetch(event: ProjectEvent): boolean {
  switch (event.type) {
    case 'image.added':
    case 'masks.changed':
    case 'assignments':
      return true;
    case 'lease':
      return event.holderId !== null;
    default:
      return false;
  }
}

function merge(changes: Map<string, Partial<ImageSummary>>, id: string, change: Partial<ImageSummary>): void {
  changes.set(id, { ...changes.get(id), ...change });
}
