'use client';

import { Badge } from '@mantine/core';
import type { BuildState as State } from '@maskloop/domain';
import { useTranslations } from 'next-intl';

const COLOURS: Record<State, string> = {
  pending: 'gray',
  running: 'petrol',
  done: 'green',
  failed: 'red',
  cancelled: 'orange',
};

/** State of a dataset version or an export as a badge. */
export function BuildState({ state }: { state: State }) {
  const t = useTranslations('datasets');
  return <Badge color={COLOURS[state]}>{t(`state.${state}`)}</Badge>;
}
