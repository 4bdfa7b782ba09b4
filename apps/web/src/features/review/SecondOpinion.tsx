import { Badge, Group, Text } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { AGREEMENT_FIGURES, useAgreementFormat } from '../agreement/use-agreement-format.ts';
import { StatusLabel } from '../images/image-labels.tsx';
import classes from './Review.module.css';
import type { LoadedReview } from './use-review-queue.ts';

/** DL5: the image is labeled twice, and how far both labelings agree. */
export function SecondOpinion({ second }: { readonly second: NonNullable<LoadedReview['second']> }) {
  const t = useTranslations('review');
  const words = useTranslations('agreement');
  const show = useAgreementFormat();
  const { compared } = second;
  return (
    <section className={classes.block} aria-label={t('second.title')} data-testid="second-opinion">
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text className={classes.heading}>{t('second.title')}</Text>
        {compared ? (
          <Badge variant="light" title={words('definition.score')}>
            {t('second.score', { value: show('score', compared) })}
          </Badge>
        ) : (
          <Text size="xs" component="span">
            <StatusLabel status={second.status} />
          </Text>
        )}
      </Group>
      {compared ? (
        <Text size="xs" c="dimmed" mt={4} className="ml-tabular">
          {AGREEMENT_FIGURES.filter((figure) => figure !== 'score')
            .map((figure) => `${words(`short.${figure}`)} ${show(figure, compared)}`)
            .join(' · ')}
          {compared.relabelled > 0 && ` · ${t('second.relabelled', { count: compared.relabelled })}`}
          {compared.by && ` · ${t('second.by', { name: compared.by.name })}`}
        </Text>
      ) : (
        <Text size="xs" c="dimmed" mt={4}>
          {t('second.waits')}
        </Text>
      )}
    </section>
  );
}
