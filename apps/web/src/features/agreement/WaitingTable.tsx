import { Button, Group, Skeleton, Table, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { useTRPC } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { LoadMore } from '@/ui/LoadMore.tsx';
import { Section } from '@/ui/Section.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { useConfirm } from '@/ui/use-confirm.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { WideTable } from '@/ui/WideTable.tsx';
import { AssignMenu } from '../images/AssignMenu.tsx';
import { StatusLabel } from '../images/image-labels.tsx';

interface WaitingTableProps {
  readonly projectId: string;
  readonly total: number;
}

/** Second labelings that nobody has finished: who may do them, and dropping those that are not wanted. */
export function WaitingTable({ projectId, total }: WaitingTableProps) {
  const t = useTranslations('agreement');
  const common = useTranslations('common');
  const format = useFormatter();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const confirm = useConfirm();
  const notify = useNotify();
  const list = useInfiniteQuery(
    trpc.agreement.waiting.infiniteQueryOptions(
      { projectId },
      { getNextPageParam: ({ nextCursor }) => nextCursor },
    ),
  );
  const drop = useMutation(
    trpc.image.remove.mutationOptions({
      onSuccess: () => notify.done(t('dropped')),
      onError: (error) => notify.failed(t('dropFailed'), error),
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.agreement.pathKey() }),
    }),
  );
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section title={t('waitingTitle', { count: format.number(total) })} description={t('waitingHint')}>
      {list.isError && (
        <ErrorState what={t('loadFailed')} error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isPending && <Skeleton height={160} />}
      {items.length > 0 && (
        <WideTable label={t('waitingLabel')} minWidth={860}>
          <Table aria-label={t('waitingLabel')} layout="fixed" verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{common('name')}</Table.Th>
                <Table.Th w={170}>{t('firstBy')}</Table.Th>
                <Table.Th w={170}>{t('secondBy')}</Table.Th>
                <Table.Th w={210} ta="right" aria-label={t('actions')} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((item) => {
                const by = item.holder ?? item.assignee;
                return (
                  <Table.Tr key={item.id} data-testid="waiting-row">
                    <Table.Td>
                      <TruncatedText size="sm">{item.name}</TruncatedText>
                      <Text size="xs" component="div" c="dimmed" truncate title={item.skipReason ?? ''}>
                        <StatusLabel status={item.status} /> {item.skipReason}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <TruncatedText size="sm">{item.firstBy?.name ?? '–'}</TruncatedText>
                    </Table.Td>
                    <Table.Td>
                      <TruncatedText size="sm" {...(by ? {} : { c: 'dimmed' })}>
                        {by ? by.name : t('whoeverComes')}
                      </TruncatedText>
                      <Text size="xs" c="dimmed">
                        {item.holder ? t('labelingNow') : item.assignee ? t('assignedTo') : ''}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <Group gap="xs" justify="flex-end" wrap="nowrap">
                        <AssignMenu
                          projectId={projectId}
                          ids={new Set([item.id])}
                          {...(item.firstBy ? { except: item.firstBy.id } : {})}
                        />
                        <Button
                          size="compact-sm"
                          variant="subtle"
                          color="red"
                          onClick={() =>
                            confirm({
                              title: t('dropTitle', { name: item.name }),
                              children: t('dropText'),
                              confirm: t('drop'),
                              danger: true,
                              onConfirm: () => drop.mutate({ projectId, imageIds: [item.id] }),
                            })
                          }
                        >
                          {t('drop')}
                        </Button>
                      </Group>
                    </Table.Td>
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </WideTable>
      )}
      <LoadMore list={list} mt="md" />
    </Section>
  );
}
