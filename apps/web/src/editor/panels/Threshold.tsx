import { Group, Slider, Text } from '@mantine/core';
import { useFormatter } from 'next-intl';
import styles from '../editor.module.css';

const FINEST = 0.005;
/** Bars of the chart, less one. */
export const STEPS = 44;

interface ThresholdProps {
  readonly label: string;
  /** the stage's own threshold: nothing below it is here */
  readonly from: number;
  readonly value: number;
  /** proposals kept at each step from `from` to 1 */
  readonly counts: readonly number[];
  readonly onDraft: (value: number) => void;
  readonly onApply: (value: number) => void;
}

/** A slider under a small chart of how many proposals each of its values keeps. */
export function Threshold({ label, from, value, counts, onDraft, onApply }: ThresholdProps) {
  const format = useFormatter();
  const most = Math.max(1, ...counts);
  const width = 100 / counts.length;
  const at = from >= 1 ? 0 : ((value - from) / (1 - from)) * (counts.length - 1);
  return (
    <div>
      <Group justify="space-between" wrap="nowrap">
        <Text size="xs">{label}</Text>
        <Text size="xs" className="ml-tabular">
          ≥ {format.number(value, { minimumFractionDigits: 2, maximumFractionDigits: 3 })}
        </Text>
      </Group>
      <svg className={styles.kept} viewBox="0 0 100 22" preserveAspectRatio="none" aria-hidden>
        {counts.map((count, step) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
            key={step}
            x={step * width}
            y={22 - (22 * count) / most}
            width={width * 0.8}
            height={(22 * count) / most}
            data-kept={step >= at - 1e-6}
          />
        ))}
      </svg>
      <Slider
        size={3}
        min={from}
        max={1}
        step={FINEST}
        label={null}
        value={value}
        onChange={onDraft}
        onChangeEnd={onApply}
        thumbLabel={label}
        thumbSize={13}
        disabled={from >= 1}
      />
    </div>
  );
}
