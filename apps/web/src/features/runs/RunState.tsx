'use client';

import { Badge } from '@mantine/core';
import type { RunState as State } from '@maskloop/domain';
import { useTranslations } from 'next-intl';

const COLOURS: Record<State, string> = {
  pending: 'gray',
  running: 'petrol',
  done: 'green',
  failed: 'red',
  cancelled: 'orange',
};

/** State of a run or of one of its images as a badge. */
export function RunState({ state }: { state: State }) {
  const t = useTranslations('runs');
  return (
    <Badge color={COLOURS[state]} style={{ flexShrink: 0 }}>
      {t(`state.${state}`)}
    </Badge>
  );
}
