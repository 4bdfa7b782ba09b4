'use client';

import { Anchor, Button, Group, Modal, Progress, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ExportReport } from '@maskloop/domain';
import { IconDownload, IconFileText } from '@tabler/icons-react';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import type { Outputs } from '@/client/trpc.tsx';
import { Ago } from '@/ui/Ago.tsx';
import { CopyValue } from '@/ui/CopyValue.tsx';
import { formatBytes } from '@/ui/format.ts';
import { WideTable } from '@/ui/WideTable.tsx';
import { BuildState } from './BuildState.tsx';

type Export = Outputs['export']['list'][number];

interface ExportsTableProps {
  readonly projectId: string;
  readonly exports: readonly Export[];
  /** 0..1 by export id, from events */
  readonly progress: ReadonlyMap<string, number>;
}

/** The files made of a dataset version. */
export function ExportsTable({ projectId, exports, progress }: ExportsTableProps) {
  const t = useTranslations('datasets');
  const format = useFormatter();
  return (
    <WideTable label={t('exports')} minWidth={760}>
      <Table aria-label={t('exports')}>
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
              <Table.Td>{each.format.toUpperCase()}</Table.Td>
              <Table.Td>
                <BuildState state={each.state} />
                {each.state === 'running' && (
                  <Progress
                    value={100 * (progress.get(each.id) ?? 0)}
                    size={4}
                    mt={6}
                    animated
                    aria-label={t('exportProgress')}
                  />
                )}
                {each.error && (
                  <Text size="xs" c="red" mt={4} maw={320} style={{ overflowWrap: 'anywhere' }}>
                    {each.error}
                  </Text>
                )}
              </Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                {each.bytes === null ? '–' : formatBytes(each.bytes, format.number)}
              </Table.Td>
              <Table.Td>
                {each.sha256 ? <CopyValue value={each.sha256} label="SHA-256" show={10} /> : '–'}
              </Table.Td>
              <Table.Td>
                <Ago date={each.finishedAt ?? each.createdAt} />
              </Table.Td>
              <Table.Td>
                {each.state === 'done' && (
                  <Group gap="xs" wrap="nowrap">
                    <Button
                      component="a"
                      href={`/api/exports/${each.id}/download`}
                      download
                      size="compact-sm"
                      leftSection={<IconDownload size={14} />}
                    >
                      {t('download')}
                    </Button>
                    {each.report && <ReportButton projectId={projectId} report={each.report} />}
                  </Group>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}

function ReportButton({ projectId, report }: { projectId: string; report: ExportReport }) {
  const t = useTranslations('datasets');
  const [open, { open: show, close }] = useDisclosure();
  const { readBack, bad } = report;
  return (
    <>
      <Button size="compact-sm" variant="default" leftSection={<IconFileText size={14} />} onClick={show}>
        {t('report')}
      </Button>
      <Modal opened={open} onClose={close} title={t('report')} size="lg">
        <Stack gap="sm">
          <Text size="sm">{t('reportCounts', { images: report.images, masks: report.masks })}</Text>
          <Text size="sm" {...(readBack && readBack.different > 0 ? { c: 'red' } : {})}>
            {readBack
              ? t('reportReadBack', { compared: readBack.compared, different: readBack.different })
              : t('reportNotReadBack')}
          </Text>
          <Text size="sm">{t('reportBad', { count: bad.length })}</Text>
          {bad.length > 0 && (
            <Table aria-label={t('reportBad', { count: bad.length })}>
              <Table.Tbody>
                {bad.map(({ maskId, imageId, reason }) => (
                  <Table.Tr key={maskId}>
                    <Table.Td>
                      <CopyValue value={maskId} label={t('maskId')} show={13} />
                    </Table.Td>
                    <Table.Td>
                      <Anchor component={Link} href={`/projects/${projectId}/images/${imageId}`} size="sm">
                        {t('openImage')}
                      </Anchor>
                    </Table.Td>
                    <Table.Td>{reason}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )}
        </Stack>
      </Modal>
    </>
  );
}
