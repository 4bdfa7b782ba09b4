'use client';

import { Button, Group, SegmentedControl, Select, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { can, DIMENSIONS } from '@maskloop/domain';
import { IconChartBar, IconDownload, IconUsers } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { usePathname, useSearchParams } from 'next/navigation';
import { useFormatter, useTranslations } from 'next-intl';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { LinkButton } from '@/ui/LinkButton.tsx';
import { Page } from '@/ui/Page.tsx';
import { Section } from '@/ui/Section.tsx';
import { useProject } from '../projects/use-project.ts';
import { useMe } from '../session/use-me.ts';
import { DimensionTable } from './DimensionTable.tsx';
import { FigureCards } from './FigureCards.tsx';
import { FilterBar } from './FilterBar.tsx';
import { FIGURES } from './figures.ts';
import { Planted } from './Planted.tsx';
import { usePushedSearch } from './use-pushed-search.ts';
import { Verdicts } from './Verdicts.tsx';
import { type AnalyticsView, givenBy, searchOf, viewIn } from './view.ts';

type Answer = Outputs['analytics']['figures'];

const loading = () => <Skeleton height={250} />;
const WeekChart = dynamic(() => import('./Charts.tsx').then((charts) => charts.WeekChart), {
  ssr: false,
  loading,
});
const PartsChart = dynamic(() => import('./Charts.tsx').then((charts) => charts.PartsChart), {
  ssr: false,
  loading,
});
const HistogramChart = dynamic(() => import('./Charts.tsx').then((charts) => charts.HistogramChart), {
  ssr: false,
  loading,
});

/** The data engine's figures: how fast, how well, how much, and of whom. */
export function AnalyticsPage({ projectId }: { readonly projectId: string }) {
  const t = useTranslations('analytics');
  const trpc = useTRPC();
  const project = useProject(projectId);
  const me = useMe();
  const role = project.data?.role;
  const search = useSearchParams();
  const path = usePathname();
  // until it is known who looks, nothing is asked for
  const reader = { role: role ?? 'annotator', userId: me.data?.user.id ?? '' } as const;
  const view = viewIn(search, reader);
  const { filter } = view;
  const chosen = search.has('whose') || search.has('from') || search.has('to');
  const pushAddress = usePushedSearch();
  const show = (change: (now: AnalyticsView) => AnalyticsView) =>
    pushAddress((now) => `${path}${searchOf(change(viewIn(now, reader)))}`);
  const reversed = filter.from !== null && filter.to !== null && filter.from > filter.to;
  const figures = useQuery(
    trpc.analytics.figures.queryOptions(
      { projectId, ...filter },
      {
        enabled: role !== undefined && me.data !== undefined && !reversed,
        placeholderData: keepPreviousData,
      },
    ),
  );
  const failed = project.isError ? project : figures.isError ? figures : null;
  const whole = figures.data?.rows.find(({ dimension }) => dimension === null)?.figures;
  const nothing = whole !== undefined && whole.verifiedMasks === 0 && whole.judged === 0;
  return (
    <Page
      title={t('title')}
      description={t('description')}
      width="wide"
      actions={
        role && (
          <>
            {can(role, 'analytics.people') && (
              <LinkButton
                variant="default"
                href={`/projects/${projectId}/analytics/agreement`}
                leftSection={<IconUsers size={16} />}
              >
                {t('agreement')}
              </LinkButton>
            )}
            <Button
              component="a"
              href={`/api/projects/${projectId}/analytics?${new URLSearchParams(givenBy(filter))}`}
              download
              variant="default"
              leftSection={<IconDownload size={16} />}
              title={t('csvHint')}
            >
              {t('csv')}
            </Button>
          </>
        )
      }
    >
      <Stack gap="lg">
        {role && me.data && (
          <FilterBar
            projectId={projectId}
            role={role}
            userId={me.data.user.id}
            filter={filter}
            onChange={(part) => show((now) => ({ ...now, filter: { ...now.filter, ...part } }))}
          />
        )}
        {role && !can(role, 'analytics.view') && (
          <Text size="sm" c="dimmed">
            {t('onlyMine')}
          </Text>
        )}
        {failed?.error && (
          <ErrorState what={t('loadFailed')} error={failed.error} onRetry={() => void failed.refetch()} />
        )}
        {!failed && figures.isPending && <Skeleton height={260} radius="lg" />}
        {nothing && (
          <EmptyState
            icon={<IconChartBar size={28} stroke={1.5} />}
            title={chosen ? t('emptyFiltered') : t('empty')}
            actions={
              !chosen && <LinkButton href={`/projects/${projectId}/images`}>{t('toImages')}</LinkButton>
            }
          >
            {chosen ? t('emptyFilteredText') : t('emptyText')}
          </EmptyState>
        )}
        {figures.data && whole && !nothing && (
          <Stack gap="lg" aria-busy={figures.isPlaceholderData} opacity={figures.isPlaceholderData ? 0.6 : 1}>
            <FigureCards figures={whole} />
            <Plots
              answer={figures.data}
              view={view}
              onShow={(part) => show((now) => ({ ...now, ...part }))}
            />
          </Stack>
        )}
        {role !== undefined && !reversed && <Verdicts projectId={projectId} filter={filter} />}
        {role !== undefined && !reversed && (
          <Planted
            projectId={projectId}
            filter={filter}
            address={new URLSearchParams(givenBy(filter)).toString()}
          />
        )}
      </Stack>
    </Page>
  );
}

interface PlotsProps {
  readonly answer: Answer;
  readonly view: AnalyticsView;
  readonly onShow: (part: Partial<AnalyticsView>) => void;
}

function Plots({ answer, view: { figure, by }, onShow }: PlotsProps) {
  const t = useTranslations('analytics');
  const dimension = answer.dimensions.includes(by) ? by : 'stage';
  const of = (asked: AnalyticsView['by']) => answer.rows.filter((row) => row.dimension === asked);
  const rows = of(dimension);
  const newestFirst = dimension === 'week';
  const name = t(`figure.${figure}`);
  return (
    <>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Section
          title={t('weeks')}
          description={t('weeksHint')}
          actions={
            <Select
              aria-label={t('plotted')}
              size="xs"
              w={210}
              allowDeselect={false}
              data={FIGURES.map((value) => ({ value, label: t(`figure.${value}`) }))}
              value={figure}
              onChange={(value) => onShow({ figure: FIGURES.find((each) => each === value) ?? figure })}
            />
          }
        >
          <WeekChart figure={figure} rows={of('week')} label={t('weeksLabel', { figure: name })} />
        </Section>
        <Section title={t('histogram')} description={t('histogramHint')}>
          <Histogram {...answer.histogram} />
        </Section>
      </SimpleGrid>
      <Section title={t('by')} description={t('byHint')}>
        <Stack gap="lg">
          <SegmentedControl
            style={{ alignSelf: 'flex-start' }}
            aria-label={t('by')}
            data={DIMENSIONS.filter((each) => answer.dimensions.includes(each)).map((value) => ({
              value,
              label: t(`dimension.${value}`),
            }))}
            value={dimension}
            onChange={(value) => onShow({ by: DIMENSIONS.find((each) => each === value) ?? dimension })}
          />
          <DimensionTable
            key={dimension}
            dimension={dimension}
            rows={newestFirst ? rows.toSorted((a, b) => (b.key ?? '').localeCompare(a.key ?? '')) : rows}
          />
          {dimension !== 'week' && rows.length > 1 && (
            <div>
              <Text size="sm" fw={600} mb="xs">
                {name}
              </Text>
              <PartsChart
                figure={figure}
                rows={rows}
                label={t('partsLabel', { figure: name, dimension: t(`dimension.${dimension}`) })}
              />
            </div>
          )}
        </Stack>
      </Section>
    </>
  );
}

function Histogram({ corrected, accepted }: Answer['histogram']) {
  const t = useTranslations('analytics');
  const format = useFormatter();
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const total = sum(corrected);
  if (total === 0 && accepted === 0) {
    return (
      <Text c="dimmed" size="sm">
        {t('noneJudged')}
      </Text>
    );
  }
  const above = sum(corrected.slice(Math.round(corrected.length * 0.9)));
  return (
    <>
      {total > 0 && (
        <HistogramChart
          counts={corrected}
          label={t('histogramLabel')}
          series={t('corrections')}
          axis={t('iouAxis')}
        />
      )}
      <Group gap="md" mt="xs">
        <Text size="sm">{t('correctedFact', { count: total })}</Text>
        {total > 0 && (
          <Text size="sm">
            {t('aboveFact', {
              share: format.number(above / total, { style: 'percent', maximumFractionDigits: 0 }),
            })}
          </Text>
        )}
        <Text size="sm">{t('acceptedFact', { count: accepted })}</Text>
      </Group>
    </>
  );
}
