'use client';

import { Anchor, Select, Table, Text } from '@mantine/core';
import { RUN_ITEM_STATES, type RunItem, type RunItemState, type RunSummary } from '@maskloop/domain';
import { IconPhoto } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '@/client/trpc.tsx';
import { Ago } from '@/ui/Ago.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { formatDuration } from '@/ui/format.ts';
import { LoadMore } from '@/ui/LoadMore.tsx';
import { RowsSkeleton } from '@/ui/Rows.tsx';
import { Section } from '@/ui/Section.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { WideTable } from '@/ui/WideTable.tsx';
import { RunState } from './RunState.tsx';

const PAGE_SIZE = 100;

/** What a run did with each image. */
export function RunItems({ projectId, run }: { projectId: string; run: RunSummary }) {
  const t = useTranslations('runs');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const [state, setState] = useState<RunItemState | null>(null);
  const list = useInfiniteQuery(
    trpc.run.items.infiniteQueryOptions(
      { runId: run.id, limit: PAGE_SIZE, ...(state ? { state } : {}) },
      { getNextPageParam: ({ nextCursor }) => nextCursor },
    ),
  );
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Section
      title={t('items')}
      actions={
        <Select
          aria-label={t('filterState')}
          placeholder={t('anyState')}
          data={RUN_ITEM_STATES.map((value) => ({ value, label: t(`itemState.${value}`) }))}
          value={state}
          onChange={(value) => setState(RUN_ITEM_STATES.find((each) => each === value) ?? null)}
          clearable
          w={170}
        />
      }
    >
      {list.isError && (
        <ErrorState what={t('itemsFailed')} error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isPending && <RowsSkeleton label={common('loading')} />}
      {list.isSuccess && rows.length === 0 && (
        <EmptyState icon={<IconPhoto size={26} stroke={1.5} />} title={t('noItems')}>
          {state ? t('noItemsOfState') : t('noItemsYet')}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <WideTable label={t('items')} minWidth={760}>
          <Table highlightOnHover aria-label={t('items')} layout="fixed">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('image')}</Table.Th>
                <Table.Th w={140}>{common('state')}</Table.Th>
                <Table.Th w={120}>{t('proposals')}</Table.Th>
                <Table.Th w={120}>{t('work')}</Table.Th>
                <Table.Th w={170}>{t('updated')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((item) => (
                <ItemRow key={item.imageId} item={item} projectId={projectId} />
              ))}
            </Table.Tbody>
          </Table>
        </WideTable>
      )}
      <LoadMore list={list} mt="md" />
    </Section>
  );
}

function ItemRow({ item, projectId }: { item: RunItem; projectId: string }) {
  const format = useFormatter();
  return (
    <Table.Tr>
      <Table.Td>
        <TruncatedText
          size="sm"
          as={
            <Anchor component={Link} href={`/projects/${projectId}/images/${item.imageId}`} size="sm">
              {item.imageName}
            </Anchor>
          }
        >
          {item.imageName}
        </TruncatedText>
        {item.error && (
          <Text
            size="xs"
            c={item.state === 'failed' ? 'red' : 'dimmed'}
            mt={2}
            lineClamp={3}
            style={{ overflowWrap: 'anywhere' }}
          >
            {item.error}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <RunState state={item.state} />
      </Table.Td>
      <Table.Td className="ml-tabular">
        {item.proposals === null ? '–' : format.number(item.proposals)}
      </Table.Td>
      <Table.Td className="ml-tabular">
        {item.ms === null ? '–' : formatDuration(item.ms, format.number)}
      </Table.Td>
      <Table.Td>
        <Text size="sm">{item.state === 'pending' ? '–' : <Ago date={item.updatedAt} />}</Text>
      </Table.Td>
    </Table.Tr>
  );
}
