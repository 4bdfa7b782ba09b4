'use client';

import { Anchor, Badge, Group, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { isRunOver, type RunItemState, type RunSummary, type RunText } from '@maskloop/domain';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useNow, useTranslations } from 'next-intl';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { useThrottledRefresh } from '@/client/use-throttled-refresh.ts';
import { Ago } from '@/ui/Ago.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Facts } from '@/ui/Facts.tsx';
import { Figure } from '@/ui/Figure.tsx';
import { formatDuration } from '@/ui/format.ts';
import { LinkButton } from '@/ui/LinkButton.tsx';
import { Page } from '@/ui/Page.tsx';
import { Section } from '@/ui/Section.tsx';
import { SegmentBar } from '@/ui/SegmentBar.tsx';
import { CompareRuns } from './CompareRuns.tsx';
import { DryRunResult } from './DryRunResult.tsx';
import { RunActions } from './RunActions.tsx';
import { RunItems } from './RunItems.tsx';
import { RunState } from './RunState.tsx';
import { progressOf, useProgressText, useScopeText } from './run-words.ts';

const COLOURS: Record<RunItemState, string> = {
  done: 'var(--mantine-color-petrol-6)',
  failed: 'var(--mantine-color-red-6)',
  cancelled: 'var(--ml-status-sent-back)',
  pending: 'var(--mantine-color-default-border)',
};
/** Finished ones first, as a bar fills. */
const BAR = ['done', 'failed', 'cancelled', 'pending'] as const;

/** One run as it happens: how far it is, what failed and why, and what can be done about it. */
export function RunPage({ projectId, runId }: { projectId: string; runId: string }) {
  const t = useTranslations('runs');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const run = useQuery(trpc.run.get.queryOptions({ runId }));
  useThrottledRefresh(
    projectId,
    () => {
      void queryClient.invalidateQueries({ queryKey: trpc.run.get.queryKey({ runId }) });
      void queryClient.invalidateQueries({ queryKey: trpc.run.items.pathKey() });
    },
    (event) => (event.type === 'run' && event.runId === runId) || event.type === 'project.changed',
  );
  if (run.isError) {
    return (
      <Page title={t('unavailable')} width="narrow">
        <ErrorState
          what={t('oneFailed')}
          error={run.error}
          onRetry={() => void run.refetch()}
          actions={
            <LinkButton href={`/projects/${projectId}/runs`} size="xs" variant="default">
              {t('toRuns')}
            </LinkButton>
          }
        />
      </Page>
    );
  }
  const { data } = run;
  if (!data) {
    return (
      <Page title={<Skeleton height={28} width={320} />} width="wide">
        <Skeleton height={360} radius="lg" />
      </Page>
    );
  }
  return (
    <Page
      width="wide"
      title={data.dryRun ? t('dryTitle', { model: data.model.name }) : t('named', { model: data.model.name })}
      mark={
        <Group gap={6} wrap="nowrap">
          <RunState state={data.state} />
          {data.rollingBack && <Badge color="orange">{t('rollingBack')}</Badge>}
        </Group>
      }
      description={data.note || undefined}
      actions={<RunActions run={data} />}
    >
      <Stack gap="lg">
        <Progress run={data} />
        {data.failures.length > 0 && <Failures run={data} />}
        {data.dryRun && <DryRunResult run={data} />}
        <RunItems projectId={projectId} run={data} />
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
          <Order run={data} />
          <CompareRuns projectId={projectId} run={data} />
        </SimpleGrid>
      </Stack>
    </Page>
  );
}

