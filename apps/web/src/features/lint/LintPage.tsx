'use client';

import { Alert, Badge, Button, Group, Progress, Select, Skeleton, Stack, Tabs, Text } from '@mantine/core';
import { blockingOf, can, LINT_RULES, type LintRule } from '@maskloop/domain';
import { IconChecks, IconZoomCheck } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { useProjectEvents } from '@/client/use-project-events.ts';
import { Ago } from '@/ui/Ago.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Page } from '@/ui/Page.tsx';
import { Section } from '@/ui/Section.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { BuildState } from '../datasets/BuildState.tsx';
import { useProject } from '../projects/use-project.ts';
import { Findings } from './Findings.tsx';
import { PolicyForm } from './PolicyForm.tsx';

type Scan = NonNullable<Outputs['lint']['latest']>;

interface LintPageProps {
  readonly projectId: string;
  /** null: the project's masks as they are now */
  readonly datasetVersionId: string | null;
}

/** Checks masks for what models should not learn, shows what was found, and fixes it. */
export function LintPage({ projectId, datasetVersionId }: LintPageProps) {
  const t = useTranslations('lint');
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const notify = useNotify();
  const project = useProject(projectId);
  const role = project.data?.role ?? null;
  const versions = useQuery(trpc.dataset.list.queryOptions({ projectId }));
  const input = { projectId, datasetVersionId };
  const latest = useQuery(
    trpc.lint.latest.queryOptions(input, {
      // events tell of changes; this is for the case that none come through
      refetchInterval: ({ state }) =>
        state.data?.state === 'pending' || state.data?.state === 'running' ? 5_000 : false,
    }),
  );
  const refresh = () => queryClient.invalidateQueries({ queryKey: trpc.lint.latest.queryKey(input) });
  useProjectEvents(projectId, (events) => {
    if (events.some(({ type }) => type === 'lint')) void refresh();
  });
  const start = useMutation(
    trpc.lint.start.mutationOptions({
      onSuccess: refresh,
      onError: (error) => notify.failed(t('startFailed'), error),
    }),
  );
  const scan = latest.data ?? null;
  const busy = scan?.state === 'pending' || scan?.state === 'running';
  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        can(role, 'dataset.write') && (
          <Button
            leftSection={<IconZoomCheck size={16} />}
            loading={start.isPending}
            disabled={busy}
            onClick={() => start.mutate(input)}
          >
            {scan ? t('again') : t('start')}
          </Button>
        )
      }
    >
      <Stack gap="lg">
        <Select
          label={t('subject')}
          maw={420}
          data={[
            { value: '', label: t('project') },
            ...(versions.data ?? [])
              .filter(({ state }) => state === 'done')
              .map(({ id, number, name }) => ({ value: id, label: t('version', { number, name }) })),
          ]}
          value={datasetVersionId ?? ''}
          onChange={(id) =>
            router.replace(`/projects/${projectId}/datasets/lint${id ? `?version=${id}` : ''}`)
          }
          allowDeselect={false}
        />
        {latest.isError && (
          <ErrorState what={t('loadFailed')} error={latest.error} onRetry={() => void latest.refetch()} />
        )}
        {latest.isPending && <Skeleton height={200} radius="lg" />}
        {latest.isSuccess && scan === null && (
          <EmptyState icon={<IconZoomCheck size={26} stroke={1.5} />} title={t('never')}>
            {t('neverText')}
          </EmptyState>
        )}
        {scan && <ScanState scan={scan} />}
        {scan && Object.keys(scan.tally).length > 0 && <Results projectId={projectId} scan={scan} />}
        {can(role, 'project.update') && <PolicyForm projectId={projectId} />}
      </Stack>
    </Page>
  );
}

function ScanState({ scan }: { readonly scan: Scan }) {
  const t = useTranslations('lint');
  const format = useFormatter();
  const busy = scan.state === 'pending' || scan.state === 'running';
  const clean = scan.state === 'done' && Object.keys(scan.tally).length === 0;
  const blocking = blockingOf(scan.tally, scan.policy);
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <BuildState state={scan.state} />
        <Text size="sm" c="dimmed">
          {t('looked', {
            masks: scan.masks,
            done: scan.imagesDone,
            images: Math.max(scan.images, scan.imagesDone),
          })}
          {' · '}
          {scan.createdBy.name}
          {' · '}
          <Ago date={scan.finishedAt ?? scan.createdAt} />
        </Text>
      </Group>
      {busy && (
        <Progress
          value={(100 * scan.imagesDone) / Math.max(1, scan.images)}
          animated
          aria-label={t('progress')}
        />
      )}
      {scan.error && (
        <Alert color="red" title={t('scanFailed')}>
          {scan.error}
        </Alert>
      )}
      {clean && (
        <EmptyState icon={<IconChecks size={26} stroke={1.5} />} title={t('clean')}>
          {t('cleanText', { masks: scan.masks })}
        </EmptyState>
      )}
      {blocking.length > 0 && (
        <Alert color="orange" title={t('blocks')}>
          {blocking.map(([rule, count]) => `${t(`rule.${rule}`)}: ${format.number(count)}`).join(', ')}
        </Alert>
      )}
    </Stack>
  );
}

function Results({ projectId, scan }: { readonly projectId: string; readonly scan: Scan }) {
  const t = useTranslations('lint');
  const format = useFormatter();
  const found = LINT_RULES.filter((rule) => (scan.tally[rule] ?? 0) > 0);
  const [chosen, setChosen] = useState<LintRule | null>(null);
  const shown = chosen !== null && found.includes(chosen) ? chosen : found[0];
  if (!shown) return null;
  return (
    <Section title={t('found')}>
      <Tabs value={shown} onChange={(rule) => setChosen(rule as LintRule)} keepMounted={false}>
        <Tabs.List mb="md">
          {found.map((rule) => (
            <Tabs.Tab
              key={rule}
              value={rule}
              rightSection={
                <Badge size="sm" color={scan.policy.blocking.includes(rule) ? 'red' : 'gray'}>
                  {format.number(scan.tally[rule] ?? 0)}
                </Badge>
              }
            >
              {t(`rule.${rule}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {found.map((rule) => (
          <Tabs.Panel key={rule} value={rule}>
            <Findings projectId={projectId} scan={scan} rule={rule} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Section>
  );
}
