'use client';

import {
  ActionIcon,
  Anchor,
  Badge,
  Box,
  Button,
  Group,
  Progress,
  Select,
  Stack,
  Table,
  Text,
  Tooltip,
} from '@mantine/core';
import { can, isFinished, JOB_STATES, type JobState as State } from '@maskloop/domain';
import { IconListCheck, IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useNow, useTranslations } from 'next-intl';
import { useState } from 'react';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { useThrottledRefresh } from '@/client/use-throttled-refresh.ts';
import { Ago } from '@/ui/Ago.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { formatDuration } from '@/ui/format.ts';
import { LoadMore } from '@/ui/LoadMore.tsx';
import { Page } from '@/ui/Page.tsx';
import { RowsSkeleton } from '@/ui/Rows.tsx';
import { Section } from '@/ui/Section.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { WideTable } from '@/ui/WideTable.tsx';
import { useProject } from '../projects/use-project.ts';
import { JobState } from './JobState.tsx';
import { QueueDepths } from './QueueDepths.tsx';
import { useJobLabel } from './use-job-label.ts';
import { WorkersTable } from './WorkersTable.tsx';

type Job = Outputs['job']['page']['items'][number];

const PAGE_SIZE = 50;

/** What the workers do for a project, and the workers themselves. */
export function JobsPage({ projectId }: { projectId: string }) {
  const t = useTranslations('jobs');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const project = useProject(projectId);
  const mayControl = can(project.data?.role ?? null, 'job.control');
  const [state, setState] = useState<State | null>(null);
  const summary = useQuery(trpc.job.summary.queryOptions({ projectId }));
  const workers = useQuery(trpc.worker.list.queryOptions({ projectId }, { refetchInterval: 10_000 }));
  const depths = useQuery(trpc.worker.depths.queryOptions({ projectId }, { refetchInterval: 10_000 }));
  const jobs = useInfiniteQuery(
    trpc.job.page.infiniteQueryOptions(
      { projectId, limit: PAGE_SIZE, ...(state ? { state } : {}) },
      { getNextPageParam: ({ nextCursor }) => nextCursor },
    ),
  );
  useThrottledRefresh(
    projectId,
    () => void queryClient.invalidateQueries({ queryKey: trpc.job.pathKey() }),
    ({ type }) => type === 'job' || type === 'embedding' || type === 'export',
  );
  const rows = jobs.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Page title={t('title')} description={t('description')} width="wide">
      <Stack gap="lg">
        {summary.data && (
          <Group component="ul" gap="xs" p={0} m={0} style={{ listStyle: 'none' }} aria-label={t('summary')}>
            {JOB_STATES.map((each) => (
              <li key={each}>
                <Button
                  size="compact-sm"
                  variant={state === each ? 'filled' : 'default'}
                  aria-pressed={state === each}
                  onClick={() => setState(state === each ? null : each)}
                  rightSection={
                    <Text span size="sm" fw={700} className="ml-tabular">
                      {summary.data[each]}
                    </Text>
                  }
                >
                  {t(`state.${each}`)}
                </Button>
              </li>
            ))}
          </Group>
        )}
        <Section
          title={t('list')}
          description={t('listHint')}
          actions={
            <Select
              aria-label={t('filterState')}
              placeholder={t('anyState')}
              data={JOB_STATES.map((value) => ({ value, label: t(`state.${value}`) }))}
              value={state}
              onChange={(value) => setState(JOB_STATES.find((each) => each === value) ?? null)}
              clearable
              w={170}
            />
          }
        >
          {jobs.isError && (
            <ErrorState what={t('loadFailed')} error={jobs.error} onRetry={() => void jobs.refetch()} />
          )}
          {jobs.isPending && <RowsSkeleton label={common('loading')} />}
          {jobs.isSuccess && rows.length === 0 && (
            <EmptyState
              icon={<IconListCheck size={26} stroke={1.5} />}
              title={state ? t('noneOfState') : t('none')}
            >
              {state ? t('noneOfStateText') : t('noneText')}
            </EmptyState>
          )}
          {rows.length > 0 && (
            <WideTable label={t('list')} minWidth={880}>
              <Table highlightOnHover aria-label={t('list')} layout="fixed">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th w={170}>{t('job')}</Table.Th>
                    <Table.Th>{t('image')}</Table.Th>
                    <Table.Th w={130}>{t('stateColumn')}</Table.Th>
                    <Table.Th w={110}>{t('duration')}</Table.Th>
                    <Table.Th w={105}>{t('attempts')}</Table.Th>
                    <Table.Th w={150}>{t('requested')}</Table.Th>
                    {mayControl && <Table.Th w={90}>{t('actions')}</Table.Th>}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {rows.map((job) => (
                    <JobRow key={job.id} job={job} projectId={projectId} mayControl={mayControl} />
                  ))}
                </Table.Tbody>
              </Table>
            </WideTable>
          )}
          <LoadMore list={jobs} mt="md" />
        </Section>
        <Section title={t('workers')} description={t('workersHint')}>
          {workers.isError && (
            <ErrorState
              what={t('workersFailed')}
              error={workers.error}
              onRetry={() => void workers.refetch()}
            />
          )}
          {workers.isPending && <RowsSkeleton rows={2} label={common('loading')} />}
          {workers.data && <WorkersTable workers={workers.data} />}
        </Section>
        <Section title={t('depths')} description={t('depthsHint')}>
          {depths.isPending && <RowsSkeleton rows={2} label={common('loading')} />}
          {!depths.isPending && <QueueDepths depths={depths.data ?? null} />}
        </Section>
      </Stack>
    </Page>
  );
}

