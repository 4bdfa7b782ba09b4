'use client';

import { SimpleGrid, Skeleton, TextInput } from '@mantine/core';
import { IconFolders, IconPlus, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '@/client/trpc.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { LinkButton } from '@/ui/LinkButton.tsx';
import { Page } from '@/ui/Page.tsx';
import { useMe } from '../session/use-me.ts';
import { ProjectCard } from './ProjectCard.tsx';

/** From here on a search field is quicker than looking. */
const MANY = 9;

/** All projects a person belongs to. */
export function ProjectsPage() {
  const t = useTranslations('projects');
  const trpc = useTRPC();
  const me = useMe();
  const projects = useQuery(trpc.project.list.queryOptions());
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const shown = (projects.data ?? []).filter(({ name }) => name.toLowerCase().includes(wanted));
  const create = me.data?.canCreateProject && (
    <LinkButton href="/projects/new" leftSection={<IconPlus size={16} />}>
      {t('create')}
    </LinkButton>
  );
  return (
    <Page title={t('title')} actions={create}>
      {projects.isError && (
        <ErrorState what={t('loadFailed')} error={projects.error} onRetry={() => void projects.refetch()} />
      )}
      {projects.data && projects.data.length >= MANY && (
        <TextInput
          aria-label={t('search')}
          placeholder={t('search')}
          leftSection={<IconSearch size={15} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          maw={320}
          mb="md"
        />
      )}
      {projects.data?.length === 0 && (
        <EmptyState icon={<IconFolders size={28} stroke={1.5} />} title={t('empty.title')} actions={create}>
          {me.data?.canCreateProject ? t('empty.create') : t('empty.ask')}
        </EmptyState>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3, xl: 4 }} spacing="lg">
        {projects.isPending &&
          ['a', 'b', 'c', 'd'].map((key) => <Skeleton key={key} height={290} radius="lg" />)}
        {shown.map((project) => (
          <ProjectCard key={project.id} project={project} />
        ))}
      </SimpleGrid>
    </Page>
  );
}
