'use client';

import { useFormatter } from 'next-intl';
import type { FigureName } from './figures.ts';

/** How each figure is written; null: nothing was measured. */
export function useFigureFormat(): (figure: FigureName, value: number | null) => string | null {
  const format = useFormatter();
  return (figure, value) => {
    if (value === null) return null;
    switch (figure) {
      case 'medianSecondsPerMask':
        return format.number(value, {
          style: 'unit',
          unit: 'second',
          unitDisplay: 'short',
          maximumFractionDigits: 1,
        });
      case 'clicksPerMask':
      case 'masksPerImage':
        return format.number(value, { maximumFractionDigits: 1 });
      case 'coverage':
      case 'acceptedShare':
        return format.number(value, { style: 'percent', maximumFractionDigits: 0 });
      case 'meanProposalIou':
        return format.number(value, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
      case 'judged':
      case 'verifiedMasks':
        return format.number(value);
    }
    return figure satisfies never;
  };
}
