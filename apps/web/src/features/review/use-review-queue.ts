'use client';

import { STAGES, type Stage } from '@maskloop/domain';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';

export const QUEUE_STATUSES = ['submitted', 'sent-back', 'accepted'] as const;

/** All that the review of one image shows. */
export type LoadedReview = Outputs['review']['load'];

/** What of the queue is shown. It stands in the address, so that the review goes on through the same images. */
export interface QueueFilter {
  readonly status: (typeof QUEUE_STATUSES)[number];
  readonly stage: Stage | null;
  readonly submitterId: string | null;
  readonly text: string;
  readonly again: boolean;
}

export function useQueueFilter(): QueueFilter {
  const search = useSearchParams();
  return useMemo(
    () => ({
      status: QUEUE_STATUSES.find((each) => each === search.get('status')) ?? 'submitted',
      stage: STAGES.find((each) => each === search.get('stage')) ?? null,
      submitterId: search.get('by'),
      text: search.get('q') ?? '',
      again: search.get('again') === '1',
    }),
    [search],
  );
}

/** `?…`, or nothing for the queue as it comes. */
export function searchOf({ status, stage, submitterId, text, again }: QueueFilter): string {
  const search = new URLSearchParams({
    ...(status === 'submitted' ? {} : { status }),
    ...(stage ? { stage } : {}),
    ...(submitterId ? { by: submitterId } : {}),
    ...(text ? { q: text } : {}),
    ...(again ? { again: '1' } : {}),
  }).toString();
  return search && `?${search}`;
}

const PAGE_SIZE = 100;

/** The images of the queue as far as they were asked for. */
export function useReviewQueue(projectId: string, { status, stage, submitterId, text, again }: QueueFilter) {
  const trpc = useTRPC();
  const list = useInfiniteQuery(
    trpc.review.queue.infiniteQueryOptions(
      {
        projectId,
        status,
        again,
        limit: PAGE_SIZE,
        ...(stage ? { stage } : {}),
        ...(submitterId ? { submitterId } : {}),
        ...(text ? { text } : {}),
      },
      { getNextPageParam: ({ nextCursor }) => nextCursor, placeholderData: keepPreviousData },
    ),
  );
  const items = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  return { ...list, items, total: list.data?.pages[0]?.total ?? 0 };
}
