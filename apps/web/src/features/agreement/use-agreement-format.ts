'use client';

import type { AgreementFigures } from '@maskloop/domain';
import { useFormatter } from 'next-intl';

/** The figures in the order in which they are shown. */
export const AGREEMENT_FIGURES = ['score', 'f1', 'meanIou', 'meanBoundaryF'] as const;

/** Shares as per cent, IoU and boundary F as numbers; a dash where no mask matched. */
export function useAgreementFormat(): (
  figure: (typeof AGREEMENT_FIGURES)[number],
  figures: AgreementFigures,
) => string {
  const format = useFormatter();
  return (figure, figures) => {
    const value = figures[figure];
    if (value === null) return '–';
    return figure === 'score' || figure === 'f1'
      ? format.number(value, { style: 'percent', maximumFractionDigits: 0 })
      : format.number(value, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  };
}
