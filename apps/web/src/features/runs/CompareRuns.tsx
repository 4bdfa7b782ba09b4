'use client';

import { Anchor, Select, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import type { RunComparison, RunSummary } from '@maskloop/domain';
import { skipToken, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Figure } from '@/ui/Figure.tsx';
import { LoadMore } from '@/ui/LoadMore.tsx';
import { RowsSkeleton } from '@/ui/Rows.tsx';
import { Section } from '@/ui/Section.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { WideTable } from '@/ui/WideTable.tsx';

const KEYS = ['same', 'changed', 'appeared', 'vanished'] as const satisfies readonly (keyof RunComparison)[];

/** What became of this run's proposals in another one, over all images that both finished, page by page. */
export function CompareRuns({ projectId, run }: { projectId: string; run: RunSummary }) {
  const t = useTranslations('runs');
  const common = useTranslations('common');
  const format = useFormatter();
  const trpc = useTRPC();
  const [otherRunId, setOther] = useState<string | null>(null);
  const runs = useQuery(trpc.run.list.queryOptions({ projectId, limit: 100 }));
  const comparison = useInfiniteQuery(
    trpc.run.compare.infiniteQueryOptions(otherRunId ? { runId: run.id, otherRunId } : skipToken, {
      getNextPageParam: ({ nextCursor }) => nextCursor,
    }),
  );
  const others = (runs.data?.items ?? []).filter(
    ({ id, kinds, proposals }) => id !== run.id && kinds.includes('propose') && proposals > 0,
  );
  const pages = comparison.data?.pages ?? [];
  const rows = pages.flatMap(({ items }) => items);
  const images = pages[0]?.images ?? 0;
  const sum = (key: keyof RunComparison) => pages.reduce((all, { total }) => all + total[key], 0);
  if (!run.kinds.includes('propose')) return null;
  return (
    <Section title={t('compare')} description={t('compareHint')}>
      <Stack gap="md">
        {runs.isError && (
          <ErrorState what={t('loadFailed')} error={runs.error} onRetry={() => void runs.refetch()} />
        )}
        <Select
          label={t('otherRun')}
          placeholder={others.length > 0 ? t('chooseRun') : t('noOtherRun')}
          disabled={others.length === 0}
          data={others.map((other) => ({
            value: other.id,
            label: `${other.note || other.model.name} · ${format.dateTime(other.createdAt, { dateStyle: 'medium', timeStyle: 'short' })}${other.dryRun ? ` · ${t('dryRun')}` : ''}`,
          }))}
          value={otherRunId}
          onChange={setOther}
          clearable
          searchable
        />
        {comparison.isError && (
          <ErrorState
            what={t('compareFailed')}
            error={comparison.error}
            onRetry={() => void comparison.refetch()}
          />
        )}
        {otherRunId && comparison.isPending && <RowsSkeleton rows={3} label={common('loading')} />}
        {otherRunId && comparison.isSuccess && rows.length === 0 && (
          <Text size="sm" c="dimmed">
            {t('nothingCommon')}
          </Text>
        )}
        {rows.length > 0 && (
          <>
            <Text size="sm" c="dimmed" role="status">
              {t('comparedImages', { shown: format.number(rows.length), images: format.number(images) })}
            </Text>
            <SimpleGrid component="dl" cols={{ base: 2, sm: 4 }} spacing="sm" m={0}>
              {KEYS.map((key) => (
                <Figure
                  key={key}
                  label={t(`fate.${key}`)}
                  value={format.number(sum(key))}
                  hint={t(`fateHint.${key}`)}
                />
              ))}
            </SimpleGrid>
            <WideTable label={t('compare')} minWidth={520}>
              <Table aria-label={t('compare')} layout="fixed">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('image')}</Table.Th>
                    {KEYS.map((key) => (
                      <Table.Th key={key} w={92} ta="right">
                        {t(`fate.${key}`)}
                      </Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {rows.map((row) => (
                    <Table.Tr key={row.imageId}>
                      <Table.Td>
                        <TruncatedText
                          size="sm"
                          as={
                            <Anchor
                              component={Link}
                              href={`/projects/${projectId}/images/${row.imageId}`}
                              size="sm"
                            >
                              {row.imageName}
                            </Anchor>
                          }
                        >
                          {row.imageName}
                        </TruncatedText>
                      </Table.Td>
                      {KEYS.map((key) => (
                        <Table.Td key={key} ta="right" className="ml-tabular">
                          {format.number(row[key])}
                        </Table.Td>
                      ))}
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </WideTable>
          </>
        )}
        <LoadMore list={comparison} />
      </Stack>
    </Section>
  );
}
