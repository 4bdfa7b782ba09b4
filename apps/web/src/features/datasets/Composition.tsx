'use client';

import { Progress, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { useTRPC } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Section } from '@/ui/Section.tsx';

const SHOWN = 8;

/** A version's masks by how they came about, by who made the pixels, and by class. */
export function Composition({
  datasetVersionId,
  nameOf,
}: {
  readonly datasetVersionId: string;
  readonly nameOf: (classId: string | null) => string;
}) {
  const t = useTranslations('version');
  const origins = useTranslations('origin');
  const trpc = useTRPC();
  const composition = useQuery(trpc.dataset.composition.queryOptions({ datasetVersionId }));
  if (composition.isError) {
    return (
      <ErrorState what={t('failed')} error={composition.error} onRetry={() => void composition.refetch()} />
    );
  }
  if (!composition.data) return <Skeleton height={160} radius="lg" />;
  const { byOrigin, byPerson, byClass } = composition.data;
  return (
    <SimpleGrid cols={{ base: 1, md: 3 }}>
      <Shares
        title={t('byOrigin')}
        rows={byOrigin.map(({ origin, masks }) => ({ key: origin, label: origins(`name.${origin}`), masks }))}
      />
      <Shares
        title={t('byPerson')}
        rows={byPerson.map(({ id, name, masks }) => ({ key: id ?? '', label: name ?? t('nobody'), masks }))}
      />
      <Shares
        title={t('byClass')}
        rows={byClass.map(({ classId, masks }) => ({ key: classId ?? '', label: nameOf(classId), masks }))}
      />
    </SimpleGrid>
  );
}

interface Row {
  readonly key: string;
  readonly label: string;
  readonly masks: number;
}

function Shares({ title, rows }: { readonly title: string; readonly rows: readonly Row[] }) {
  const t = useTranslations('version');
  const format = useFormatter();
  const total = rows.reduce((sum, { masks }) => sum + masks, 0);
  return (
    <Section title={title}>
      {rows.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('noneLikeThis')}
        </Text>
      )}
      <Stack gap="xs">
        {rows.slice(0, SHOWN).map(({ key, label, masks }) => (
          <div key={key}>
            <Text
              size="sm"
              component="div"
              style={{ display: 'flex', justifyContent: 'space-between', gap: 8 }}
            >
              <Text span size="sm" truncate title={label}>
                {label}
              </Text>
              <span className="ml-tabular">{format.number(masks)}</span>
            </Text>
            <Progress value={(100 * masks) / Math.max(1, total)} size={6} aria-label={label} />
          </div>
        ))}
        {rows.length > SHOWN && (
          <Text size="xs" c="dimmed">
            {t('andMore', { count: rows.length - SHOWN })}
          </Text>
        )}
      </Stack>
    </Section>
  );
}
