'use client';

import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useTRPC } from '@/client/trpc.tsx';
import { CopyValue } from '@/ui/CopyValue.tsx';

/** The dataset version a model learnt from, with the way to its masks; its id alone for those who may not see it. */
export function TrainedOn({ datasetVersionId }: { readonly datasetVersionId: string }) {
  const t = useTranslations('models');
  const datasets = useTranslations('datasets');
  const trpc = useTRPC();
  const version = useQuery(trpc.dataset.get.queryOptions({ datasetVersionId }, { retry: false }));
  const project = useQuery(
    trpc.project.get.queryOptions(
      { projectId: version.data?.projectId ?? '' },
      { enabled: version.isSuccess },
    ),
  );
  if (!version.data) return <CopyValue value={datasetVersionId} label={t('trainedOn')} show={13} />;
  const { projectId, number, counts } = version.data;
  return (
    <>
      <Anchor component={Link} href={`/projects/${projectId}/datasets/${datasetVersionId}`} size="sm">
        {t('versionOf', { number, project: project.data?.name ?? '' })}
      </Anchor>
      <Text size="xs" c="dimmed">
        {datasets('holds', { masks: counts.masks, images: counts.images })}
      </Text>
    </>
  );
}
