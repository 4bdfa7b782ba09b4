'use client';

import { Skeleton, Stack, Text, Title } from '@mantine/core';
import { can } from '@maskloop/domain';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '@/client/trpc.tsx';
import { useProjectEvents } from '@/client/use-project-events.ts';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { LinkButton } from '@/ui/LinkButton.tsx';
import { Page } from '@/ui/Page.tsx';
import { useProject } from '../projects/use-project.ts';
import { DatasetBuilder } from './DatasetBuilder.tsx';
import { useClassNames } from './use-class-names.ts';
import { VersionCard } from './VersionCard.tsx';

/** Frozen selections of a project's masks, and the builder of the next one. */
export function DatasetsPage({ projectId }: { projectId: string }) {
  const t = useTranslations('datasets');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const project = useProject(projectId);
  const versions = useQuery(
    trpc.dataset.list.queryOptions(
      { projectId },
      {
        // events tell of changes; this is for the case that none come through
        refetchInterval: ({ state }) =>
          state.data?.some((each) => each.state === 'pending' || each.state === 'running') ? 5_000 : false,
      },
    ),
  );
  const role = project.data?.role ?? null;
  // undefined: nobody chose yet, the newest is open
  const [openId, setOpenId] = useState<string | null | undefined>(undefined);
  const shownId = openId === undefined ? versions.data?.[0]?.id : openId;

  // by id of an export or a version
  const [progress, setProgress] = useState<ReadonlyMap<string, number>>(new Map());
  const heard = (id: string, fraction: number) => setProgress((known) => new Map(known).set(id, fraction));
  useProjectEvents(projectId, (events) => {
    for (const event of events) {
      if (event.type === 'export') heard(event.exportId, event.progress);
      if (event.type === 'dataset') heard(event.datasetVersionId, event.progress);
    }
    if (events.some(({ type }) => type === 'export')) {
      void queryClient.invalidateQueries({ queryKey: trpc.export.list.pathKey() });
    }
    if (events.some(({ type }) => type === 'dataset')) {
      void queryClient.invalidateQueries({ queryKey: trpc.dataset.list.queryKey({ projectId }) });
    }
  });
  const classNames = useClassNames(projectId);
  const next = (versions.data?.[0]?.number ?? 0) + 1;
  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        <>
          <LinkButton variant="default" href={`/projects/${projectId}/datasets/compare`}>
            {t('compare')}
          </LinkButton>
          <LinkButton variant="default" href={`/projects/${projectId}/datasets/lint`}>
            {t('check')}
          </LinkButton>
        </>
      }
    >
      <Stack gap="xl">
        {can(role, 'dataset.write') && versions.isSuccess && (
          <DatasetBuilder
            // a new number asks for a new name
            key={next}
            projectId={projectId}
            versions={versions.data}
            classNames={classNames}
            onFrozen={setOpenId}
          />
        )}
        <Stack component="section" gap="md" aria-labelledby="dataset-versions">
          <Title order={2} id="dataset-versions">
            {t('versions')}
          </Title>
          {versions.isError && (
            <ErrorState
              what={t('loadFailed')}
              error={versions.error}
              onRetry={() => void versions.refetch()}
            />
          )}
          {versions.isPending && <Skeleton height={90} radius="lg" />}
          {versions.data?.length === 0 && <Text c="dimmed">{t('noVersions')}</Text>}
          {versions.data?.map((version) => (
            <VersionCard
              key={version.id}
              projectId={projectId}
              version={version}
              open={shownId === version.id}
              onToggle={() => setOpenId(shownId === version.id ? null : version.id)}
              mayExport={can(role, 'export.create')}
              mayWrite={can(role, 'dataset.write')}
              classNames={classNames}
              progress={progress}
            />
          ))}
        </Stack>
      </Stack>
    </Page>
  );
}
