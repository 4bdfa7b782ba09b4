'use client';

import type { RunScope, RunSummary } from '@maskloop/domain';
import { useFormatter, useTranslations } from 'next-intl';

/** Says in a line which images a run is about. */
export function useScopeText(): (scope: RunScope) => string {
  const t = useTranslations('runs');
  const image = useTranslations('image');
  return (scope) => {
    switch (scope.kind) {
      case 'all':
        return t('scope.all');
      case 'images':
        return t('scope.selected', { count: scope.imageIds.length });
      case 'filter': {
        const parts = [
          ...(scope.statuses?.map((status) => image(`status.${status}`)) ?? []),
          ...(scope.hasProposals === undefined
            ? []
            : [t(scope.hasProposals ? 'scope.withProposals' : 'scope.withoutProposals')]),
          ...(scope.hasVerified === undefined
            ? []
            : [t(scope.hasVerified ? 'scope.withVerified' : 'scope.withoutVerified')]),
          ...(scope.search ? [`“${scope.search}”`] : []),
        ];
        return parts.length > 0 ? parts.join(', ') : t('scope.all');
      }
    }
  };
}

/** Images of a run that are finished, whatever came of them, and all of them. */
export function progressOf({ counts }: Pick<RunSummary, 'counts'>): { finished: number; total: number } {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { finished: total - counts.pending, total };
}

/** "12 of 300" */
export function useProgressText(): (run: Pick<RunSummary, 'counts'>) => string {
  const t = useTranslations('runs');
  const format = useFormatter();
  return (run) => {
    const { finished, total } = progressOf(run);
    return t('of', { done: format.number(finished), total: format.number(total) });
  };
}
