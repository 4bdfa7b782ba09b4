'use client';

import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useTranslations } from 'next-intl';
import { type ReactNode, useCallback } from 'react';

interface Question {
  readonly title: string;
  /** what will happen and whether it can be undone */
  readonly children: ReactNode;
  readonly confirm: string;
  readonly danger?: boolean;
  readonly onConfirm: () => void;
}

/** Asks before something that cannot be taken back lightly. */
export function useConfirm(): (question: Question) => void {
  const t = useTranslations('common');
  return useCallback(
    ({ title, children, confirm, danger = false, onConfirm }) => {
      modals.openConfirmModal({
        title,
        children: (
          <Text size="sm" component="div">
            {children}
          </Text>
        ),
        labels: { confirm, cancel: t('cancel') },
        confirmProps: danger ? { color: 'red' } : {},
        onConfirm,
      });
    },
    [t],
  );
}
