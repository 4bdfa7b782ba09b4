'use client';

import { Badge } from '@mantine/core';
import { STAGES, type Stage } from '@maskloop/domain';
import { useTranslations } from 'next-intl';

/** The stage's place in the engine and its name. */
export function StageBadge({ stage }: { stage: Stage }) {
  const t = useTranslations('stage');
  return (
    <Badge variant="default" leftSection={<StageDots stage={stage} />} style={{ flexShrink: 0 }}>
      {t(`name.${stage}`)}
    </Badge>
  );
}

function StageDots({ stage }: { stage: Stage }) {
  const reached = STAGES.indexOf(stage);
  return (
    <svg width={22} height={6} viewBox="0 0 22 6" aria-hidden>
      {STAGES.map((each, index) => (
        <circle
          key={each}
          cx={3 + index * 8}
          cy={3}
          r={2.6}
          fill={
            index <= reached ? 'var(--mantine-primary-color-filled)' : 'var(--mantine-color-default-border)'
          }
        />
      ))}
    </svg>
  );
}
