'use client';

import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { failureOf } from '@/client/failure.ts';

interface ErrorStateProps {
  /** what failed, as a sentence */
  readonly what: ReactNode;
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
  readonly actions?: ReactNode;
}

/** Something failed: what, why (the server's words where it has some), and what to do. */
export function ErrorState({ what, error, onRetry, actions }: ErrorStateProps) {
  const t = useTranslations('failure');
  const locale = useLocale();
  const { code, message } = failureOf(error);
  // the server speaks English: elsewhere its words are a detail below the reader's own
  const inServersWords = message !== null && locale === 'en';
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle size={18} />}
      title={what}
      my="md"
      role="alert"
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{inServersWords ? message : t(`why.${code}`)}</Text>
        {message !== null && !inServersWords && (
          <Text size="xs" c="dimmed" lang="en">
            {message}
          </Text>
        )}
        <Text size="sm" c="dimmed">
          {t(`next.${code}`)}
        </Text>
        {(onRetry || actions) && (
          <Group gap="xs">
            {onRetry && (
              <Button size="xs" variant="default" leftSection={<IconRefresh size={14} />} onClick={onRetry}>
                {t('retry')}
              </Button>
            )}
            {actions}
          </Group>
        )}
      </Stack>
    </Alert>
  );
}
