'use client';

import { Anchor, Box, Group, Paper, Progress, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { can } from '@maskloop/domain';
import { IconFolders } from '@tabler/icons-react';
import { useQueries, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { useTRPC } from '@/client/trpc.tsx';
import { Ago } from '@/ui/Ago.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { LinkButton } from '@/ui/LinkButton.tsx';
import { Page } from '@/ui/Page.tsx';
import { Section } from '@/ui/Section.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { JobState } from '../jobs/JobState.tsx';
import { useJobLabel } from '../jobs/use-job-label.ts';
import { ContinueButton } from '../projects/ContinueButton.tsx';
import type { ListedProject } from '../projects/ProjectCard.tsx';
import { StageBadge } from '../projects/StageBadge.tsx';
import { useMe } from '../session/use-me.ts';

/** Projects whose jobs are looked at; more would be as many requests. */
const JOB_PROJECTS = 4;
const JOBS_SHOWN = 8;

/** What there is to do for me, and what the machines do. */
export function HomePage() {
  const t = useTranslations('home');
  const trpc = useTRPC();
  const me = useMe();
  const projects = useQuery(trpc.project.list.queryOptions());
  const list = projects.data ?? [];
  // what is to be labeled first, then what is through
  const queue = [...list].sort((a, b) => Number(openOf(b) > 0) - Number(openOf(a) > 0));
  const first = queue.find((project) => openOf(project) > 0);
  return (
    <Page title={me.data ? t('hello', { name: me.data.user.name }) : t('title')}>
      {projects.isError && (
        <ErrorState what={t('loadFailed')} error={projects.error} onRetry={() => void projects.refetch()} />
      )}
      {projects.isPending && <Skeleton height={160} radius="lg" />}
      {projects.data && list.length === 0 && (
        <EmptyState
          icon={<IconFolders size={28} stroke={1.5} />}
          title={t('noProjects')}
          actions={
            me.data?.canCreateProject && <LinkButton href="/projects/new">{t('createProject')}</LinkButton>
          }
        >
          {me.data?.canCreateProject ? t('noProjectsLead') : t('noProjectsOther')}
        </EmptyState>
      )}
      {list.length > 0 && (
        <Stack gap="lg">
          {first ? (
            <Paper
              component="section"
              aria-labelledby="home-next"
              p="xl"
              style={{ background: 'var(--ml-selected)', borderColor: 'transparent' }}
            >
              <Group justify="space-between" gap="lg">
                <Box miw={0} flex={1}>
                  <Title order={2} id="home-next">
                    {t('next')}
                  </Title>
                  <TruncatedText c="var(--mantine-color-text)" mt={2}>
                    {first.name}
                  </TruncatedText>
                  <Text size="sm" c="dimmed">
                    {t('open', { count: openOf(first) })}
                  </Text>
                </Box>
                <ContinueButton projectId={first.id} size="md" />
              </Group>
            </Paper>
          ) : (
            <Paper component="section" p="lg">
              <Text>{t('allDone')}</Text>
            </Paper>
          )}
          <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
            <Section
              title={t('queue')}
              actions={
                <Anchor component={Link} href="/projects" size="sm">
                  {t('allProjects')}
                </Anchor>
              }
            >
              <Stack component="ul" gap={0} p={0} m={0} style={{ listStyle: 'none' }}>
                {queue.slice(0, 8).map((project) => (
                  <QueueRow key={project.id} project={project} />
                ))}
              </Stack>
            </Section>
            <RecentJobs projects={list.filter(({ role }) => can(role, 'job.view')).slice(0, JOB_PROJECTS)} />
          </SimpleGrid>
        </Stack>
      )}
    </Page>
  );
}

function openOf({ imageCount, doneCount }: ListedProject): number {
  return imageCount - doneCount;
}

function QueueRow({ project }: { project: ListedProject }) {
  const t = useTranslations('home');
  const { id, name, stage, imageCount, doneCount, role } = project;
  return (
    <Box component="li" py="sm" style={{ borderTop: '1px solid var(--ml-line)' }}>
      <Group wrap="nowrap" justify="space-between" gap="md">
        <Stack gap={5} miw={0} flex={1}>
          <TruncatedText
            as={
              <Anchor component={Link} href={`/projects/${id}`} fw={500} c="inherit">
                {name}
              </Anchor>
            }
          >
            {name}
          </TruncatedText>
          <Group gap="sm" wrap="nowrap">
            <StageBadge stage={stage} />
            <Progress
              flex={1}
              maw={180}
              size={6}
              value={imageCount > 0 ? (100 * doneCount) / imageCount : 0}
              aria-label={t('progressOf', { name, done: doneCount, total: imageCount })}
            />
            <Text size="xs" c="dimmed" className="ml-tabular" style={{ whiteSpace: 'nowrap' }}>
              {`${doneCount} / ${imageCount}`}
            </Text>
          </Group>
        </Stack>
        {can(role, 'assignment.claim') && openOf(project) > 0 && (
          <ContinueButton projectId={id} projectName={name} size="compact-sm" variant="default" />
        )}
      </Group>
    </Box>
  );
}

function RecentJobs({ projects }: { projects: readonly ListedProject[] }) {
  const t = useTranslations('home');
  const jobLabel = useJobLabel();
  const format = useFormatter();
  const trpc = useTRPC();
  const pages = useQueries({
    queries: projects.map(({ id }) =>
      trpc.job.page.queryOptions({ projectId: id, limit: JOBS_SHOWN }, { refetchInterval: 15_000 }),
    ),
  });
  if (projects.length === 0) return null;
  const failed = pages.find(({ isError }) => isError);
  const rows = pages
    .flatMap(({ data }, index) => (data?.items ?? []).map((job) => ({ job, project: projects[index] })))
    .sort((a, b) => b.job.createdAt.getTime() - a.job.createdAt.getTime())
    .slice(0, JOBS_SHOWN)
    .map(({ job, project }) => ({
      job,
      project,
      label: job.imageName ? `${jobLabel(job.name)} · ${job.imageName}` : jobLabel(job.name),
    }));
  return (
    <Section title={t('jobs')}>
      {failed?.error && (
        <ErrorState what={t('jobsFailed')} error={failed.error} onRetry={() => void failed.refetch()} />
      )}
      {pages.some(({ isPending }) => isPending) && rows.length === 0 && <Skeleton height={120} />}
      {pages.every(({ isSuccess }) => isSuccess) && rows.length === 0 && (
        <Text c="dimmed">{t('noJobs')}</Text>
      )}
      <Stack component="ul" gap={0} p={0} m={0} style={{ listStyle: 'none' }}>
        {rows.map(({ job, project, label }) => (
          <Box component="li" key={job.id} py={8} style={{ borderTop: '1px solid var(--ml-line)' }}>
            <Group justify="space-between" wrap="nowrap" gap="md">
              <Box miw={0} flex={1}>
                <TruncatedText
                  size="sm"
                  as={
                    <Anchor component={Link} href={`/projects/${project?.id}/jobs`} c="inherit" size="sm">
                      {label}
                    </Anchor>
                  }
                >
                  {label}
                </TruncatedText>
                <TruncatedText size="xs" c="dimmed">
                  {project?.name ?? ''}
                </TruncatedText>
              </Box>
              <Stack gap={2} align="flex-end">
                <JobState state={job.state} />
                <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
                  {job.state === 'running' ? (
                    format.number(job.progress, { style: 'percent' })
                  ) : (
                    <Ago date={job.createdAt} />
                  )}
                </Text>
              </Stack>
            </Group>
          </Box>
        ))}
      </Stack>
    </Section>
  );
}
