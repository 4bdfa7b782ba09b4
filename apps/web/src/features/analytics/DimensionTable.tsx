'use client';

import { Button, Table, Text } from '@mantine/core';
import type { Dimension } from '@maskloop/domain';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { WideTable } from '@/ui/WideTable.tsx';
import { FIGURES } from './figures.ts';
import { useFigureFormat } from './use-figure-format.ts';
import { type FiguresRow, useRowName } from './use-row-name.ts';

/** Rows shown before somebody asks for all. */
const FEW = 12;

interface DimensionTableProps {
  readonly dimension: Dimension;
  /** the row that is about everything first, or left out when there is only one other */
  readonly rows: readonly FiguresRow[];
}

/** All figures of every part of a dimension beside each other. */
export function DimensionTable({ dimension, rows }: DimensionTableProps) {
  const t = useTranslations('analytics');
  const nameOf = useRowName();
  const show = useFigureFormat();
  const [all, setAll] = useState(false);
  return (
    <>
      <WideTable label={t('by')} minWidth={980}>
        <Table aria-label={t(`dimension.${dimension}`)} layout="fixed" horizontalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t(`dimension.${dimension}`)}</Table.Th>
              {FIGURES.map((figure) => (
                <Table.Th key={figure} w={98} ta="right" title={t(`definition.${figure}`)}>
                  {t(`short.${figure}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {(all ? rows : rows.slice(0, FEW)).map((row) => (
              <Table.Tr key={row.key ?? 'none'} data-testid="figures-row">
                <Table.Td>
                  <TruncatedText size="sm" {...(row.key === null ? { c: 'dimmed' } : {})}>
                    {nameOf(row)}
                  </TruncatedText>
                </Table.Td>
                {FIGURES.map((figure) => (
                  <Table.Td key={figure} ta="right" className="ml-tabular">
                    {show(figure, row.figures[figure]) ?? (
                      <Text span c="dimmed">
                        –
                      </Text>
                    )}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </WideTable>
      {rows.length > FEW && (
        <Button
          variant="subtle"
          size="compact-sm"
          mt="xs"
          style={{ alignSelf: 'flex-start' }}
          aria-expanded={all}
          onClick={() => setAll(!all)}
        >
          {all ? t('fewer') : t('allRows', { count: rows.length })}
        </Button>
      )}
    </>
  );
}
