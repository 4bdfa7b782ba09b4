'use client';

import { Alert, Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy, IconKey } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';

interface SecretOnceProps {
  readonly secret: string;
  /** what to do with it, and that it is not shown again */
  readonly children: ReactNode;
  readonly onDone: () => void;
}

/** A secret that the server does not keep, at the one moment when it can be copied. */
export function SecretOnce({ secret, children, onDone }: SecretOnceProps) {
  const t = useTranslations('common');
  return (
    <Stack gap="md">
      <Alert color="yellow" icon={<IconKey size={18} />}>
        {children}
      </Alert>
      <Code block className="ml-mono" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {secret}
      </Code>
      <Group justify="flex-end">
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              onClick={copy}
              data-autofocus
            >
              <Text inherit aria-live="polite">
                {copied ? t('copied') : t('copy')}
              </Text>
            </Button>
          )}
        </CopyButton>
        <Button onClick={onDone}>{t('done')}</Button>
      </Group>
    </Stack>
  );
}
