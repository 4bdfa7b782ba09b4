'use client';

import { Paper, SimpleGrid, Text } from '@mantine/core';
import type { LabellingFigures } from '@maskloop/domain';
import { useTranslations } from 'next-intl';
import { FIGURES } from './figures.ts';
import { useFigureFormat } from './use-figure-format.ts';

/** Each figure with its definition below it. */
export function FigureCards({ figures }: { readonly figures: LabellingFigures }) {
  const t = useTranslations('analytics');
  const show = useFigureFormat();
  return (
    <SimpleGrid component="dl" cols={{ base: 2, lg: 4 }} spacing="md" m={0}>
      {FIGURES.map((figure) => (
        <Paper key={figure} p="md" component="div">
          <Text component="dt" size="xs" c="dimmed" mb={4}>
            {t(`figure.${figure}`)}
          </Text>
          <Text component="dd" m={0} fz={24} fw={650} lh={1.15} className="ml-tabular">
            {show(figure, figures[figure]) ?? '–'}
          </Text>
          <Text component="dd" m={0} mt={6} size="xs" c="dimmed" lh={1.4}>
            {t(`definition.${figure}`)}
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  );
}
