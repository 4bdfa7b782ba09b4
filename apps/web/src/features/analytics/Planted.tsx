'use client';

import { Button, Skeleton, Stack, Text } from '@mantine/core';
import type { FiguresFilter } from '@maskloop/domain';
import { IconDownload } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Section } from '@/ui/Section.tsx';
import { SharesByPerson, WholeShare } from './Shares.tsx';

interface PlantedProps {
  readonly projectId: string;
  readonly filter: FiguresFilter;
  /** the filter as it goes into an address */
  readonly address: string;
}

/** PP6: how many planted proposals were caught. Nothing where none are planted and none ever were. */
export function Planted({ projectId, filter, address }: PlantedProps) {
  const t = useTranslations('planted');
  const trpc = useTRPC();
  const found = useQuery(
    trpc.analytics.planted.queryOptions({ projectId, ...filter }, { placeholderData: keepPreviousData }),
  );
  if (found.isError) {
    return <ErrorState what={t('loadFailed')} error={found.error} onRetry={() => void found.refetch()} />;
  }
  if (!found.data) return <Skeleton height={120} radius="lg" />;
  const { isOn, whole, people, waiting } = found.data;
  if (!isOn && whole.all === 0 && !waiting) return null;
  return (
    <Section
      title={t('title')}
      description={t('caughtHint')}
      actions={
        whole.all > 0 && (
          <Button
            component="a"
            href={`/api/projects/${projectId}/analytics/planted?${address}`}
            download
            variant="default"
            size="xs"
            leftSection={<IconDownload size={14} />}
          >
            {t('csv')}
          </Button>
        )
      }
    >
      <Stack gap="md" data-testid="planted">
        {whole.all === 0 ? (
          <Text size="sm" c="dimmed">
            {t('noneJudged')}
          </Text>
        ) : (
          <WholeShare share={whole} />
        )}
        {waiting !== null && waiting > 0 && (
          <Text size="sm" c="dimmed">
            {t('waiting', { count: waiting })}
          </Text>
        )}
        {people && <SharesByPerson label={t('byPerson')} hits={t('caught')} people={people} />}
      </Stack>
    </Section>
  );
}
