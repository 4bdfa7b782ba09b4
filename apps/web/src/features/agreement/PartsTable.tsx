import { Button, Table } from '@mantine/core';
import type { AgreementFigures } from '@maskloop/domain';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { WideTable } from '@/ui/WideTable.tsx';
import { AGREEMENT_FIGURES, useAgreementFormat } from './use-agreement-format.ts';

/** Rows shown before somebody asks for all. */
const FEW = 8;

interface Part extends AgreementFigures {
  readonly key: string;
  readonly name: string;
  /** of images or masks */
  readonly count: number;
}

interface PartsTableProps {
  readonly label: string;
  readonly countLabel: string;
  readonly parts: readonly Part[];
}

/** The agreement of each class, or of each pair of people. */
export function PartsTable({ label, countLabel, parts }: PartsTableProps) {
  const t = useTranslations('agreement');
  const format = useFormatter();
  const show = useAgreementFormat();
  const [all, setAll] = useState(false);
  return (
    <>
      <WideTable label={label} minWidth={720}>
        <Table aria-label={label} layout="fixed" horizontalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('name')}</Table.Th>
              <Table.Th w={96} ta="right">
                {countLabel}
              </Table.Th>
              {AGREEMENT_FIGURES.map((figure) => (
                <Table.Th key={figure} w={112} ta="right" title={t(`definition.${figure}`)}>
                  {t(`short.${figure}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {(all ? parts : parts.slice(0, FEW)).map((part) => (
              <Table.Tr key={part.key} data-testid="agreement-part">
                <Table.Td>
                  <TruncatedText size="sm">{part.name}</TruncatedText>
                </Table.Td>
                <Table.Td ta="right" className="ml-tabular">
                  {format.number(part.count)}
                </Table.Td>
                {AGREEMENT_FIGURES.map((figure) => (
                  <Table.Td key={figure} ta="right" className="ml-tabular">
                    {show(figure, part)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </WideTable>
      {parts.length > FEW && (
        <Button variant="subtle" size="compact-sm" mt="xs" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('fewer') : t('allRows', { count: parts.length })}
        </Button>
      )}
    </>
  );
}
