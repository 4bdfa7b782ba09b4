'use client';

import { Anchor, List, Modal, Stack, Table, Text, Title } from '@mantine/core';
import type { ExportReport, MaskNote, ReadBackReport } from '@maskloop/domain';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { CopyValue } from '@/ui/CopyValue.tsx';

interface ExportReportDialogProps {
  readonly projectId: string;
  readonly title: string;
  readonly report: ExportReport;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** What was written, what was found when it was read back, and what was lost. */
export function ExportReportDialog({ projectId, title, report, opened, onClose }: ExportReportDialogProps) {
  const t = useTranslations('exports');
  const { images, masks, negatives, losses, bad, badCount, readBack } = report;
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="xl">
      <Stack gap="lg">
        <div>
          <Text size="sm">{t('counts', { images, masks })}</Text>
          {negatives > 0 && <Text size="sm">{t('negatives', { count: negatives })}</Text>}
        </div>
        <section>
          <Title order={3} fz="sm" mb={4}>
            {t('readBackTitle')}
          </Title>
          <ReadBack readBack={readBack} />
          {readBack && (
            <Notes
              projectId={projectId}
              notes={readBack.differences}
              count={readBack.different}
              label={t('differences')}
            />
          )}
        </section>
        <section>
          <Title order={3} fz="sm" mb={4}>
            {t('lossesTitle')}
          </Title>
          {losses.length === 0 ? (
            <Text size="sm">{t('noLosses')}</Text>
          ) : (
            <List size="sm">
              {losses.map(({ kind, count }) => (
                <List.Item key={kind}>{t(`loss.${kind}`, { count })}</List.Item>
              ))}
            </List>
          )}
        </section>
        <section>
          <Title order={3} fz="sm" mb={4}>
            {t('badTitle')}
          </Title>
          <Text size="sm">{t('bad', { count: badCount })}</Text>
          <Notes projectId={projectId} notes={bad} count={badCount} label={t('badTitle')} />
        </section>
      </Stack>
    </Modal>
  );
}

function ReadBack({ readBack }: { readBack: ReadBackReport | null }) {
  const t = useTranslations('exports');
  const format = useFormatter();
  if (readBack === null) return <Text size="sm">{t('notReadBack')}</Text>;
  const { compared, different, iou } = readBack;
  // rounded down: 0.99996 must not look like 1
  const share = (value: number) =>
    format.number(Math.floor(value * 10_000) / 10_000, { maximumFractionDigits: 4 });
  return (
    <>
      <Text size="sm" {...(different > 0 ? { c: 'red' } : {})}>
        {t('readBack', { compared, different })}
      </Text>
      {iou && (
        <Text size="sm">
          {iou.min === 1 ? t('exact') : t('iou', { min: share(iou.min), mean: share(iou.mean) })}
        </Text>
      )}
    </>
  );
}

/** Masks with what is the matter with them; the first ones of many. */
function Notes(props: { projectId: string; notes: readonly MaskNote[]; count: number; label: string }) {
  const { projectId, notes, count, label } = props;
  const t = useTranslations('exports');
  if (notes.length === 0) return null;
  return (
    <>
      <Table aria-label={label} mt="xs">
        <Table.Tbody>
          {notes.map(({ maskId, imageId, reason }) => (
            <Table.Tr key={maskId}>
              <Table.Td>
                <CopyValue value={maskId} label={t('maskId')} show={13} />
              </Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                <Anchor component={Link} href={`/projects/${projectId}/images/${imageId}`} size="sm">
                  {t('openImage')}
                </Anchor>
              </Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{reason}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {notes.length < count && (
        <Text size="xs" c="dimmed" mt="xs">
          {t('first', { shown: notes.length, count })}
        </Text>
      )}
    </>
  );
}
