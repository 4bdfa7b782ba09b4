'use client';

import { Badge } from '@mantine/core';
import type { JobState as State } from '@maskloop/domain';
import { useTranslations } from 'next-intl';

const COLOURS: Record<State, string> = {
  pending: 'gray',
  running: 'petrol',
  done: 'green',
  skipped: 'gray',
  failed: 'red',
  cancelled: 'orange',
};

/** State of a job as a badge. */
export function JobState({ state }: { state: State }) {
  const t = useTranslations('jobs');
  return <Badge color={COLOURS[state]}>{t(`state.${state}`)}</Badge>;
}
