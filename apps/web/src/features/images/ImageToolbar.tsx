'use client';

import { ActionIcon, Button, Group, MultiSelect, Select, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { EMBEDDING_STATES, IMAGE_SORTS, IMAGE_STATUSES, type ImageSort } from '@maskloop/domain';
import { IconSearch, IconSortAscending, IconSortDescending, IconX } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { ImageQuery } from './use-image-list.ts';

interface ImageToolbarProps {
  readonly query: ImageQuery;
  readonly onChange: (change: Partial<ImageQuery>) => void;
}

/** The way round in which each order is usually wanted. */
const USUAL_DIRECTION: Record<ImageSort, ImageQuery['direction']> = {
  newest: 'desc',
  name: 'asc',
  priority: 'desc',
  uncertainty: 'desc',
};

/** Search, filters and order of the image list. */
export function ImageToolbar({ query, onChange }: ImageToolbarProps) {
  const t = useTranslations('images');
  const words = useTranslations('image');
  const [text, setText] = useState(query.text);
  const search = useDebouncedCallback((value: string) => onChange({ text: value.trim() }), 250);
  const filtered = query.status.length > 0 || query.embedding !== null || query.text !== '';
  const ascending = query.direction === 'asc';
  return (
    <Group gap="xs" role="search" aria-label={t('filters')}>
      <TextInput
        aria-label={t('search')}
        placeholder={t('search')}
        leftSection={<IconSearch size={15} />}
        w={230}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          search(event.currentTarget.value);
        }}
      />
      <MultiSelect
        aria-label={t('filterStatus')}
        placeholder={query.status.length === 0 ? t('anyStatus') : ''}
        data={IMAGE_STATUSES.map((value) => ({ value, label: words(`status.${value}`) }))}
        value={[...query.status]}
        onChange={(values) =>
          onChange({ status: IMAGE_STATUSES.filter((status) => values.includes(status)) })
        }
        w={query.status.length > 1 ? 260 : 180}
        clearable
      />
      <Select
        aria-label={t('filterEmbedding')}
        placeholder={t('anyEmbedding')}
        data={EMBEDDING_STATES.map((value) => ({ value, label: words(`embedding.${value}`) }))}
        value={query.embedding}
        onChange={(value) =>
          onChange({ embedding: EMBEDDING_STATES.find((state) => state === value) ?? null })
        }
        w={180}
        clearable
      />
      <Select
        aria-label={t('sortBy')}
        data={IMAGE_SORTS.map((value) => ({ value, label: t(`sort.${value}`) }))}
        value={query.sort}
        allowDeselect={false}
        onChange={(value) => {
          const sort = IMAGE_SORTS.find((each) => each === value);
          if (sort) onChange({ sort, direction: USUAL_DIRECTION[sort] });
        }}
        w={180}
      />
      <Tooltip label={ascending ? t('ascending') : t('descending')}>
        <ActionIcon
          size="lg"
          variant="default"
          onClick={() => onChange({ direction: ascending ? 'desc' : 'asc' })}
          aria-label={ascending ? t('ascending') : t('descending')}
        >
          {ascending ? <IconSortAscending size={17} /> : <IconSortDescending size={17} />}
        </ActionIcon>
      </Tooltip>
      {filtered && (
        <Button
          variant="subtle"
          leftSection={<IconX size={14} />}
          onClick={() => {
            setText('');
            onChange({ status: [], embedding: null, text: '' });
          }}
        >
          {t('clearFilters')}
        </Button>
      )}
    </Group>
  );
}
