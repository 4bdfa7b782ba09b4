import { Paper, SimpleGrid, Text } from '@mantine/core';
import { useFormatter, useTranslations } from 'next-intl';
import type { Outputs } from '@/client/trpc.tsx';
import { AGREEMENT_FIGURES, useAgreementFormat } from './use-agreement-format.ts';

/** Each figure with its definition below it. */
export function AgreementCards({ summary }: { readonly summary: Outputs['agreement']['summary'] }) {
  const t = useTranslations('agreement');
  const format = useFormatter();
  const show = useAgreementFormat();
  const cards = [
    ...AGREEMENT_FIGURES.map((figure) => ({
      key: figure,
      name: t(`figure.${figure}`),
      value: show(figure, summary),
      definition: t(`definition.${figure}`),
    })),
    {
      key: 'relabelled',
      name: t('relabelled'),
      value: format.number(summary.relabelled),
      definition: t('relabelledHint'),
    },
    {
      key: 'compared',
      name: t('compared'),
      value: format.number(summary.compared),
      definition: t('comparedHint', { waiting: summary.waiting }),
    },
  ];
  return (
    <SimpleGrid component="dl" cols={{ base: 2, lg: 3 }} spacing="md" m={0}>
      {cards.map(({ key, name, value, definition }) => (
        <Paper key={key} p="md" component="div" data-testid={`agreement-${key}`}>
          <Text component="dt" size="xs" c="dimmed" mb={4}>
            {name}
          </Text>
          <Text component="dd" m={0} fz={24} fw={650} lh={1.15} className="ml-tabular">
            {value}
          </Text>
          <Text component="dd" m={0} mt={6} size="xs" c="dimmed" lh={1.4}>
            {definition}
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  );
}
