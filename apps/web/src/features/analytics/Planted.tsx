'use client';

import { Button, Group, Skeleton, Stack, Table, Text } from '@mantine/core';
import { type CatchRate, FEW_PLANTED, type FiguresFilter } from '@maskloop/domain';
import { IconDownload } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Section } from '@/ui/Section.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { WideTable } from '@/ui/WideTable.tsx';

type Answer = Outputs['analytics']['planted'];

/** Rows shown before somebody asks for all. */
const FEW = 12;

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
  if (!isOn && whole.judged === 0 && !waiting) return null;
  return (
    <Section
      title={t('title')}
      description={t('caughtHint')}
      actions={
        whole.judged > 0 && (
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
        {whole.judged === 0 ? (
          <Text size="sm" c="dimmed">
            {t('noneJudged')}
          </Text>
        ) : (
          <Whole rate={whole} />
        )}
        {waiting !== null && waiting > 0 && (
          <Text size="sm" c="dimmed">
            {t('waiting', { count: waiting })}
          </Text>
        )}
        {people && people.length > 0 && <People people={people} />}
      </Stack>
    </Section>
  );
}

function useRateTexts() {
  const t = useTranslations('planted');
  const format = useFormatter();
  const percent = (value: number) => format.number(value, { style: 'percent', maximumFractionDigits: 0 });
  return {
    share: ({ judged, caught }: CatchRate) => (judged < FEW_PLANTED ? null : percent(caught / judged)),
    interval: ({ interval }: CatchRate) =>
      interval && t('between', { low: percent(interval.low), high: percent(interval.high) }),
  };
}

function Whole({ rate }: { readonly rate: CatchRate }) {
  const t = useTranslations('planted');
  const { share, interval } = useRateTexts();
  return (
    <div>
      <Group gap="md" align="baseline">
        <Text fz={24} fw={650} lh={1.15} className="ml-tabular" data-testid="planted-caught">
          {t('caughtOf', { caught: rate.caught, judged: rate.judged })}
        </Text>
        <Text size="sm" className="ml-tabular">
          {share(rate)}
        </Text>
        <Text size="sm" c="dimmed" className="ml-tabular">
          {t('interval', { interval: interval(rate) ?? '' })}
        </Text>
      </Group>
      {share(rate) === null && (
        <Text size="sm" c="dimmed" mt={4}>
          {t('few', { least: FEW_PLANTED })}
        </Text>
      )}
    </div>
  );
}

function People({ people }: { readonly people: NonNullable<Answer['people']> }) {
  const t = useTranslations('planted');
  const { share, interval } = useRateTexts();
  const [all, setAll] = useState(false);
  return (
    <div>
      <WideTable label={t('byPerson')} minWidth={620}>
        <Table aria-label={t('byPerson')} layout="fixed" horizontalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('person')}</Table.Th>
              <Table.Th ta="right" w={130}>
                {t('caught')}
              </Table.Th>
              <Table.Th ta="right" w={110}>
                {t('rate')}
              </Table.Th>
              <Table.Th ta="right" w={160}>
                {t('interval95')}
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {(all ? people : people.slice(0, FEW)).map((row) => (
              <Table.Tr key={row.personId ?? 'none'} data-testid="planted-person">
                <Table.Td>
                  <TruncatedText size="sm">{row.name ?? t('nobody')}</TruncatedText>
                </Table.Td>
                <Table.Td ta="right" className="ml-tabular">
                  {t('caughtOf', { caught: row.caught, judged: row.judged })}
                </Table.Td>
                <Table.Td ta="right" className="ml-tabular">
                  {share(row) ?? (
                    <Text span c="dimmed" title={t('few', { least: FEW_PLANTED })}>
                      –
                    </Text>
                  )}
                </Table.Td>
                <Table.Td ta="right" className="ml-tabular">
                  {interval(row)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </WideTable>
      {people.length > FEW && (
        <Button variant="subtle" size="compact-sm" mt="xs" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('fewer') : t('allPeople', { count: people.length })}
        </Button>
      )}
    </div>
  );
}
