'use client';

import { Button, Group, Table, Text } from '@mantine/core';
import { LEAST_FOR_SHARE, type Share, type TallyOfPerson } from '@maskloop/domain';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { WideTable } from '@/ui/WideTable.tsx';

/** Rows shown before somebody asks for all. */
const FEW = 12;

function useShareTexts() {
  const t = useTranslations('shares');
  const format = useFormatter();
  const percent = (value: number) => format.number(value, { style: 'percent', maximumFractionDigits: 0 });
  return {
    share: ({ hits, all }: Share) => (all < LEAST_FOR_SHARE ? null : percent(hits / all)),
    interval: ({ interval }: Share) =>
      interval && t('between', { low: percent(interval.low), high: percent(interval.high) }),
  };
}

/** How many of how many, as one large figure with its interval. */
export function WholeShare({ share: whole }: { readonly share: Share }) {
  const t = useTranslations('shares');
  const { share, interval } = useShareTexts();
  return (
    <div>
      <Group gap="md" align="baseline">
        <Text fz={24} fw={650} lh={1.15} className="ml-tabular" data-testid="whole-share">
          {t('of', { hits: whole.hits, all: whole.all })}
        </Text>
        <Text size="sm" className="ml-tabular">
          {share(whole)}
        </Text>
        <Text size="sm" c="dimmed" className="ml-tabular">
          {t('interval', { interval: interval(whole) ?? '' })}
        </Text>
      </Group>
      {share(whole) === null && (
        <Text size="sm" c="dimmed" mt={4}>
          {t('few', { least: LEAST_FOR_SHARE })}
        </Text>
      )}
    </div>
  );
}

interface SharesByPersonProps {
  /** what the table is called */
  readonly label: string;
  /** head of the column of hits */
  readonly hits: string;
  readonly people: readonly (Share & TallyOfPerson)[];
}

/** The same for each person. */
export function SharesByPerson({ label, hits, people }: SharesByPersonProps) {
  const t = useTranslations('shares');
  const { share, interval } = useShareTexts();
  const [all, setAll] = useState(false);
  if (people.length === 0) return null;
  return (
    <div>
      <WideTable label={label} minWidth={620}>
        <Table aria-label={label} layout="fixed" horizontalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('person')}</Table.Th>
              <Table.Th ta="right" w={150}>
                {hits}
              </Table.Th>
              <Table.Th ta="right" w={110}>
                {t('share')}
              </Table.Th>
              <Table.Th ta="right" w={160}>
                {t('interval95')}
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {(all ? people : people.slice(0, FEW)).map((row) => (
              <Table.Tr key={row.personId ?? 'none'} data-testid="share-person">
                <Table.Td>
                  <TruncatedText size="sm">{row.name ?? t('nobody')}</TruncatedText>
                </Table.Td>
                <Table.Td ta="right" className="ml-tabular">
                  {t('of', { hits: row.hits, all: row.all })}
                </Table.Td>
                <Table.Td ta="right" className="ml-tabular">
                  {share(row) ?? (
                    <Text span c="dimmed" title={t('few', { least: LEAST_FOR_SHARE })}>
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
