'use client';

import { Button, Group, Text } from '@mantine/core';
import { IconDeviceFloppy } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

interface SaveRowProps {
  readonly dirty: boolean;
  readonly busy: boolean;
  readonly disabled?: boolean;
  readonly onReset: () => void;
}

/** The end of a settings form: whether something is unsaved, discard, save. */
export function SaveRow({ dirty, busy, disabled = false, onReset }: SaveRowProps) {
  const t = useTranslations('settings');
  const common = useTranslations('common');
  return (
    <Group justify="flex-end" gap="sm">
      {dirty && (
        <Text size="sm" c="dimmed" role="status">
          {common('unsaved')}
        </Text>
      )}
      <Button variant="default" disabled={!dirty || busy} onClick={onReset}>
        {t('reset')}
      </Button>
      <Button
        type="submit"
        leftSection={<IconDeviceFloppy size={16} />}
        disabled={!dirty || disabled}
        loading={busy}
      >
        {common('save')}
      </Button>
    </Group>
  );
}
