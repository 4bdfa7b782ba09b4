import type { ImageId, ImageSummary } from '@maskloop/domain';
import { useCallback, useEffect, useState } from 'react';
import type { EditorApi } from './sync/api.ts';

/** Enough for the filmstrip; of larger projects the rest is reached by the neighbours of each picture. */
const MOST_PAGES = 10;

export interface ProjectImages {
  readonly items: readonly ImageSummary[];
  readonly total: number;
}

/** The project's pictures in order, page by page until the open one is among them and some follow it. */
export function useImages(
  api: EditorApi,
  projectId: string,
  current: ImageId,
): { images: ProjectImages | null; patch: (imageId: ImageId, part: Partial<ImageSummary>) => void } {
  const [images, setImages] = useState<ProjectImages | null>(null);
  const known = images?.items.some((image) => image.id === current) ?? false;

  useEffect(() => {
    if (known) return;
    let stopped = false;
    void (async () => {
      const items: ImageSummary[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < MOST_PAGES && !stopped; page++) {
        const found: Awaited<ReturnType<EditorApi['page']>> | null = await api
          .page(projectId, cursor)
          .catch(() => null);
        if (!found || stopped) return;
        items.push(...found.items);
        setImages({ items: [...items], total: found.total });
        cursor = found.nextCursor;
        if (cursor === null) return;
        const at = items.findIndex((image) => image.id === current);
        if (at >= 0 && at < items.length - 20) return;
      }
    })();
    return () => {
      stopped = true;
    };
  }, [api, projectId, current, known]);

  const patch = useCallback((imageId: ImageId, part: Partial<ImageSummary>) => {
    setImages(
      (now) =>
        now && {
          ...now,
          items: now.items.map((image) => (image.id === imageId ? { ...image, ...part } : image)),
        },
    );
  }, []);
  return { images, patch };
}
