import { Table, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { useTRPC } from '@/client/trpc.tsx';
import { useThrottledRefresh } from '@/client/use-throttled-refresh.ts';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { RowsSkeleton } from '@/ui/Rows.tsx';
import { Section } from '@/ui/Section.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { WideTable } from '@/ui/WideTable.tsx';

const COLUMNS = ['held', 'assigned', 'sentBack', 'submitted', 'accepted'] as const;

/** Who has what to do, and what became of what they did; all numbers are images. */
export function Workload({ projectId }: { projectId: string }) {
  const t = useTranslations('members');
  const common = useTranslations('common');
  const format = useFormatter();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const workload = useQuery(trpc.assignment.workload.queryOptions({ projectId }));
  useThrottledRefresh(
    projectId,
    () => void queryClient.invalidateQueries({ queryKey: trpc.assignment.workload.queryKey({ projectId }) }),
    ({ type }) => type === 'lease' || type === 'assignments' || type === 'image.status',
  );
  return (
    <Section title={t('workload')} description={t('workloadHint')}>
      {workload.isError && (
        <ErrorState
          what={t('workloadFailed')}
          error={workload.error}
          onRetry={() => void workload.refetch()}
        />
      )}
      {workload.isPending && <RowsSkeleton rows={3} label={common('loading')} />}
      {workload.data?.length === 0 && <Text c="dimmed">{t('none')}</Text>}
      {workload.data && workload.data.length > 0 && (
        <WideTable label={t('workload')} minWidth={800}>
          <Table aria-label={t('workload')} layout="fixed">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{common('name')}</Table.Th>
                {COLUMNS.map((column) => (
                  <Table.Th key={column} w={112} ta="right" title={t(`workHint.${column}`)}>
                    {t(`work.${column}`)}
                  </Table.Th>
                ))}
                <Table.Th w={120} ta="right" title={t('workHint.verdicts')}>
                  {t('work.verdicts')}
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {workload.data.map((person) => (
                <Table.Tr key={person.userId} data-testid="workload-row">
                  <Table.Td>
                    <TruncatedText size="sm" fw={500}>
                      {person.name}
                    </TruncatedText>
                  </Table.Td>
                  {COLUMNS.map((column) => (
                    <Table.Td key={column} ta="right" className="ml-tabular">
                      {format.number(person[column])}
                    </Table.Td>
                  ))}
                  <Table.Td ta="right" className="ml-tabular">
                    {person.verdicts === 0
                      ? '–'
                      : format.number(person.verdictsSentBack / person.verdicts, {
                          style: 'percent',
                          maximumFractionDigits: 0,
                        })}
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
