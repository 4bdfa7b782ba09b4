'use client';

import type { EmbeddingState, ImageStatus } from '@maskloop/domain';
import {
  IconAlertTriangle,
  IconBolt,
  IconCircle,
  IconCircleCheck,
  IconClock,
  IconCornerUpLeft,
  IconPlayerSkipForward,
  IconSend,
} from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

/** Colour role of each status; values stand in the theme. */
export const STATUS_COLOURS: Record<ImageStatus, string> = {
  open: 'var(--ml-status-open)',
  submitted: 'var(--ml-status-submitted)',
  accepted: 'var(--ml-status-accepted)',
  'sent-back': 'var(--ml-status-sent-back)',
  skipped: 'var(--ml-status-skipped)',
};

const STATUS_ICONS: Record<ImageStatus, typeof IconCircle> = {
  open: IconCircle,
  submitted: IconSend,
  accepted: IconCircleCheck,
  'sent-back': IconCornerUpLeft,
  skipped: IconPlayerSkipForward,
};

/** Status as icon and word: colour alone says nothing to some. */
export function StatusLabel({ status }: { status: ImageStatus }) {
  const t = useTranslations('image');
  const Icon = STATUS_ICONS[status];
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 4, whiteSpace: 'nowrap' }}>
      <Icon size={14} color={STATUS_COLOURS[status]} stroke={2.2} aria-hidden />
      {t(`status.${status}`)}
    </span>
  );
}

const EMBEDDING_ICONS: Record<EmbeddingState, typeof IconCircle> = {
  ready: IconBolt,
  queued: IconClock,
  failed: IconAlertTriangle,
  missing: IconBolt,
};

export const EMBEDDING_COLOURS: Record<EmbeddingState, string> = {
  ready: 'var(--ml-status-accepted)',
  queued: 'var(--ml-status-submitted)',
  failed: 'var(--mantine-color-error)',
  missing: 'var(--ml-status-skipped)',
};

/** Whether the model can answer clicks at once, as a small mark with its meaning in a tooltip. */
export function EmbeddingMark({ state }: { state: EmbeddingState }) {
  const t = useTranslations('image');
  const Icon = EMBEDDING_ICONS[state];
  const hint = t(`embeddingHint.${state}`);
  return (
    <span style={{ display: 'inline-flex' }} role="img" title={hint} aria-label={hint}>
      <Icon
        size={15}
        color={EMBEDDING_COLOURS[state]}
        {...(state === 'ready' ? { fill: EMBEDDING_COLOURS.ready } : {})}
        stroke={2}
      />
    </span>
  );
}
