'use client';

import { Text } from '@mantine/core';
import { useFormatter } from 'next-intl';
import classes from './Histogram.module.css';
import type { Bin } from './thresholds.ts';

interface HistogramProps {
  /** read out instead of the picture */
  readonly label: string;
  readonly bins: readonly Bin[];
  /** lower end of the first bin, 0..1; the last ends at 1 */
  readonly from: number;
  readonly threshold: number;
}

const HEIGHT = 64;

/** Bars of kept over dropped, and where the threshold stands. Drawn anew with every move of a slider. */
export function Histogram({ label, bins, from, threshold }: HistogramProps) {
  const format = useFormatter();
  const most = Math.max(1, ...bins.map(({ kept, dropped }) => kept + dropped));
  const width = 100 / bins.length;
  const share = (value: number) => (HEIGHT * value) / most;
  const place = Math.min(100, Math.max(0, (100 * (threshold - from)) / Math.max(1 - from, 1e-9)));
  return (
    <div className={classes.frame}>
      <svg
        viewBox={`0 0 100 ${HEIGHT}`}
        preserveAspectRatio="none"
        className={classes.bars}
        role="img"
        aria-label={label}
      >
        {bins.map(({ from: start, kept, dropped }, bin) => (
          <g key={start}>
            <rect
              className={classes.kept}
              x={bin * width + 0.2}
              width={width - 0.4}
              y={HEIGHT - share(kept)}
              height={share(kept)}
            />
            <rect
              className={classes.dropped}
              x={bin * width + 0.2}
              width={width - 0.4}
              y={HEIGHT - share(kept + dropped)}
              height={share(dropped)}
            />
          </g>
        ))}
        <line className={classes.threshold} x1={place} x2={place} y1={0} y2={HEIGHT} />
      </svg>
      <div className={classes.axis} aria-hidden>
        <Text size="xs" c="dimmed" className="ml-tabular">
          {format.number(from, { maximumFractionDigits: 2 })}
        </Text>
        <Text size="xs" c="dimmed">
          1
        </Text>
      </div>
    </div>
  );
}
