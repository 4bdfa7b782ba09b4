import { Anchor, Group, Stack, Text } from '@mantine/core';
import type { ImportReport } from '@maskloop/domain';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import type { Outputs } from '@/client/trpc.tsx';
import { Figure } from '@/ui/Figure.tsx';
import { ProblemsTable } from './ProblemsTable.tsx';

interface ImportResultProps {
  readonly projectId: string;
  readonly report: ImportReport;
  /** jobs on boxes by state */
  readonly prompts: Outputs['import']['get']['prompts'];
}

/** What an import wrote, and how far the model is with its boxes. */
export function ImportResult({ projectId, report, prompts }: ImportResultProps) {
  const t = useTranslations('imports');
  const { number } = useFormatter();
  const { pending = 0, running = 0, done = 0, skipped = 0, failed = 0, cancelled = 0 } = prompts;
  const ended = done + skipped;
  const total = pending + running + ended + failed + cancelled;
  return (
    <Stack gap="md">
      <Group component="dl" gap="md" m={0}>
        <Figure label={t('imagesWritten')} value={number(report.images)} />
        <Figure label={t('masksWritten')} value={number(report.masks)} />
        <Figure label={t('boxesGiven')} value={number(report.boxes)} />
        <Figure label={t('leftOut')} value={number(report.skipped)} />
      </Group>
      {total > 0 && (
        <Text size="sm" role="status">
          {t('prompting', { done: ended, total })}
          {failed > 0 && ` ${t('promptingFailed', { count: failed })}`}
        </Text>
      )}
      <Anchor component={Link} href={`/projects/${projectId}/images`} size="sm">
        {t('seeImages')}
      </Anchor>
      <ProblemsTable problems={report.problems} />
    </Stack>
  );
}
