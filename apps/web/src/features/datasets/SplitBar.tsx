'use client';

import { type DatasetCounts, SPLITS } from '@maskloop/domain';
import { useFormatter, useTranslations } from 'next-intl';
import { SegmentBar } from '@/ui/SegmentBar.tsx';

/** Wherever splits are drawn. */
export const SPLIT_COLOURS = {
  train: 'var(--mantine-color-petrol-7)',
  val: 'var(--ml-status-submitted)',
  test: 'var(--ml-status-sent-back)',
} as const;

/** How the masks divide over the splits. */
export function SplitBar({ splits }: { splits: DatasetCounts['splits'] }) {
  const t = useTranslations('datasets');
  const format = useFormatter();
  return (
    <SegmentBar
      label={t('splitBar')}
      format={format.number}
      segments={SPLITS.map((split) => ({
        key: split,
        label: t('splitImages', { split, images: splits[split].images }),
        count: splits[split].masks,
        colour: SPLIT_COLOURS[split],
      }))}
    />
  );
}
