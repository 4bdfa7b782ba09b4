import type { Stratum } from '@maskloop/domain';
import { useFormatter, useTranslations } from 'next-intl';

/** The predicted IoU a stratum reaches over, as words. */
export function StratumName({ strata, at }: { strata: readonly Pick<Stratum, 'from'>[]; at: number }) {
  const t = useTranslations('samples');
  const format = useFormatter();
  const number = (value: number) => format.number(value, { minimumFractionDigits: 2 });
  const from = strata[at]?.from ?? null;
  const to = strata[at + 1]?.from ?? null;
  if (from === null) return to === null ? t('all') : t('below', { to: number(to) });
  return to === null
    ? t('above', { from: number(from) })
    : t('between', { from: number(from), to: number(to) });
}
