'use client';

import type { EmbeddingState, ImageSort, ImageStatus, ProjectEvent } from '@maskloop/domain';
import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { useProjectEvents } from '@/client/use-project-events.ts';
import { applyEvents, needsRefetch } from './apply-events.ts';

export interface ImageQuery {
  readonly status: readonly ImageStatus[];
  readonly embedding: EmbeddingState | null;
  readonly text: string;
  readonly sort: ImageSort;
  readonly direction: 'asc' | 'desc';
}

type Page = Outputs['image']['page'];

const PAGE_SIZE = 200;
/** While a hundred images a second are taken in, the list is asked for anew only this often. */
const REFETCH_MS = 2_000;

/** The images of a project as far as they were scrolled to, kept current by events. */
export function useImageList(projectId: string, query: ImageQuery) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const list = useInfiniteQuery(
    trpc.image.page.infiniteQueryOptions(
      {
        projectId,
        filter: {
          ...(query.status.length > 0 ? { status: [...query.status] } : {}),
          ...(query.embedding ? { embedding: query.embedding } : {}),
          ...(query.text ? { text: query.text } : {}),
        },
        sort: query.sort,
        order: query.direction,
        limit: PAGE_SIZE,
      },
      {
        getNextPageParam: ({ nextCursor }) => nextCursor,
        // the old rows stay while another filter loads, instead of a flash of skeletons
        placeholderData: keepPreviousData,
      },
    ),
  );

  const refetchTimer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(
    () => () => {
      if (refetchTimer.current) clearTimeout(refetchTimer.current);
    },
    [],
  );
  const refetchSoon = useCallback(() => {
    refetchTimer.current ??= setTimeout(() => {
      refetchTimer.current = null;
      void queryClient.invalidateQueries({ queryKey: trpc.image.page.pathKey() });
    }, REFETCH_MS);
  }, [queryClient, trpc]);

  const { connected } = useProjectEvents(projectId, (events: readonly ProjectEvent[]) => {
    queryClient.setQueriesData<InfiniteData<Page>>({ queryKey: trpc.image.page.pathKey() }, (data) => {
      if (!data) return data;
      const pages = applyEvents(data.pages, events);
      return pages === data.pages ? data : { ...data, pages: [...pages] };
    });
    if (events.some(needsRefetch)) refetchSoon();
  });

  // what happened while there was no connection is not repeated: ask again after every reconnection
  const wasConnected = useRef(false);
  useEffect(() => {
    if (connected && wasConnected.current) refetchSoon();
    if (connected) wasConnected.current = true;
  }, [connected, refetchSoon]);

  const images = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  return { ...list, images, total: list.data?.pages[0]?.total ?? 0 };
}
