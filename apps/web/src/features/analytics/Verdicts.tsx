'use client';

import { Skeleton, Stack } from '@mantine/core';
import type { FiguresFilter } from '@maskloop/domain';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Section } from '@/ui/Section.tsx';
import { SharesByPerson, WholeShare } from './Shares.tsx';

/** AN4: how much of people's work the first review accepts. Nothing where nobody reviews. */
export function Verdicts({
  projectId,
  filter,
}: {
  readonly projectId: string;
  readonly filter: FiguresFilter;
}) {
  const t = useTranslations('verdicts');
  const trpc = useTRPC();
  const found = useQuery(
    trpc.analytics.verdicts.queryOptions({ projectId, ...filter }, { placeholderData: keepPreviousData }),
  );
  if (found.isError) {
    return <ErrorState what={t('loadFailed')} error={found.error} onRetry={() => void found.refetch()} />;
  }
  if (!found.data) return <Skeleton height={120} radius="lg" />;
  const { whole, people } = found.data;
  if (whole.all === 0) return null;
  return (
    <Section title={t('title')} description={t('hint')}>
      <Stack gap="md" data-testid="verdicts">
        <WholeShare share={whole} />
        {people && <SharesByPerson label={t('byPerson')} hits={t('accepted')} people={people} />}
      </Stack>
    </Section>
  );
}
