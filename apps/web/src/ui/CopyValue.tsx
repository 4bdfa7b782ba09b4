'use client';

import { ActionIcon, CopyButton, Group, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

interface CopyValueProps {
  readonly value: string;
  /** what is copied, for the button's name */
  readonly label: string;
  /** leading characters to show; all without it */
  readonly show?: number;
}

/** A hash, link or id in monospace with a copy button. */
export function CopyValue({ value, label, show }: CopyValueProps) {
  const t = useTranslations('common');
  const short = show !== undefined && value.length > show ? `${value.slice(0, show)}…` : value;
  return (
    <Group gap={4} wrap="nowrap" miw={0}>
      <Tooltip label={value} disabled={short === value} style={{ overflowWrap: 'anywhere' }}>
        <Text component="span" className="ml-mono" size="sm" truncate={show === undefined ? 'end' : false}>
          {short}
        </Text>
      </Tooltip>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t('copied') : t('copyOf', { what: label })}>
            <ActionIcon size="sm" onClick={copy} aria-label={t('copyOf', { what: label })}>
              {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Group>
  );
}
