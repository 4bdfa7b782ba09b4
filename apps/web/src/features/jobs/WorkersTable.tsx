'use client';

import { Badge, Group, Table, Text } from '@mantine/core';
import { IconServerOff } from '@tabler/icons-react';
import { useFormatter, useTranslations } from 'next-intl';
import type { Outputs } from '@/client/trpc.tsx';
import { Ago } from '@/ui/Ago.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { WideTable } from '@/ui/WideTable.tsx';

/** The machines that encode and export: what they run on, hold in memory and do. */
export function WorkersTable({ workers }: { workers: Outputs['worker']['list'] }) {
  const t = useTranslations('workers');
  const format = useFormatter();
  if (workers.length === 0) {
    return (
      <EmptyState icon={<IconServerOff size={26} stroke={1.5} />} title={t('none')}>
        {t('noneText')}
      </EmptyState>
    );
  }
  return (
    <WideTable label={t('label')} minWidth={820}>
      <Table aria-label={t('label')} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('host')}</Table.Th>
            <Table.Th w={120}>{t('state')}</Table.Th>
            <Table.Th w={110}>{t('provider')}</Table.Th>
            <Table.Th>{t('models')}</Table.Th>
            <Table.Th w={130}>{t('throughput')}</Table.Th>
            <Table.Th w={90}>{t('running')}</Table.Th>
            <Table.Th w={150}>{t('heartbeat')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {workers.map((worker) => (
            <Table.Tr key={worker.id}>
              <Table.Td>
                <TruncatedText size="sm" fw={500}>
                  {worker.host}
                </TruncatedText>
                <Text size="xs" c="dimmed">
                  {t('process', { pid: String(worker.pid), queues: worker.queues.join(', ') })}
                </Text>
              </Table.Td>
              <Table.Td>
                <Badge color={worker.alive ? 'green' : 'red'}>{worker.alive ? t('alive') : t('lost')}</Badge>
              </Table.Td>
              <Table.Td>
                {worker.provider ? (
                  <Badge color="petrol" tt="uppercase">
                    {worker.provider}
                  </Badge>
                ) : (
                  <Text c="dimmed" size="sm">
                    {t('notLoaded')}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <Group gap={4}>
                  {worker.models.map((model) => (
                    <Badge key={model} color="gray" maw="100%">
                      {model}
                    </Badge>
                  ))}
                  {worker.models.length === 0 && (
                    <Text c="dimmed" size="sm">
                      –
                    </Text>
                  )}
                </Group>
              </Table.Td>
              <Table.Td>
                {t('perMinute', {
                  count: format.number(worker.imagesPerMinute, { maximumFractionDigits: 1 }),
                })}
              </Table.Td>
              <Table.Td>{worker.runningJobs}</Table.Td>
              <Table.Td>
                <Ago date={worker.heartbeatAt} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}
