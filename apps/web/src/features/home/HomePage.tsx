'use client';

import { SimpleGrid, Skeleton, Stack } from '@mantine/core';
import { can } from '@maskloop/domain';
import { IconFolders } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '@/client/trpc.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { LinkButton } from '@/ui/LinkButton.tsx';
import { Page } from '@/ui/Page.tsx';
import { useMe } from '../session/use-me.ts';
import { Machines } from './Machines.tsx';
import { MyProjects } from './MyProjects.tsx';
import { News } from './News.tsx';
import { NextUp } from './NextUp.tsx';
import { myProjects, nextUp } from './next-up.ts';
import { SentBack } from './SentBack.tsx';

/** What there is to do for me, and what the machines do. */
export function HomePage() {
  const t = useTranslations('home');
  const trpc = useTRPC();
  const me = useMe();
  const list = useQuery(trpc.project.list.queryOptions());
  // an image that was opened a moment ago is what to go on with
  const work = useQuery(trpc.me.work.queryOptions(undefined, { refetchOnMount: 'always' }));
  const projects = list.data ? myProjects(list.data, work.data?.places ?? []) : [];
  const leads = projects.some(({ project }) => can(project.role, 'job.view'));
  return (
    <Page title={me.data ? t('hello', { name: me.data.user.name }) : t('title')}>
      {list.isError && (
        <ErrorState what={t('loadFailed')} error={list.error} onRetry={() => void list.refetch()} />
      )}
      {work.isError && (
        <ErrorState what={t('workFailed')} error={work.error} onRetry={() => void work.refetch()} />
      )}
      {(list.isPending || (work.isPending && !work.isError)) && <Skeleton height={140} radius="lg" />}
      {list.data?.length === 0 && (
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
      {projects.length > 0 && !work.isPending && (
        <Stack gap="lg">
          <NextUp next={nextUp(projects)} />
          {work.data && <SentBack {...work.data.sentBack} />}
          <News />
          <SimpleGrid cols={{ base: 1, lg: leads ? 2 : 1 }} spacing="lg">
            <MyProjects projects={projects} />
            {leads && <Machines />}
          </SimpleGrid>
        </Stack>
      )}
    </Page>
  );
}
