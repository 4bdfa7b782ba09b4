import { Group, Stack, Text } from '@mantine/core';
import type { ImportCheck } from '@maskloop/domain';
import { useFormatter, useTranslations } from 'next-intl';
import { Figure } from '@/ui/Figure.tsx';
import { ProblemsTable } from './ProblemsTable.tsx';

/** What the dry run found. */
export function CheckResult({ check }: { check: ImportCheck }) {
  const t = useTranslations('imports');
  const { number } = useFormatter();
  return (
    <Stack gap="md">
      <Text size="sm">
        {t('isFormat', { format: t(`format.${check.format}`) })}
        {check.scored && ` ${t('isScored')}`}
      </Text>
      <Group component="dl" gap="md" m={0}>
        <Figure label={t('imagesMatched')} value={`${number(check.matched)} / ${number(check.images)}`} />
        <Figure label={t('masks')} value={number(check.masks)} />
        <Figure label={t('boxes')} value={number(check.boxes)} />
        <Figure label={t('classes')} value={number(check.classes.length)} />
      </Group>
      <ProblemsTable problems={check.problems} />
    </Stack>
  );
}
