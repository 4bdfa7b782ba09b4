'use client';

import { Button, Stack, Table, Text } from '@mantine/core';
import type { ImportProblems } from '@maskloop/domain';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { WideTable } from '@/ui/WideTable.tsx';

const FIRST = 10;

/** What of a file could not be used, and why. */
export function ProblemsTable({ problems }: { problems: ImportProblems }) {
  const t = useTranslations('imports');
  const [all, setAll] = useState(false);
  const { total, shown } = problems;
  if (total === 0) return null;
  const rows = all ? shown : shown.slice(0, FIRST);
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        {t('problems', { count: total })}
      </Text>
      <WideTable label={t('problems', { count: total })} minWidth={480}>
        <Table aria-label={t('problems', { count: total })}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="40%">{t('where')}</Table.Th>
              <Table.Th>{t('why')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ where, message }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: one place may have several problems, and none moves
              <Table.Tr key={index}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{where}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }} lang="en">
                  {message}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </WideTable>
      {shown.length > rows.length && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => setAll(true)}
          style={{ alignSelf: 'flex-start' }}
        >
          {t('allProblems', { count: shown.length })}
        </Button>
      )}
      {all && total > shown.length && (
        <Text size="xs" c="dimmed">
          {t('moreProblems', { count: total - shown.length })}
        </Text>
      )}
    </Stack>
  );
}
