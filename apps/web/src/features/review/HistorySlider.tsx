import { Group, Slider, Text } from '@mantine/core';
import { useFormatter, useTranslations } from 'next-intl';
import classes from './Review.module.css';
import type { ShownRevision } from './use-shown-revision.ts';

/** Walks through the states of the selected mask; the picture shows the one under the thumb. */
export function HistorySlider({ shown }: { readonly shown: ShownRevision }) {
  const t = useTranslations('review');
  const format = useFormatter();
  const { revisions, index } = shown;
  const revision = revisions[index];
  if (!revision) return null;
  const last = revisions.length - 1;
  return (
    <div className={classes.block} data-testid="history-slider">
      <Group justify="space-between" mb={4}>
        <Text className={classes.heading}>{t('history')}</Text>
        <Text size="xs" c="dimmed" className="ml-tabular">
          {t('revision', { n: index + 1, total: revisions.length })}
        </Text>
      </Group>
      <Slider
        min={0}
        max={Math.max(1, last)}
        disabled={last === 0}
        step={1}
        size="sm"
        label={null}
        value={last === 0 ? 1 : index}
        onChange={(value) => shown.show(value)}
        thumbLabel={t('history')}
        marks={revisions.length <= 24 ? revisions.map((_, value) => ({ value })) : []}
      />
      <Text size="xs" mt={8} truncate>
        {t(`edit.${revision.edit}`)} ·{' '}
        {revision.author?.name ?? (revision.edit === 'import' ? t('byImport') : t('byModel'))} ·{' '}
        {format.dateTime(revision.createdAt, { dateStyle: 'medium', timeStyle: 'short' })}
      </Text>
    </div>
  );
}
