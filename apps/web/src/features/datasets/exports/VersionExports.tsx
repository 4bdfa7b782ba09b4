'use client';

import { Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { ExportForm } from './ExportForm.tsx';
import { ExportsTable } from './ExportsTable.tsx';

interface VersionExportsProps {
  readonly projectId: string;
  readonly version: Outputs['dataset']['list'][number];
  readonly mayExport: boolean;
  /** 0..1 by export id, from events */
  readonly progress: ReadonlyMap<string, number>;
}

/** The files made of a dataset version, and the order of the next one. */
export function VersionExports({ projectId, version, mayExport, progress }: VersionExportsProps) {
  const t = useTranslations('exports');
  const trpc = useTRPC();
  const exports = useQuery(
    trpc.export.list.queryOptions(
      { datasetVersionId: version.id },
      {
        // events tell of changes; this is for the case that none come through
        refetchInterval: ({ state }) =>
          state.data?.some((each) => each.state === 'pending' || each.state === 'running') ? 5_000 : false,
      },
    ),
  );
  return (
    <Stack gap="md" component="section" aria-labelledby={`exports-${version.id}`}>
      <Title order={4} fz="sm" id={`exports-${version.id}`}>
        {t('title')}
      </Title>
      {mayExport && version.state === 'done' && (
        <ExportForm projectId={projectId} datasetVersionId={version.id} />
      )}
      {exports.isError && (
        <ErrorState what={t('loadFailed')} error={exports.error} onRetry={() => void exports.refetch()} />
      )}
      {exports.isPending && <Skeleton height={70} />}
      {exports.data?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('none')}
        </Text>
      )}
      {exports.data && exports.data.length > 0 && (
        <ExportsTable
          projectId={projectId}
          exports={exports.data}
          progress={progress}
          mayChange={mayExport}
        />
      )}
    </Stack>
  );
}
