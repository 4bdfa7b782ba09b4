'use client';

// Loaded when somebody looks at analytics: the plots weigh more than any other page.
import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import { Text } from '@mantine/core';
import { useFormatter, useTranslations } from 'next-intl';
import type { FigureName } from './figures.ts';
import { useFigureFormat } from './use-figure-format.ts';
import { type FiguresRow, useRowName } from './use-row-name.ts';

const HEIGHT = 250;
/** Bars that fit side by side and can be told apart. */
const MOST_WEEKS = 26;
const MOST_PARTS = 12;
const COLOUR = 'var(--ml-plot)';

interface FigureChartProps {
  readonly figure: FigureName;
  readonly rows: readonly FiguresRow[];
  /** read out in place of the picture; the table has the numbers */
  readonly label: string;
}

/** A figure week by week, the newest at the right. A week without masks is a gap. */
export function WeekChart({ figure, rows, label }: FigureChartProps) {
  const t = useTranslations('analytics');
  const format = useFormatter();
  const shown = withGaps(rows).slice(-MOST_WEEKS);
  return (
    <FigureBars
      figure={figure}
      label={label}
      points={shown.map(({ week, row }) => ({
        name: format.dateTime(new Date(week), { month: 'short', day: 'numeric', timeZone: 'UTC' }),
        value: row?.figures[figure] ?? null,
      }))}
      note={shown.length < withGaps(rows).length ? t('newestWeeks', { count: MOST_WEEKS }) : null}
    />
  );
}

/** A figure of the largest parts of a dimension. */
export function PartsChart({ figure, rows, label }: FigureChartProps) {
  const t = useTranslations('analytics');
  const nameOf = useRowName();
  const measured = rows.filter(({ figures }) => figures[figure] !== null);
  return (
    <FigureBars
      figure={figure}
      label={label}
      sideways
      points={measured.slice(0, MOST_PARTS).map((row) => ({ name: nameOf(row), value: row.figures[figure] }))}
      note={measured.length > MOST_PARTS ? t('largestParts', { count: MOST_PARTS }) : null}
    />
  );
}

interface FigureBarsProps {
  readonly figure: FigureName;
  readonly label: string;
  readonly points: readonly { readonly name: string; readonly value: number | null }[];
  readonly sideways?: boolean;
  readonly note: string | null;
}

function FigureBars({ figure, label, points, sideways = false, note }: FigureBarsProps) {
  const t = useTranslations('analytics');
  const show = useFigureFormat();
  if (points.every(({ value }) => value === null)) {
    return (
      <Text c="dimmed" size="sm">
        {t('nothingMeasured')}
      </Text>
    );
  }
  const name = t(`figure.${figure}`);
  return (
    <>
      <div role="img" aria-label={label}>
        <BarChart
          h={sideways ? Math.max(110, 34 * points.length + 50) : HEIGHT}
          data={points.map((point) => ({ name: point.name, [name]: point.value }))}
          dataKey="name"
          series={[{ name, color: COLOUR }]}
          orientation={sideways ? 'vertical' : 'horizontal'}
          maxBarWidth={sideways ? 18 : 34}
          tickLine="none"
          gridAxis={sideways ? 'y' : 'x'}
          {...(sideways
            ? { yAxisProps: { width: 132, tickFormatter: shortened }, xAxisProps: { tickCount: 4 } }
            : { yAxisProps: { width: 62, tickCount: 5 } })}
          valueFormatter={(value) => show(figure, value) ?? ''}
          barProps={{ isAnimationActive: false, radius: sideways ? [0, 3, 3, 0] : [3, 3, 0, 0] }}
        />
      </div>
      {note && (
        <Text size="xs" c="dimmed" mt={4}>
          {note}
        </Text>
      )}
    </>
  );
}

interface HistogramChartProps {
  /** of equal parts of 0..1, lowest first */
  readonly counts: readonly number[];
  /** read out in place of the picture */
  readonly label: string;
  /** what is counted */
  readonly series: string;
  /** what it is counted by */
  readonly axis: string;
}

/** How many there are by a figure between 0 and 1, in bins of equal width. */
export function HistogramChart({ counts, label, series, axis }: HistogramChartProps) {
  const format = useFormatter();
  const edge = (bin: number) => format.number(bin / counts.length, { maximumFractionDigits: 2 });
  return (
    <div role="img" aria-label={label}>
      <BarChart
        h={HEIGHT}
        data={counts.map((count, bin) => ({ bin: `${edge(bin)}–${edge(bin + 1)}`, [series]: count }))}
        dataKey="bin"
        series={[{ name: series, color: COLOUR }]}
        xAxisLabel={axis}
        xAxisProps={{
          interval: counts.length > 10 ? 3 : 1,
          tickFormatter: (bin: string) => bin.split('–')[0] ?? '',
        }}
        yAxisProps={{ width: 52, allowDecimals: false }}
        tickLine="none"
        valueFormatter={(value) => format.number(value)}
        barProps={{ isAnimationActive: false, radius: [3, 3, 0, 0] }}
      />
    </div>
  );
}

function shortened(name: string): string {
  return name.length > 17 ? `${name.slice(0, 16)}…` : name;
}

const WEEK_MS = 7 * 86_400_000;

/** Every week from the first to the last row's. */
function withGaps(
  rows: readonly FiguresRow[],
): { readonly week: string; readonly row: FiguresRow | undefined }[] {
  const weeks = rows.flatMap(({ key }) => (key === null ? [] : [Date.parse(key)]));
  if (weeks.length === 0) return [];
  const [first, last] = [Math.min(...weeks), Math.max(...weeks)];
  return Array.from({ length: Math.round((last - first) / WEEK_MS) + 1 }, (_, at) => {
    const week = new Date(first + at * WEEK_MS).toISOString().slice(0, 10);
    return { week, row: rows.find(({ key }) => key === week) };
  });
}
