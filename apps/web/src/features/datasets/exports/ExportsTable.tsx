'use client';

import { Group, Progress, Table, Text } from '@mantine/core';
import { FORMAT_OPTIONS, optionsFor } from '@maskloop/domain';
import { useFormatter, useTranslations } from 'next-intl';
import type { Outputs } from '@/client/trpc.tsx';
import { Ago } from '@/ui/Ago.tsx';
import { CopyValue } from '@/ui/CopyValue.tsx';
import { formatBytes, formatDuration } from '@/ui/format.ts';
import { WideTable } from '@/ui/WideTable.tsx';
import { BuildState } from '../BuildState.tsx';
import { ExportActions } from './ExportActions.tsx';
import { remainingMs } from './remaining.ts';

type Export = Outputs['export']['list'][number];

interface ExportsTableProps {
  readonly projectId: string;
  readonly exports: readonly Export[];
  /** 0..1 by export id, from events */
  readonly progress: ReadonlyMap<string, number>;
  readonly mayChange: boolean;
}

/** The files made of a dataset version. */
export function ExportsTable({ projectId, exports, progress, mayChange }: ExportsTableProps) {
  const t = useTranslations('exports');
  const format = useFormatter();
  return (
    <WideTable label={t('title')} minWidth={820}>
      <Table aria-label={t('title')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('format')}</Table.Th>
            <Table.Th>{t('stateColumn')}</Table.Th>
            <Table.Th>{t('size')}</Table.Th>
            <Table.Th>SHA-256</Table.Th>
            <Table.Th>{t('made')}</Table.Th>
            <Table.Th>{t('file')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {exports.map((each) => (
            <Table.Tr key={each.id}>
              <Table.Td>
                {t(`name.${each.format}`)}
                <ChosenOptions built={each} />
              </Table.Td>
              <Table.Td>
                <State built={each} progress={progress.get(each.id) ?? each.progress} />
              </Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                {each.bytes === null ? '–' : formatBytes(each.bytes, format.number)}
                {each.report && each.report.seconds > 0 && (
                  <Text size="xs" c="dimmed">
                    {t('took', { time: formatDuration(each.report.seconds * 1_000, format.number) })}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                {each.sha256 ? <CopyValue value={each.sha256} label="SHA-256" show={10} /> : '–'}
              </Table.Td>
              <Table.Td>
                <Ago date={each.finishedAt ?? each.createdAt} />
              </Table.Td>
              <Table.Td>
                <ExportActions projectId={projectId} built={each} mayChange={mayChange} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}

/** What was chosen about it, where the format leaves a choice. */
function ChosenOptions({ built: { format, options } }: { built: Export }) {
  const t = useTranslations('exports');
  const { includeImages, shape, tolerance, border } = optionsFor(format, options as object);
  const parts = [
    includeImages && t('withImages'),
    shape === 'polygon' && t('polygons', { tolerance }),
    shape === 'mask' &&
      !FORMAT_OPTIONS[format].includes('shape') &&
      tolerance > 0 &&
      t('toleranceOf', { tolerance }),
    border > 0 && t('borderOf', { border }),
  ].filter((part): part is string => typeof part === 'string');
  if (parts.length === 0) return null;
  return (
    <Text size="xs" c="dimmed">
      {parts.join(' · ')}
    </Text>
  );
}

function State({ built, progress }: { built: Export; progress: number }) {
  const t = useTranslations('exports');
  const format = useFormatter();
  const remaining = remainingMs(built.startedAt, progress, Date.now());
  const wrong = (built.report?.readBack?.different ?? 0) > 0;
  return (
    <>
      <BuildState state={built.state} />
      {built.state === 'running' && (
        <>
          <Group gap="xs" mt={6} wrap="nowrap">
            <Progress value={100 * progress} size={4} animated flex={1} miw={80} aria-label={t('progress')} />
            <Text size="xs" c="dimmed">
              {format.number(progress, { style: 'percent' })}
            </Text>
          </Group>
          <Text size="xs" c="dimmed" mt={2}>
            {built.stopping
              ? t('stopping')
              : remaining !== null && t('remaining', { time: formatDuration(remaining, format.number) })}
          </Text>
        </>
      )}
      {built.state === 'pending' && (
        <Text size="xs" c="dimmed" mt={4}>
          {t('queued')}
        </Text>
      )}
      {wrong && (
        <Text size="xs" c="red" mt={4}>
          {t('warning')}
        </Text>
      )}
      {built.error && built.state === 'failed' && (
        <Text size="xs" c="red" mt={4} maw={320} style={{ overflowWrap: 'anywhere' }}>
          {built.error}
        </Text>
      )}
    </>
  );
}
