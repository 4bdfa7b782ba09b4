'use client';

import { STAGES } from '@maskloop/domain';
import { useFormatter, useTranslations } from 'next-intl';
import type { Outputs } from '@/client/trpc.tsx';

/** The figures of one class, person, model version, stage or week. */
export type FiguresRow = Outputs['analytics']['figures']['rows'][number];

/** What a row is about, in the reader's language. */
export function useRowName(): (row: Pick<FiguresRow, 'dimension' | 'key' | 'name'>) => string {
  const t = useTranslations('analytics');
  const stages = useTranslations('stage');
  const format = useFormatter();
  return ({ dimension, key, name }) => {
    if (dimension === null) return t('everything');
    if (key === null) return t(`none.${dimension}`);
    if (dimension === 'week') {
      return format.dateTime(new Date(key), { dateStyle: 'medium', timeZone: 'UTC' });
    }
    const stage = STAGES.find((each) => each === key);
    return stage ? stages(`name.${stage}`) : (name ?? key);
  };
}
