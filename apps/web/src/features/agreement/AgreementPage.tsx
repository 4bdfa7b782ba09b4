'use client';

import { Alert, Button, Skeleton, Stack } from '@mantine/core';
import { can } from '@maskloop/domain';
import { IconDownload, IconUsers } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useFormatter, useTranslations } from 'next-intl';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { useThrottledRefresh } from '@/client/use-throttled-refresh.ts';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { LinkButton } from '@/ui/LinkButton.tsx';
import { Page } from '@/ui/Page.tsx';
import { Section } from '@/ui/Section.tsx';
import { useProject } from '../projects/use-project.ts';
import { AgreementCards } from './AgreementCards.tsx';
import { PartsTable } from './PartsTable.tsx';
import { TwiceTable } from './TwiceTable.tsx';
import { WaitingTable } from './WaitingTable.tsx';

type Summary = Outputs['agreement']['summary'];

const AgreementChart = dynamic(
  () => import('../analytics/Charts.tsx').then((charts) => charts.HistogramChart),
  { ssr: false, loading: () => <Skeleton height={250} /> },
);

/** DL5: how far two people agree on the images that are labeled twice. */
export function AgreementPage({ projectId }: { readonly projectId: string }) {
  const t = useTranslations('agreement');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const project = useProject(projectId);
  const role = project.data?.role ?? null;
  const may = can(role, 'analytics.people');
  const summary = useQuery(trpc.agreement.summary.queryOptions({ projectId }, { enabled: may }));
  useThrottledRefresh(projectId, () => {
    void queryClient.invalidateQueries({ queryKey: trpc.agreement.pathKey() });
  });
  const failed = project.isError ? project : summary.isError ? summary : null;
  const share = project.data?.settings.doubleLabelShare ?? 0;
  const { data } = summary;
  return (
    <Page
      title={t('title')}
      description={t('description')}
      width="wide"
      actions={
        data &&
        data.compared > 0 && (
          <Button
            component="a"
            href={`/api/projects/${projectId}/agreement`}
            download
            variant="default"
            leftSection={<IconDownload size={16} />}
            title={t('csvHint')}
          >
            {t('csv')}
          </Button>
        )
      }
    >
      {project.data && !may && <Alert color="gray">{t('leadsOnly')}</Alert>}
      {failed?.error && (
        <ErrorState what={t('loadFailed')} error={failed.error} onRetry={() => void failed.refetch()} />
      )}
      {!failed && (project.isPending || (may && summary.isPending)) && <Skeleton height={260} radius="lg" />}
      {data && (
        <Stack gap="lg">
          {data.compared === 0 && (
            <EmptyState
              icon={<IconUsers size={28} stroke={1.5} />}
              title={share === 0 ? t('off') : t('none')}
              actions={
                share === 0 && (
                  <LinkButton href={`/projects/${projectId}/settings#double-labeling`}>
                    {t('toSettings')}
                  </LinkButton>
                )
              }
            >
              {share === 0 ? t('offText') : t('noneText')}
            </EmptyState>
          )}
          {data.compared > 0 && <Compared projectId={projectId} summary={data} />}
          {data.waiting > 0 && <WaitingTable projectId={projectId} total={data.waiting} />}
        </Stack>
      )}
    </Page>
  );
}

function Compared({ projectId, summary }: { readonly projectId: string; readonly summary: Summary }) {
  const t = useTranslations('agreement');
  const format = useFormatter();
  const { histogram, classes, pairs } = summary;
  return (
    <>
      <AgreementCards summary={summary} />
      <Section title={t('histogram')} description={t('histogramHint')}>
        <AgreementChart
          counts={histogram}
          label={t('histogramLabel')}
          series={t('images')}
          axis={t('figure.score')}
        />
      </Section>
      <Section title={t('pairs')} description={t('pairsHint')}>
        <PartsTable
          label={t('pairs')}
          countLabel={t('images')}
          parts={pairs.map(({ people, images, ...figures }) => ({
            key: people.map(({ id }) => id).join(),
            name: format.list(people.map(({ name }) => name)),
            count: images,
            ...figures,
          }))}
        />
      </Section>
      <Section title={t('classes')} description={t('classesHint')}>
        <PartsTable
          label={t('classes')}
          countLabel={t('masks')}
          parts={classes.map(({ classId, name, first, second, ...figures }) => ({
            key: classId ?? 'none',
            name: name ?? t('noClass'),
            count: first + second,
            ...figures,
          }))}
        />
      </Section>
      <TwiceTable projectId={projectId} />
    </>
  );
}
