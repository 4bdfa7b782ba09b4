'use client';

import { Checkbox, Group, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { STAGES } from '@maskloop/domain';
import { IconChecks, IconPlayerPlayFilled, IconSearch } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '@/client/trpc.tsx';
import { useThrottledRefresh } from '@/client/use-throttled-refresh.ts';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { LinkButton } from '@/ui/LinkButton.tsx';
import { LoadMore } from '@/ui/LoadMore.tsx';
import { Page } from '@/ui/Page.tsx';
import { RowsSkeleton } from '@/ui/Rows.tsx';
import { QueueTable } from './QueueTable.tsx';
import {
  QUEUE_STATUSES,
  type QueueFilter,
  searchOf,
  useQueueFilter,
  useReviewQueue,
} from './use-review-queue.ts';

/** Submitted images that wait for a verdict, and those that got one. */
export function ReviewQueuePage({ projectId }: { projectId: string }) {
  const t = useTranslations('review');
  const words = useTranslations('image');
  const stages = useTranslations('stage');
  const common = useTranslations('common');
  const format = useFormatter();
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const filter = useQueueFilter();
  const queue = useReviewQueue(projectId, filter);
  const people = useQuery(trpc.review.submitters.queryOptions({ projectId }));
  useThrottledRefresh(projectId, () => {
    void queryClient.invalidateQueries({ queryKey: trpc.review.queue.pathKey() });
  });
  const change = (part: Partial<QueueFilter>) =>
    router.replace(`/projects/${projectId}/review${searchOf({ ...filter, ...part })}`, { scroll: false });
  const [text, setText] = useState(filter.text);
  const search = useDebouncedCallback((value: string) => change({ text: value.trim() }), 300);
  const narrowed = filter.stage !== null || filter.submitterId !== null || filter.text !== '' || filter.again;
  const [first] = queue.items;
  const waiting = filter.status === 'submitted';
  return (
    <Page
      title={t('title')}
      description={t('description')}
      mark={
        queue.data && (
          <Text c="dimmed" className="ml-tabular" role="status">
            {format.number(queue.total)}
          </Text>
        )
      }
      actions={
        waiting &&
        first && (
          <LinkButton
            href={`/projects/${projectId}/review/${first.id}${searchOf(filter)}`}
            leftSection={<IconPlayerPlayFilled size={14} />}
          >
            {t('start')}
          </LinkButton>
        )
      }
    >
      <Stack gap="md">
        <Group gap="sm" role="search" aria-label={t('filters')}>
          <SegmentedControl
            aria-label={t('status')}
            data={QUEUE_STATUSES.map((value) => ({
              value,
              label: value === 'submitted' ? t('waiting') : words(`status.${value}`),
            }))}
            value={filter.status}
            onChange={(value) => {
              const status = QUEUE_STATUSES.find((each) => each === value);
              if (status) change({ status });
            }}
          />
          <TextInput
            aria-label={t('search')}
            placeholder={t('search')}
            leftSection={<IconSearch size={15} />}
            w={210}
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              search(event.currentTarget.value);
            }}
          />
          <Select
            aria-label={t('submitter')}
            placeholder={t('anySubmitter')}
            data={(people.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            value={filter.submitterId}
            onChange={(submitterId) => change({ submitterId })}
            w={190}
            searchable
            clearable
          />
          <Select
            aria-label={t('stage')}
            placeholder={t('anyStage')}
            data={STAGES.map((value) => ({ value, label: stages(`name.${value}`) }))}
            value={filter.stage}
            onChange={(value) => change({ stage: STAGES.find((each) => each === value) ?? null })}
            w={190}
            clearable
          />
          <Checkbox
            label={t('again')}
            checked={filter.again}
            onChange={(event) => change({ again: event.currentTarget.checked })}
          />
        </Group>
        {queue.isError && (
          <ErrorState what={t('loadFailed')} error={queue.error} onRetry={() => void queue.refetch()} />
        )}
        {queue.isPending && <RowsSkeleton rows={5} height={64} label={common('loading')} />}
        {queue.isSuccess && queue.items.length === 0 && (
          <EmptyState
            icon={<IconChecks size={28} stroke={1.5} />}
            title={narrowed ? t('noMatch') : waiting ? t('empty') : t('noneJudged')}
          >
            {narrowed ? t('noMatchText') : waiting ? t('emptyText') : t('noneJudgedText')}
          </EmptyState>
        )}
        {queue.items.length > 0 && (
          <QueueTable projectId={projectId} items={queue.items} search={searchOf(filter)} />
        )}
        <LoadMore list={queue} />
      </Stack>
    </Page>
  );
}
