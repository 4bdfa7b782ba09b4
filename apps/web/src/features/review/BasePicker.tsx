import { SegmentedControl, Text } from '@mantine/core';
import { useFormatter, useTranslations } from 'next-intl';
import { BASES, type Base, type Change, type Compared } from './compare.ts';
import classes from './Review.module.css';

interface BasePickerProps {
  readonly base: Base;
  /** there is a verdict to compare with */
  readonly judgedBefore: boolean;
  /** there is a second labeling to compare with */
  readonly labeledTwice: boolean;
  readonly compared: readonly Compared[];
  readonly onChange: (base: Base) => void;
}

/** What the masks are compared with, and what came of it in numbers. */
export function BasePicker({ base, judgedBefore, labeledTwice, compared, onChange }: BasePickerProps) {
  const t = useTranslations('review');
  const format = useFormatter();
  const count = (change: Change) => compared.filter((each) => each.change === change).length;
  const twice = base === 'second';
  const changes = (['changed', 'new', 'gone', 'same'] as const).filter((change) => count(change) > 0);
  return (
    <div className={classes.block}>
      <Text className={classes.heading} mb={6}>
        {t('compareWith')}
      </Text>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label={t('compareWith')}
        data={BASES.filter((value) => labeledTwice || value !== 'second').map((value) => ({
          value,
          label: t(`base.${value}`),
          disabled: value === 'before' && !judgedBefore,
        }))}
        value={base}
        onChange={(value) => {
          const to = BASES.find((each) => each === value);
          if (to) onChange(to);
        }}
      />
      {base !== 'none' && (
        <Text size="xs" c="dimmed" mt={6} role="status">
          {changes
            .map((change) =>
              t(twice ? `second.count.${change}` : `count.${change}`, {
                count: format.number(count(change)),
              }),
            )
            .join(' · ')}
        </Text>
      )}
    </div>
  );
}
