'use client';

import { Anchor, Box, Table, Text } from '@mantine/core';
import { IconBox } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { useTRPC } from '@/client/trpc.tsx';
import { Ago } from '@/ui/Ago.tsx';
import { CopyValue } from '@/ui/CopyValue.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Page } from '@/ui/Page.tsx';
import { RowsSkeleton } from '@/ui/Rows.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { WideTable } from '@/ui/WideTable.tsx';
import { ModelStateBadge } from './model-parts.tsx';
import { TextModels } from './TextModels.tsx';

/** All model versions and where they come from. */
export function ModelsPage() {
  const t = useTranslations('models');
  const common = useTranslations('common');
  const format = useFormatter();
  const trpc = useTRPC();
  const models = useQuery(trpc.model.list.queryOptions());
  const nameOf = (id: string | null) => models.data?.find((model) => model.id === id)?.name;
  return (
    <Page title={t('title')} description={t('description')}>
      {models.isError && (
        <ErrorState what={t('loadFailed')} error={models.error} onRetry={() => void models.refetch()} />
      )}
      {models.isPending && <RowsSkeleton label={common('loading')} />}
      {models.data?.length === 0 && (
        <EmptyState icon={<IconBox size={28} stroke={1.5} />} title={t('none')}>
          {t('noneText')}
        </EmptyState>
      )}
      {models.data && models.data.length > 0 && (
        <WideTable label={t('title')} minWidth={1000}>
          <Table highlightOnHover aria-label={t('title')} layout="fixed">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{common('name')}</Table.Th>
                <Table.Th w={120}>{t('kind')}</Table.Th>
                <Table.Th w={110}>{t('family')}</Table.Th>
                <Table.Th w={120}>{common('state')}</Table.Th>
                <Table.Th>{t('parent')}</Table.Th>
                <Table.Th w={160}>{t('encoder')}</Table.Th>
                <Table.Th w={100}>{t('projects')}</Table.Th>
                <Table.Th w={140}>{common('created')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {models.data.map((model) => (
                <Table.Tr key={model.id}>
                  <Table.Td>
                    <TruncatedText
                      size="sm"
                      as={
                        <Anchor component={Link} href={`/models/${model.id}`} size="sm" fw={600}>
                          {model.name}
                        </Anchor>
                      }
                    >
                      {model.name}
                    </TruncatedText>
                  </Table.Td>
                  <Table.Td>{t('segmenter')}</Table.Td>
                  <Table.Td>{model.family}</Table.Td>
                  <Table.Td>
                    <ModelStateBadge state={model.state} />
                  </Table.Td>
                  <Table.Td>
                    {model.parentId ? (
                      <TruncatedText
                        size="sm"
                        as={
                          <Anchor component={Link} href={`/models/${model.parentId}`} size="sm">
                            {nameOf(model.parentId) ?? model.parentId}
                          </Anchor>
                        }
                      >
                        {nameOf(model.parentId) ?? model.parentId}
                      </TruncatedText>
                    ) : (
                      <Text size="sm" c="dimmed">
                        {t('original')}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>
                    <CopyValue value={model.encoderSha256} label={t('encoderHash')} show={10} />
                  </Table.Td>
                  <Table.Td>{format.number(model.projects)}</Table.Td>
                  <Table.Td>
                    <Ago date={model.createdAt} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </WideTable>
      )}
      <Box mt="xl">
        <TextModels />
      </Box>
    </Page>
  );
}
