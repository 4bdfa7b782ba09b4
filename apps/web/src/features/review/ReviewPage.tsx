'use client';

import { Alert, Center, Loader } from '@mantine/core';
import type { Verdict } from '@maskloop/domain';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useCallback, useEffect, useMemo } from 'react';
import { useTRPC } from '@/client/trpc.tsx';
import { useProjectEvents } from '@/client/use-project-events.ts';
import { BLOB } from '@/editor/addresses.ts';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { LinkButton } from '@/ui/LinkButton.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { ReviewDesk } from './ReviewDesk.tsx';
import { searchOf, useQueueFilter, useReviewQueue } from './use-review-queue.ts';

/** How many images ahead are made ready. */
const AHEAD = 2;

/** The review of one image, and the way through the queue. */
export default function ReviewPage({ projectId, imageId }: { projectId: string; imageId: string }) {
  const t = useTranslations('review');
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const notify = useNotify();
  const filter = useQueueFilter();
  const compareTwice = useSearchParams().get('compare') === 'second';
  const queue = useReviewQueue(projectId, filter);
  const loaded = useQuery(trpc.review.load.queryOptions({ imageId }, { staleTime: 5_000 }));
  const { items, hasNextPage, fetchNextPage, isFetchingNextPage } = queue;
  const index = items.findIndex(({ id }) => id === imageId);
  const search = searchOf(filter);

  useProjectEvents(projectId, (events) => {
    if (events.some((event) => 'imageId' in event && event.imageId === imageId)) {
      void queryClient.invalidateQueries({ queryKey: trpc.review.load.queryKey({ imageId }) });
    }
    if (events.some(({ type }) => type === 'image.status')) {
      void queryClient.invalidateQueries({ queryKey: trpc.review.queue.pathKey() });
    }
  });

  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && index >= items.length - 5) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, index, items.length]);
  const ahead = useMemo(() => items.slice(index + 1, index + 1 + AHEAD).map(({ id }) => id), [items, index]);
  const ready = loaded.isSuccess;
  useEffect(() => {
    if (!ready) return;
    for (const id of ahead) {
      void queryClient.prefetchQuery(trpc.review.load.queryOptions({ imageId: id }));
      new Image().src = BLOB.display(id);
    }
  }, [ready, ahead, queryClient, trpc]);

  const open = useCallback(
    (id: string | undefined) => router.push(`/projects/${projectId}/review${id ? `/${id}` : ''}${search}`),
    [router, projectId, search],
  );
  // an image that left the queue is followed by the first one that is still in it
  const next = index < 0 ? items.find(({ id }) => id !== imageId)?.id : items[index + 1]?.id;
  const previous = index > 0 ? items[index - 1]?.id : undefined;

  const decide = useMutation(
    trpc.review.decide.mutationOptions({
      onSuccess: async (_, { verdict }) => {
        notify.done(t(`done.${verdict}`));
        open(next ?? previous);
        await queryClient.invalidateQueries({ queryKey: trpc.review.queue.pathKey() });
        await queryClient.invalidateQueries({ queryKey: trpc.review.load.queryKey({ imageId }) });
      },
      onError: (error) => {
        notify.failed(t('decideFailed'), error);
        void loaded.refetch();
      },
    }),
  );

  if (loaded.isPending) {
    return (
      <Center component="main" h="100dvh">
        <Loader aria-label={t('loading')} />
      </Center>
    );
  }
  if (loaded.isError) {
    return (
      <Center component="main" h="100dvh" p="lg">
        <ErrorState
          what={t('openFailed')}
          error={loaded.error}
          onRetry={() => void loaded.refetch()}
          actions={
            <LinkButton href={`/projects/${projectId}/review`} size="xs" variant="default">
              {t('toQueue')}
            </LinkButton>
          }
        />
      </Center>
    );
  }
  const { data } = loaded;
  const problem =
    data.image.status !== 'submitted'
      ? t('notSubmitted')
      : data.holder
        ? t('held', { name: data.holder.name })
        : data.mayJudge
          ? null
          : t('own');
  return (
    <ReviewDesk
      key={imageId}
      projectId={projectId}
      review={data}
      place={index < 0 ? null : { n: index + 1, total: queue.total }}
      compareTwice={compareTwice}
      backTo={`/projects/${projectId}/review${search}`}
      onMove={{
        ...(previous ? { previous: () => open(previous) } : {}),
        ...(next ? { next: () => open(next) } : {}),
      }}
      notice={problem && <Alert py={6}>{problem}</Alert>}
      deciding={decide.isPending}
      onDecide={
        problem
          ? null
          : (verdict: Verdict, note: string) => decide.mutate({ imageId, verdict, note, seenAt: data.seenAt })
      }
    />
  );
}