function Progress({ run }: { run: Outputs['run']['get'] }) {
  const t = useTranslations('runs');
  const format = useFormatter();
  const progressText = useProgressText();
  const now = useNow({ updateInterval: 1000 });
  const over = isRunOver(run.state);
  const { total } = progressOf(run);
  const duration = (ms: number) => formatDuration(ms, format.number);
  const end = run.finishedAt ?? now;
  return (
    <Section title={t('progress')}>
      <Text size="sm" fw={600} mb="xs" role="status" className="ml-tabular">
        {total === 0 && !over ? t('preparing') : progressText(run)}
      </Text>
      <SegmentBar
        label={t('progressBar')}
        format={format.number}
        segments={BAR.map((state) => ({
          key: state,
          label: t(`itemState.${state}`),
          count: run.counts[state],
          colour: COLOURS[state],
        }))}
      />
      <SimpleGrid component="dl" cols={{ base: 2, md: 4 }} spacing="md" mt="lg" mb={0}>
        <Figure
          label={t('throughput')}
          value={
            run.imagesPerMinute === null
              ? null
              : t('perMinute', {
                  count: format.number(run.imagesPerMinute, { maximumFractionDigits: 1 }),
                })
          }
          hint={t('throughputHint')}
        />
        <Figure
          label={t('left')}
          value={over ? null : run.secondsLeft === null ? null : duration(1000 * run.secondsLeft)}
          hint={t('leftHint')}
        />
        <Figure label={t('took')} value={duration(end.getTime() - run.createdAt.getTime())} />
        <Figure
          label={t('proposals')}
          value={format.number(run.proposals)}
          hint={run.dryRun ? t('dryProposalsHint') : t('proposalsHint')}
        />
      </SimpleGrid>
    </Section>
  );
}

/** The newest failures with the image that caused each. */
function Failures({ run }: { run: Outputs['run']['get'] }) {
  const t = useTranslations('runs');
  return (
    <Section title={t('failures')} description={t('failuresHint')}>
      <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }}>
        {run.failures.map(({ imageId, imageName, error }) => (
          <li key={imageId}>
            <Anchor component={Link} href={`/projects/${run.projectId}/images/${imageId}`} size="sm">
              {imageName}
            </Anchor>
            <Text size="sm" c="red" lineClamp={4} style={{ overflowWrap: 'anywhere' }}>
              {error ?? t('unknown')}
            </Text>
          </li>
        ))}
      </Stack>
    </Section>
  );
}

/** With which model and phrases proposals get classes. */
function OrderedText({ text }: { text: RunText }) {
  const t = useTranslations('runs');
  const format = useFormatter();
  const trpc = useTRPC();
  const models = useQuery(trpc.text.models.queryOptions());
  return (
    <>
      {t('textOrdered', {
        model: models.data?.find(({ id }) => id === text.textModelId)?.name ?? t('textGone'),
        count: text.phrases.length,
        threshold: format.number(text.threshold, { maximumFractionDigits: 2 }),
      })}
      <Text size="xs" c="dimmed" lineClamp={4} style={{ overflowWrap: 'anywhere' }}>
        {text.phrases.map(({ phrase }) => phrase).join(' · ')}
      </Text>
    </>
  );
}

/** What was ordered, by whom and when. */
function Order({ run }: { run: RunSummary }) {
  const t = useTranslations('runs');
  const format = useFormatter();
  const scopeText = useScopeText();
  const { parameters: p } = run;
  const number = (value: number) => format.number(value, { maximumFractionDigits: 3 });
  return (
    <Section title={t('order')}>
      <Facts
        rows={[
          [t('startedBy'), run.startedBy.name],
          [t('started'), <Ago key="started" date={run.createdAt} />],
          [t('images'), scopeText(run.scope)],
          [t('kinds'), run.kinds.map((kind) => t(`kind.${kind}`)).join(' + ')],
          [
            t('model'),
            <Anchor key="model" component={Link} href={`/models/${run.model.id}`} size="sm">
              {run.model.name}
            </Anchor>,
          ],
          [t('priority'), t(`priorityName.${run.priority}`)],
          ...(run.text ? ([[t('text'), <OrderedText key="text" text={run.text} />]] as const) : []),
          ...(run.kinds.includes('propose')
            ? ([
                [t('presetLabel'), t(`preset.${p.preset}`)],
                [t('parameter.predIouThresh'), number(p.predIouThresh)],
                [t('parameter.stabilityScoreThresh'), number(p.stabilityScoreThresh)],
                [t('parameter.boxNmsThresh'), number(p.boxNmsThresh)],
                [t('parameter.maxAreaShare'), number(p.maxAreaShare)],
                [t('parameter.pointsPerSide'), number(p.pointsPerSide)],
                [t('parameter.cropNLayers'), number(p.cropNLayers)],
                [t('parameter.cropNPointsDownscaleFactor'), number(p.cropNPointsDownscaleFactor)],
                [t('parameter.minMaskRegionArea'), number(p.minMaskRegionArea)],
              ] as const)
            : []),
        ]}
      />
    </Section>
  );
}
