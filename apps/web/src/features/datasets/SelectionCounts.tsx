'use client';

import { Stack, Text } from '@mantine/core';
import type { DatasetCounts } from '@maskloop/domain';
import { useTranslations } from 'next-intl';
import { dropsOf } from './builder.ts';
import { ClassBalance } from './ClassBalance.tsx';
import { SplitBar } from './SplitBar.tsx';

/** What a selection holds, what it leaves out and why, and how it divides. */
export function SelectionCounts({
  counts,
  classNames,
}: {
  readonly counts: DatasetCounts;
  readonly classNames: ReadonlyMap<string, string>;
}) {
  const t = useTranslations('datasets');
  return (
    <Stack gap="sm">
      <Text fw={600}>{t('selects', { masks: counts.masks, images: counts.images })}</Text>
      {counts.negatives > 0 && <Text size="sm">{t('selectsNegatives', { count: counts.negatives })}</Text>}
      <Drops counts={counts} />
      {counts.masks > 0 && <SplitBar splits={counts.splits} />}
      <ClassBalance counts={counts} classNames={classNames} />
    </Stack>
  );
}

/** Why masks are left out, in words. */
export function Drops({ counts }: { readonly counts: DatasetCounts }) {
  const t = useTranslations('datasets');
  const drops = dropsOf(counts);
  if (drops.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('droppedNone')}
      </Text>
    );
  }
  return (
    <div>
      <Text size="sm" c="dimmed">
        {t('dropped', { count: drops.reduce((sum, { count }) => sum + count, 0) })}
      </Text>
      <Text component="ul" size="sm" c="dimmed" m={0} pl="lg">
        {drops.map(({ reason, count }) => (
          <li key={reason}>{t(`reason.${reason}`, { count })}</li>
        ))}
      </Text>
    </div>
  );
}
