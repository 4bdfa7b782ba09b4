'use client';

import { Progress } from '@mantine/core';
import type { RunSummary } from '@maskloop/domain';
import { useTranslations } from 'next-intl';
import { progressOf } from './run-words.ts';

/** How far a run is, in the width of a table's cell; orange once an image failed. */
export function RunProgress({ run }: { readonly run: Pick<RunSummary, 'counts' | 'model'> }) {
  const t = useTranslations('runs');
  const { finished, total } = progressOf(run);
  return (
    <Progress
      value={total > 0 ? (100 * finished) / total : 0}
      size={5}
      color={run.counts.failed > 0 ? 'orange' : 'petrol'}
      aria-label={t('progressOf', { model: run.model.name })}
    />
  );
}
