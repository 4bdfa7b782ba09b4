'use client';

import { Anchor, Badge, Group, Paper, SimpleGrid, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { JOB_STATES } from '@maskloop/domain';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useTRPC } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Facts } from '@/ui/Facts.tsx';
import { Page } from '@/ui/Page.tsx';
import { Section } from '@/ui/Section.tsx';
import { JobState } from '../jobs/JobState.tsx';
import { QueueDepths } from '../jobs/QueueDepths.tsx';
import { WorkersTable } from '../jobs/WorkersTable.tsx';

/** Whether database, queue, storage and workers work. */
export function HealthPage() {
  const t = useTranslations('health');
  const format = useFormatter();
  const trpc = useTRPC();
  const health = useQuery(trpc.system.health.queryOptions(undefined, { refetchInterval: 10_000 }));
  const { data } = health;
  return (
    <Page title={t('title')} description={t('description')}>
      <Stack gap="lg">
        {health.isError && (
          <ErrorState what={t('loadFailed')} error={health.error} onRetry={() => void health.refetch()} />
        )}
        {health.isPending && <Skeleton height={140} radius="lg" />}
        {data && (
          <>
            <SimpleGrid cols={{ base: 1, md: 3 }} spacing="lg">
              <Part
                title={t('database')}
                ok={data.database.ok}
                ms={data.database.ms}
                message={data.database.message}
              />
              <Part title={t('queue')} ok={data.queue.ok} ms={data.queue.ms} message={data.queue.message}>
                <Facts rows={[[t('backend'), data.queue.backend]]} />
              </Part>
              <Part
                title={t('storage')}
                ok={data.storage.ok}
                ms={data.storage.ms}
                message={data.storage.message}
              >
                <Facts rows={[[t('place'), data.storage.description]]} />
              </Part>
            </SimpleGrid>
            <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
              <Section
                title={t('depths')}
                description={t('depthsHint')}
                actions={
                  // no page of this app: a plain link, so that the browser loads it
                  <Anchor href="/admin/queues" size="sm">
                    {t('board')}
                  </Anchor>
                }
              >
                <QueueDepths depths={data.queue.depths} />
              </Section>
              <Section title={t('jobs')} description={t('jobsHint')}>
                <Table aria-label={t('jobs')}>
                  <Table.Tbody>
                    {JOB_STATES.map((state) => (
                      <Table.Tr key={state}>
                        <Table.Td>
                          <JobState state={state} />
                        </Table.Td>
                        <Table.Td ta="right">{format.number(data.queue.jobs[state])}</Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </Section>
            </SimpleGrid>
            <Section title={t('workers')}>
              <WorkersTable workers={data.workers} />
            </Section>
          </>
        )}
      </Stack>
    </Page>
  );
}

interface PartProps {
  readonly title: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly message: string | null;
  readonly children?: ReactNode;
}

function Part({ title, ok, ms, message, children }: PartProps) {
  const t = useTranslations('health');
  const format = useFormatter();
  return (
    <Paper component="section" aria-label={title}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={2}>{title}</Title>
          <Badge
            color={ok ? 'green' : 'red'}
            leftSection={ok ? <IconCircleCheck size={13} /> : <IconAlertTriangle size={13} />}
          >
            {ok ? t('works') : t('fails')}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed">
          {t('answered', { ms: format.number(ms, { maximumFractionDigits: ms < 10 ? 1 : 0 }) })}
        </Text>
        {message && (
          <Text size="sm" c="red" style={{ overflowWrap: 'anywhere' }}>
            {message}
          </Text>
        )}
        {children}
      </Stack>
    </Paper>
  );
}