function JobRow({ job, projectId, mayControl }: { job: Job; projectId: string; mayControl: boolean }) {
  const t = useTranslations('jobs');
  const jobLabel = useJobLabel();
  const { id, name, state, progress, error, errorCode, imageId, imageName, closeUp, attempts, requestedBy } =
    job;
  return (
    <Table.Tr>
      <Table.Td>{jobLabel(name)}</Table.Td>
      <Table.Td>
        {imageId && imageName ? (
          <TruncatedText
            size="sm"
            as={
              <Anchor component={Link} href={`/projects/${projectId}/images/${imageId}`} size="sm">
                {imageName}
              </Anchor>
            }
          >
            {imageName}
          </TruncatedText>
        ) : (
          <Text c="dimmed" size="sm">
            –
          </Text>
        )}
        {closeUp && (
          <Text size="xs" c="dimmed" className="ml-tabular">
            {t('part', { ...closeUp })}
          </Text>
        )}
        {error && (
          <Text
            size="xs"
            c={state === 'failed' ? 'red' : 'dimmed'}
            mt={2}
            lineClamp={4}
            style={{ overflowWrap: 'anywhere' }}
          >
            {errorCode && (
              <Badge size="xs" color="gray" mr={6}>
                {errorCode}
              </Badge>
            )}
            {error}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <JobState state={state} />
        {state === 'running' && (
          <Progress
            value={100 * progress}
            size={4}
            mt={6}
            aria-label={t('progressOf', { name: jobLabel(name) })}
          />
        )}
      </Table.Td>
      <Table.Td>
        <Duration job={job} />
      </Table.Td>
      <Table.Td>{attempts}</Table.Td>
      <Table.Td>
        <Text size="sm">
          <Ago date={job.createdAt} />
        </Text>
        {requestedBy && (
          <TruncatedText size="xs" c="dimmed">
            {requestedBy.name}
          </TruncatedText>
        )}
      </Table.Td>
      {mayControl && (
        <Table.Td>
          <JobActions id={id} state={state} />
        </Table.Td>
      )}
    </Table.Tr>
  );
}

function Duration({ job: { startedAt, finishedAt, state } }: { job: Job }) {
  const format = useFormatter();
  const now = useNow({ updateInterval: 1000 });
  if (!startedAt) return <Text c="dimmed">–</Text>;
  const end = finishedAt ?? (state === 'running' ? now : startedAt);
  return <span>{formatDuration(end.getTime() - startedAt.getTime(), format.number)}</span>;
}

function JobActions({ id, state }: { id: string; state: State }) {
  const t = useTranslations('jobs');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notify = useNotify();
  const onSettled = () => queryClient.invalidateQueries({ queryKey: trpc.job.pathKey() });
  const retry = useMutation(
    trpc.job.retry.mutationOptions({ onSettled, onError: (error) => notify.failed(t('retryFailed'), error) }),
  );
  const cancel = useMutation(
    trpc.job.cancel.mutationOptions({
      onSettled,
      onError: (error) => notify.failed(t('cancelFailed'), error),
    }),
  );
  if (!isFinished(state)) {
    return (
      <Tooltip label={t('cancel')}>
        <ActionIcon
          onClick={() => cancel.mutate({ jobId: id })}
          loading={cancel.isPending}
          aria-label={t('cancel')}
        >
          <IconPlayerStop size={16} />
        </ActionIcon>
      </Tooltip>
    );
  }
  if (state === 'failed' || state === 'cancelled') {
    return (
      <Tooltip label={t('retry')}>
        <ActionIcon
          onClick={() => retry.mutate({ jobId: id })}
          loading={retry.isPending}
          aria-label={t('retry')}
        >
          <IconRefresh size={16} />
        </ActionIcon>
      </Tooltip>
    );
  }
  return <Box />;
}
