'use client';

import { Anchor, Badge, Group, Table, Text } from '@mantine/core';
import { can, isRunOver, type RunSummary } from '@maskloop/domain';
import { IconPlus, IconSparkles } from '@tabler/icons-react';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useNow, useTranslations } from 'next-intl';
import { useTRPC } from '@/client/trpc.tsx';
import { useThrottledRefresh } from '@/client/use-throttled-refresh.ts';
import { Ago } from '@/ui/Ago.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { formatDuration } from '@/ui/format.ts';
import { LinkButton } from '@/ui/LinkButton.tsx';
import { LoadMore } from '@/ui/LoadMore.tsx';
import { Page } from '@/ui/Page.tsx';
import { RowsSkeleton } from '@/ui/Rows.tsx';
import { Section } from '@/ui/Section.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { WideTable } from '@/ui/WideTable.tsx';
import { useProject } from '../projects/use-project.ts';
import { RunProgress } from './RunProgress.tsx';
import { RunState } from './RunState.tsx';
import { progressOf, useProgressText, useScopeText } from './run-words.ts';

const PAGE_SIZE = 50;

/** What was ordered of the workers: every run of a project, with how far it is. */
export function RunsPage({ projectId }: { projectId: string }) {
  const t = useTranslations('runs');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const project = useProject(projectId);
  const mayStart = can(project.data?.role ?? null, 'run.start');
  const list = useInfiniteQuery(
    trpc.run.list.infiniteQueryOptions(
      { projectId, limit: PAGE_SIZE },
      { getNextPageParam: ({ nextCursor }) => nextCursor },
    ),
  );
  useThrottledRefresh(
    projectId,
    () => void queryClient.invalidateQueries({ queryKey: trpc.run.list.pathKey() }),
    ({ type }) => type === 'run' || type === 'project.changed',
  );
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const newRun = (
    <LinkButton href={`/projects/${projectId}/runs/new`} leftSection={<IconPlus size={16} />}>
      {t('new')}
    </LinkButton>
  );
  return (
    <Page title={t('title')} description={t('description')} width="wide" actions={mayStart && newRun}>
      <Section title={t('list')}>
        {list.isError && (
          <ErrorState what={t('loadFailed')} error={list.error} onRetry={() => void list.refetch()} />
        )}
        {list.isPending && <RowsSkeleton label={common('loading')} />}
        {list.isSuccess && rows.length === 0 && (
          <EmptyState
            icon={<IconSparkles size={26} stroke={1.5} />}
            title={t('none')}
            actions={mayStart && newRun}
          >
            {t('noneText')}
          </EmptyState>
        )}
        {rows.length > 0 && (
          <WideTable label={t('list')} minWidth={960}>
            <Table highlightOnHover aria-label={t('list')} layout="fixed">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('run')}</Table.Th>
                  <Table.Th w={130}>{common('state')}</Table.Th>
                  <Table.Th w={210}>{t('progress')}</Table.Th>
                  <Table.Th w={110}>{t('failed')}</Table.Th>
                  <Table.Th w={120}>{t('proposals')}</Table.Th>
                  <Table.Th w={130}>{t('took')}</Table.Th>
                  <Table.Th w={170}>{t('started')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((run) => (
                  <RunRow key={run.id} run={run} />
                ))}
              </Table.Tbody>
            </Table>
          </WideTable>
        )}
        <LoadMore list={list} mt="md" />
      </Section>
    </Page>
  );
}

function RunRow({ run }: { run: RunSummary }) {
  const t = useTranslations('runs');
  const format = useFormatter();
  const scopeText = useScopeText();
  const progressText = useProgressText();
  const now = useNow({ updateInterval: 5_000 });
  const { total } = progressOf(run);
  const end = run.finishedAt ?? now;
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap={6} wrap="nowrap">
          <TruncatedText
            size="sm"
            fw={500}
            as={
              <Anchor component={Link} href={`/projects/${run.projectId}/runs/${run.id}`} size="sm" fw={500}>
                {run.note || t('named', { model: run.model.name })}
              </Anchor>
            }
          >
            {run.note || t('named', { model: run.model.name })}
          </TruncatedText>
          {run.dryRun && (
            <Badge color="gray" style={{ flexShrink: 0 }}>
              {t('dryRun')}
            </Badge>
          )}
        </Group>
        <TruncatedText size="xs" c="dimmed">
          {`${run.kinds.map((kind) => t(`kind.${kind}`)).join(' + ')} · ${run.model.name} · ${scopeText(run.scope)}`}
        </TruncatedText>
      </Table.Td>
      <Table.Td>
        <RunState state={run.state} />
      </Table.Td>
      <Table.Td>
        <Text size="xs" className="ml-tabular" mb={3}>
          {total === 0 && !isRunOver(run.state) ? t('preparing') : progressText(run)}
        </Text>
        <RunProgress run={run} />
      </Table.Td>
      <Table.Td>
        <Text size="sm" c={run.counts.failed > 0 ? 'red' : 'dimmed'} className="ml-tabular">
          {format.number(run.counts.failed)}
        </Text>
      </Table.Td>
      <Table.Td className="ml-tabular">{format.number(run.proposals)}</Table.Td>
      <Table.Td>{formatDuration(end.getTime() - run.createdAt.getTime(), format.number)}</Table.Td>
      <Table.Td>
        <Text size="sm">
          <Ago date={run.createdAt} />
        </Text>
        <TruncatedText size="xs" c="dimmed">
          {run.startedBy.name}
        </TruncatedText>
      </Table.Td>
    </Table.Tr>
  );
}
