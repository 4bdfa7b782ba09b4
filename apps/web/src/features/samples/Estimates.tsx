'use client';

import { Group, Stack, Text, Tooltip } from '@mantine/core';
import { useFormatter, useTranslations } from 'next-intl';
import type { Outputs } from '@/client/trpc.tsx';
import classes from './Estimates.module.css';

type Estimates = Outputs['sample']['get']['estimates'];

/** How good the population is by what was judged so far, beside the figures of SAM §5. */
export function EstimatesFigure({ estimates }: { estimates: Estimates }) {
  const t = useTranslations('samples');
  const format = useFormatter();
  const percent = (value: number, digits = 0) =>
    format.number(value, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits });
  return (
    <Stack gap="md">
      {estimates.map(({ iou, paperShare, estimate }) => (
        <div key={iou} data-testid="estimate" data-iou={iou}>
          <Group justify="space-between" align="baseline" gap="sm" mb={4}>
            <Text size="sm">{t('shareAbove', { iou: percent(iou) })}</Text>
            {estimate ? (
              <Group gap="xs" align="baseline">
                <Text fz={24} fw={650} lh={1} className="ml-tabular" data-testid="share">
                  {percent(estimate.share, 1)}
                </Text>
                <Text size="sm" c="dimmed" className="ml-tabular">
                  {t('interval', { low: percent(estimate.low, 1), high: percent(estimate.high, 1) })}
                </Text>
              </Group>
            ) : (
              <Text size="sm" c="dimmed">
                {t('noEstimate')}
              </Text>
            )}
          </Group>
          <div className={classes.track} aria-hidden>
            {estimate && (
              <>
                <div
                  className={classes.interval}
                  style={{
                    left: `${100 * estimate.low}%`,
                    width: `${100 * (estimate.high - estimate.low)}%`,
                  }}
                />
                <div className={classes.share} style={{ left: `${100 * estimate.share}%` }} />
              </>
            )}
            <Tooltip label={t('paper', { share: percent(paperShare) })}>
              <div className={classes.paper} style={{ left: `${100 * paperShare}%` }} />
            </Tooltip>
          </div>
          <Text size="xs" c="dimmed" mt={2} ta="right">
            {t('paper', { share: percent(paperShare) })}
          </Text>
        </div>
      ))}
    </Stack>
  );
}
