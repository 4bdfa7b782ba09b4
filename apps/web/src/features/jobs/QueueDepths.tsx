'use client';

import { Table, Text } from '@mantine/core';
import { useFormatter, useTranslations } from 'next-intl';

interface QueueDepthsProps {
  /** null: the queue does not answer */
  readonly depths: Readonly<
    Record<string, { readonly waiting: number; readonly active: number; readonly delayed: number }>
  > | null;
}

/** What waits, runs and is delayed in each queue. */
export function QueueDepths({ depths }: QueueDepthsProps) {
  const t = useTranslations('health');
  const format = useFormatter();
  if (!depths) return <Text c="dimmed">{t('depthsUnknown')}</Text>;
  return (
    <Table aria-label={t('depths')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('queueName')}</Table.Th>
          <Table.Th ta="right">{t('waiting')}</Table.Th>
          <Table.Th ta="right">{t('active')}</Table.Th>
          <Table.Th ta="right">{t('delayed')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {Object.entries(depths).map(([name, depth]) => (
          <Table.Tr key={name}>
            <Table.Td>{name}</Table.Td>
            <Table.Td ta="right">{format.number(depth.waiting)}</Table.Td>
            <Table.Td ta="right">{format.number(depth.active)}</Table.Td>
            <Table.Td ta="right">{format.number(depth.delayed)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
