import { Paper, Text, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';

interface FigureProps {
  readonly label: string;
  /** null: not known yet */
  readonly value: ReactNode | null;
  /** how it is measured */
  readonly hint?: string;
}

/** One number with its name; a list of them belongs into a `dl`. */
export function Figure({ label, value, hint }: FigureProps) {
  const card = (
    <Paper p="md" component="div">
      <Text component="dt" size="xs" c="dimmed" mb={4}>
        {label}
      </Text>
      <Text component="dd" m={0} fz={24} fw={650} lh={1.15} className="ml-tabular">
        {value ?? '–'}
      </Text>
    </Paper>
  );
  return hint ? <Tooltip label={hint}>{card}</Tooltip> : card;
}
