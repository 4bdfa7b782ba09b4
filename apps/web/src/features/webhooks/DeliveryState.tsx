'use client';

import { Badge } from '@mantine/core';
import type { WebhookDeliveryState } from '@maskloop/domain';
import { useTranslations } from 'next-intl';

const COLOURS = { pending: 'gray', delivered: 'green', failed: 'red' } as const satisfies Record<
  WebhookDeliveryState,
  string
>;

export function DeliveryState({ state }: { state: WebhookDeliveryState }) {
  const t = useTranslations('webhooks');
  return <Badge color={COLOURS[state]}>{t(`state.${state}`)}</Badge>;
}
