'use client';

import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { failureOf } from '@/client/failure.ts';

/** Short news in the corner: `done` when something worked, `failed` when an action did not. */
export function useNotify() {
  const t = useTranslations('failure');
  return useMemo(
    () => ({
      done(message: string) {
        notifications.show({ message, color: 'petrol', icon: <IconCheck size={16} />, autoClose: 4000 });
      },
      failed(what: string, error: unknown) {
        const { code, message } = failureOf(error);
        notifications.show({
          title: what,
          message: `${message ?? t(`why.${code}`)} ${t(`next.${code}`)}`,
          color: 'red',
          icon: <IconAlertTriangle size={16} />,
          autoClose: 12_000,
          role: 'alert',
        });
      },
    }),
    [t],
  );
}
