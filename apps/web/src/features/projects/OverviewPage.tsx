'use client';

import { Alert, Anchor, Box, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { can, EMBEDDING_STATES, IMAGE_STATUSES, ORIGINS, type Origin } from '@maskloop/domain';
import { IconBook2, IconEyeCheck, IconUpload } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { useTRPC } from '@/client/trpc.tsx';
import { useThrottledRefresh } from '@/client/use-throttled-refresh.ts';
import { CopyValue } from '@/ui/CopyValue.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Figure } from '@/ui/Figure.tsx';
import { LinkButton } from '@/ui/LinkButton.tsx';
import { Markdown } from '@/ui/Markdown.tsx';
import { Page } from '@/ui/Page.tsx';
import { Section } from '@/ui/Section.tsx';
import { SegmentBar } from '@/ui/SegmentBar.tsx';
import type { FigureName } from '../analytics/figures.ts';
import { useFigureFormat } from '../analytics/use-figure-format.ts';
import { EMBEDDING_COLOURS, STATUS_COLOURS } from '../images/image-labels.tsx';
import { ContinueButton } from './ContinueButton.tsx';
import { StageBadge } from './StageBadge.tsx';
import { StageSection } from './StageSection.tsx';
import { useProject } from './use-project.ts';

/** People's work in petrol and blue, the model's in sand: what was judged stands out from what was not. */
const ORIGIN_COLOURS: Record<Origin, string> = {
  manual: 'var(--mantine-color-petrol-9)',
  assisted: 'var(--mantine-color-petrol-6)',
  corrected: 'var(--ml-status-submitted)',
  accepted: 'var(--ml-status-accepted)',
  proposed: 'var(--ml-status-sent-back)',
  imported: 'var(--ml-status-skipped)',
};

/** Of the engine's figures, those that tell how a project goes. */
const OVERVIEW_FIGURES = [
  'masksPerImage',
  'medianSecondsPerMask',
  'clicksPerMask',
  'acceptedShare',
  'meanProposalIou',
] as const satisfies readonly FigureName[];

/** Where a project stands. */
export function OverviewPage({ projectId }: { projectId: string }) {
  const t = useTranslations('overview');
  const words = useTranslations('image');
  const origins = useTranslations('origin');
  const analytics = useTranslations('analytics');
  const planted = useTranslations('planted');
  const show = useFigureFormat();
  const format = useFormatter();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const project = useProject(projectId);
  const overview = useQuery(trpc.project.overview.queryOptions({ projectId }));
  useThrottledRefresh(projectId, () => {
    void queryClient.invalidateQueries({ queryKey: trpc.project.overview.queryKey({ projectId }) });
  });

  if (project.isError) {
    return (
      <Page title={t('unavailable')} width="narrow">
        <ErrorState
          what={t('loadFailed')}
          error={project.error}
          onRetry={() => void project.refetch()}
          actions={
            <LinkButton href="/projects" size="xs" variant="default">
              {t('toProjects')}
            </LinkButton>
          }
        />
      </Page>
    );
  }
  const { data } = overview;
  const role = project.data?.role ?? null;
  return (
    <Page
      title={project.data?.name ?? <Skeleton height={28} width={320} />}
      mark={project.data && <StageBadge stage={project.data.stage} />}
      actions={
        can(role, 'assignment.claim') &&
        data &&
        data.images.total > 0 && <ContinueButton projectId={projectId} />
      }
    >
      <Stack gap="lg">
        {overview.isError && (
          <ErrorState
            what={t('figuresFailed')}
            error={overview.error}
            onRetry={() => void overview.refetch()}
          />
        )}
        <StageSection projectId={projectId} role={role} />
        {project.data && project.data.settings.plantedShare > 0 && (
          <Alert color="gray" icon={<IconEyeCheck size={18} />} title={planted('announced')}>
            {planted('announcement')}
          </Alert>
        )}
        {data ? (
          <SimpleGrid component="dl" cols={{ base: 2, md: 3, xl: 6 }} spacing="md" m={0}>
            <Figure label={t('masks')} value={format.number(data.masks.total)} />
            {OVERVIEW_FIGURES.map((figure) => (
              <Figure
                key={figure}
                label={analytics(`figure.${figure}`)}
                value={show(figure, data[figure])}
                hint={analytics(`definition.${figure}`)}
              />
            ))}
          </SimpleGrid>
        ) : (
          overview.isPending && <Skeleton height={86} radius="lg" />
        )}
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
          <Section
            title={t('images')}
            actions={
              <Anchor component={Link} href={`/projects/${projectId}/images`} size="sm">
                {t('allImages')}
              </Anchor>
            }
          >
            {data && data.images.total === 0 && (
              <EmptyState
                icon={<IconUpload size={26} stroke={1.5} />}
                title={t('noImages')}
                actions={
                  can(role, 'image.upload') && (
                    <LinkButton href={`/projects/${projectId}/images`}>{t('upload')}</LinkButton>
                  )
                }
              >
                {can(role, 'image.upload') ? t('noImagesLead') : t('noImagesOther')}
              </EmptyState>
            )}
            {data && data.images.total > 0 && (
              <Stack gap="xl">
                <SegmentBar
                  label={t('statusBar')}
                  format={format.number}
                  segments={IMAGE_STATUSES.map((status) => ({
                    key: status,
                    label: words(`status.${status}`),
                    count: data.images.byStatus[status],
                    colour: STATUS_COLOURS[status],
                  }))}
                  entry={({ key }, content) => (
                    <Anchor
                      component={Link}
                      href={`/projects/${projectId}/images?status=${key}`}
                      c="inherit"
                      underline="hover"
                    >
                      {content}
                    </Anchor>
                  )}
                />
                <Box>
                  <Text size="sm" fw={600} mb={8}>
                    {t('embeddings')}
                  </Text>
                  <SegmentBar
                    label={t('embeddingBar')}
                    format={format.number}
                    segments={EMBEDDING_STATES.map((state) => ({
                      key: state,
                      label: words(`embedding.${state}`),
                      count: data.embeddings[state],
                      colour: EMBEDDING_COLOURS[state],
                    }))}
                  />
                </Box>
              </Stack>
            )}
            {!data && overview.isPending && <Skeleton height={120} />}
          </Section>
          <Section title={t('origins')} description={t('originsHint')}>
            {data && data.masks.total === 0 && <Text c="dimmed">{t('noMasks')}</Text>}
            {data && data.masks.total > 0 && (
              <SegmentBar
                label={t('originBar')}
                format={format.number}
                segments={ORIGINS.map((origin) => ({
                  key: origin,
                  label: origins(`name.${origin}`),
                  count: data.masks.byOrigin[origin],
                  colour: ORIGIN_COLOURS[origin],
                }))}
              />
            )}
            {!data && overview.isPending && <Skeleton height={60} />}
            {project.data && (
              <Box mt="xl">
                <Text size="sm" fw={600} mb={6}>
                  {t('model')}
                </Text>
                {project.data.activeModel ? (
                  <Stack gap={2}>
                    <Anchor component={Link} href={`/models/${project.data.activeModel.id}`} size="sm">
                      {project.data.activeModel.name}
                    </Anchor>
                    <CopyValue
                      value={project.data.activeModel.encoderSha256}
                      label={t('encoderHash')}
                      show={16}
                    />
                  </Stack>
                ) : (
                  <Text size="sm" c="dimmed">
                    {t('noModel')}
                  </Text>
                )}
              </Box>
            )}
          </Section>
        </SimpleGrid>
        <Section
          title={t('guide')}
          actions={
            can(role, 'project.update') && (
              <Anchor component={Link} href={`/projects/${projectId}/settings`} size="sm">
                {t('editGuide')}
              </Anchor>
            )
          }
        >
          {project.data?.guide.trim() ? (
            <Box maw={760}>
              <Markdown>{project.data.guide}</Markdown>
            </Box>
          ) : project.data ? (
            <EmptyState icon={<IconBook2 size={26} stroke={1.5} />} title={t('noGuide')}>
              {t('noGuideText')}
            </EmptyState>
          ) : (
            <Skeleton height={100} />
          )}
        </Section>
      </Stack>
    </Page>
  );
}
