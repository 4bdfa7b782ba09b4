import { Anchor, Skeleton, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { useTRPC } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { LoadMore } from '@/ui/LoadMore.tsx';
import { Section } from '@/ui/Section.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { WideTable } from '@/ui/WideTable.tsx';
import { Thumbnail } from '../home/Thumbnail.tsx';
import { StatusLabel } from '../images/image-labels.tsx';
import { AGREEMENT_FIGURES, useAgreementFormat } from './use-agreement-format.ts';

/** Images that were labeled twice, those with the lowest agreement first. */
export function TwiceTable({ projectId }: { readonly projectId: string }) {
  const t = useTranslations('agreement');
  const common = useTranslations('common');
  const format = useFormatter();
  const show = useAgreementFormat();
  const trpc = useTRPC();
  const list = useInfiniteQuery(
    trpc.agreement.list.infiniteQueryOptions(
      { projectId },
      { getNextPageParam: ({ nextCursor }) => nextCursor },
    ),
  );
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section title={t('list')} description={t('listHint')}>
      {list.isError && (
        <ErrorState what={t('loadFailed')} error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isPending && <Skeleton height={200} />}
      {items.length > 0 && (
        <WideTable label={t('list')} minWidth={1046}>
          <Table
            aria-label={t('list')}
            layout="fixed"
            highlightOnHover
            horizontalSpacing="xs"
            verticalSpacing={6}
          >
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={84} aria-label={t('picture')} />
                <Table.Th>{common('name')}</Table.Th>
                <Table.Th w={160}>{t('people')}</Table.Th>
                <Table.Th w={104} ta="right">
                  {t('masks')}
                </Table.Th>
                <Table.Th w={104} ta="right" title={t('relabelledHint')}>
                  {t('relabelledShort')}
                </Table.Th>
                {AGREEMENT_FIGURES.map((figure) => (
                  <Table.Th key={figure} w={106} ta="right" title={t(`definition.${figure}`)}>
                    {t(`short.${figure}`)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((item) => (
                <Table.Tr key={item.imageId} data-testid="agreement-row">
                  <Table.Td>
                    <Thumbnail imageId={item.imageId} small />
                  </Table.Td>
                  <Table.Td>
                    <TruncatedText
                      size="sm"
                      as={
                        <Anchor
                          component={Link}
                          href={`/projects/${projectId}/review/${item.imageId}?compare=second`}
                          prefetch={false}
                          size="sm"
                          fw={550}
                          c="inherit"
                        >
                          {item.name}
                        </Anchor>
                      }
                    >
                      {item.name}
                    </TruncatedText>
                    <Text size="xs" component="div" c="dimmed">
                      <StatusLabel status={item.status} />
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    {[item.firstBy, item.secondBy].map((person, at) => (
                      <TruncatedText key={at === 0 ? 'first' : 'second'} size="sm">
                        {person?.name ?? '–'}
                      </TruncatedText>
                    ))}
                  </Table.Td>
                  <Table.Td ta="right" className="ml-tabular">
                    {t('masksOfBoth', { first: item.sums.first, second: item.sums.second })}
                    <Text size="xs" c="dimmed">
                      {t('matched', { count: item.sums.matched })}
                    </Text>
                  </Table.Td>
                  <Table.Td ta="right" className="ml-tabular">
                    {format.number(item.relabelled)}
                  </Table.Td>
                  {AGREEMENT_FIGURES.map((figure) => (
                    <Table.Td
                      key={figure}
                      ta="right"
                      className="ml-tabular"
                      {...(figure === 'score' ? { fw: 650 } : {})}
                    >
                      {show(figure, item)}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </WideTable>
      )}
      <LoadMore list={list} mt="md" />
    </Section>
  );
}
