'use client';

import { Badge } from '@mantine/core';
import type { ModelState } from '@maskloop/domain';
import { useTranslations } from 'next-intl';

const COLOURS: Record<ModelState, string> = { registered: 'petrol', active: 'green', retired: 'gray' };

/** Whether a model version may be used. */
export function ModelStateBadge({ state }: { state: ModelState }) {
  const t = useTranslations('models');
  return <Badge color={COLOURS[state]}>{t(`state.${state}`)}</Badge>;
}
