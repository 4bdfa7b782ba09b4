'use client';

import { Alert, MultiSelect, Radio, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { IMAGE_STATUSES, LIMITS } from '@maskloop/domain';
import { useTranslations } from 'next-intl';
import type { Draft, Wanted } from './order.ts';

interface ScopeFieldsProps {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
}

const WANTED: readonly Wanted[] = ['any', 'yes', 'no'];

/** Which images a run is about. */
export function ScopeFields({ draft, onChange }: ScopeFieldsProps) {
  const t = useTranslations('runs');
  const image = useTranslations('image');
  const common = useTranslations('common');
  const choices = (what: 'proposals' | 'verified') =>
    WANTED.map((value) => ({ value, label: t(`wanted.${what}.${value}`) }));
  return (
    <Stack gap="md">
      <Radio.Group
        aria-label={t('images')}
        value={draft.scope}
        onChange={(value) => onChange({ scope: value as Draft['scope'] })}
      >
        <Stack gap="sm">
          <Radio value="filter" label={t('scope.filter')} description={t('scope.filterHint')} />
          <Radio value="all" label={t('scope.all')} description={t('scope.allHint')} />
          <Radio
            value="images"
            label={t('scope.selected', { count: draft.imageIds.length })}
            description={t('scope.selectedHint')}
            disabled={draft.imageIds.length === 0}
          />
        </Stack>
      </Radio.Group>
      {draft.scope === 'filter' && (
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
          <MultiSelect
            label={common('state')}
            placeholder={draft.statuses.length === 0 ? t('anyStatus') : ''}
            data={IMAGE_STATUSES.map((value) => ({ value, label: image(`status.${value}`) }))}
            value={[...draft.statuses]}
            onChange={(values) =>
              onChange({ statuses: IMAGE_STATUSES.filter((status) => values.includes(status)) })
            }
            clearable
          />
          <TextInput
            label={t('search')}
            maxLength={LIMITS.nameLength}
            value={draft.search}
            onChange={(event) => onChange({ search: event.currentTarget.value })}
          />
          <Select
            label={t('hasProposals')}
            data={choices('proposals')}
            value={draft.hasProposals}
            allowDeselect={false}
            onChange={(value) => onChange({ hasProposals: value as Wanted })}
          />
          <Select
            label={t('hasVerified')}
            data={choices('verified')}
            value={draft.hasVerified}
            allowDeselect={false}
            onChange={(value) => onChange({ hasVerified: value as Wanted })}
          />
        </SimpleGrid>
      )}
      {draft.scope !== 'images' && <Alert color="gray">{t('scope.fixed')}</Alert>}
    </Stack>
  );
}
