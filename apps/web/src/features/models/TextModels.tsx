'use client';

import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '@/client/trpc.tsx';
import { Ago } from '@/ui/Ago.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { RowsSkeleton } from '@/ui/Rows.tsx';
import { Section } from '@/ui/Section.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { WideTable } from '@/ui/WideTable.tsx';

/** Text models that are registered, below the segmenters. */
export function TextModels() {
  const t = useTranslations('models');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const models = useQuery(trpc.text.models.queryOptions());
  return (
    <Section title={t('texts')} description={t('textsHint')}>
      {models.isError && (
        <ErrorState what={t('textsFailed')} error={models.error} onRetry={() => void models.refetch()} />
      )}
      {models.isPending && <RowsSkeleton label={common('loading')} />}
      {models.data?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('noTexts')}. {t('noTextsText')}
        </Text>
      )}
      {models.data && models.data.length > 0 && (
        <WideTable label={t('texts')} minWidth={600}>
          <Table aria-label={t('texts')} layout="fixed">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{common('name')}</Table.Th>
                <Table.Th w={120}>{t('kind')}</Table.Th>
                <Table.Th w={110}>{t('family')}</Table.Th>
                <Table.Th w={140}>{common('created')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {models.data.map(({ id, name, family, createdAt }) => (
                <Table.Tr key={id}>
                  <Table.Td>
                    <TruncatedText size="sm">{name}</TruncatedText>
                  </Table.Td>
                  <Table.Td>{t('text')}</Table.Td>
                  <Table.Td>{family}</Table.Td>
                  <Table.Td>
                    <Ago date={createdAt} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </WideTable>
      )}
    </Section>
  );
}
