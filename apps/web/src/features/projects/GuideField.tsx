'use client';

import { Paper, Tabs, Text, Textarea } from '@mantine/core';
import { LIMITS } from '@maskloop/domain';
import { useFormatter, useTranslations } from 'next-intl';
import { Markdown } from '@/ui/Markdown.tsx';

interface GuideFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error?: string | undefined;
}

/** The labeling guide as Markdown, with a preview of what annotators will read. */
export function GuideField({ value, onChange, error }: GuideFieldProps) {
  const t = useTranslations('guide');
  const format = useFormatter();
  return (
    <Tabs defaultValue="write" keepMounted={false}>
      <Tabs.List aria-label={t('label')}>
        <Tabs.Tab value="write">{t('write')}</Tabs.Tab>
        <Tabs.Tab value="preview">{t('preview')}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="write" pt="xs">
        <Textarea
          aria-label={t('label')}
          description={t('hint')}
          placeholder={t('placeholder')}
          autosize
          minRows={10}
          maxRows={24}
          value={value}
          error={error}
          onChange={(event) => onChange(event.currentTarget.value)}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.85rem' } }}
        />
        {value.length > LIMITS.guideLength * 0.9 && (
          <Text size="xs" c="dimmed" mt={4}>
            {t('length', { count: format.number(value.length), limit: format.number(LIMITS.guideLength) })}
          </Text>
        )}
      </Tabs.Panel>
      <Tabs.Panel value="preview" pt="xs">
        <Paper p="md" mih={220}>
          {value.trim() ? <Markdown>{value}</Markdown> : <Text c="dimmed">{t('empty')}</Text>}
        </Paper>
      </Tabs.Panel>
    </Tabs>
  );
}
