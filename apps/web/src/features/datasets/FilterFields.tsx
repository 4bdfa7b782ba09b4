'use client';

import {
  Checkbox,
  Group,
  MultiSelect,
  Radio,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  TextInput,
} from '@mantine/core';
import {
  IMAGE_STATUSES,
  LATEST_VERDICTS,
  LIMITS,
  ORIGIN_CHOICES,
  type OriginChoice,
  STAGES,
} from '@maskloop/domain';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { useProject } from '../projects/use-project.ts';
import type { Selection } from './builder.ts';

type Version = Outputs['dataset']['list'][number];

interface FilterFieldsProps {
  readonly projectId: string;
  /** newest first */
  readonly versions: readonly Version[];
  readonly selection: Selection;
  readonly onChange: (part: Partial<Selection>) => void;
}

/** Everything that narrows which masks a version takes. */
export function FilterFields({ projectId, versions, selection, onChange }: FilterFieldsProps) {
  const t = useTranslations('datasets');
  const words = useTranslations('image');
  const stages = useTranslations('stage');
  return (
    <Stack gap="lg">
      <Radio.Group
        label={t('origins')}
        value={selection.origins}
        onChange={(value) => onChange({ origins: value as OriginChoice })}
      >
        <Stack gap={8} mt={6}>
          {ORIGIN_CHOICES.map((choice) => (
            <Radio
              key={choice}
              value={choice}
              label={t(`origin.${choice}`)}
              description={t(`originText.${choice}`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      <Checkbox
        label={t('negatives')}
        description={t('negativesHint')}
        checked={selection.includeNegatives}
        onChange={(event) => onChange({ includeNegatives: event.currentTarget.checked })}
      />
      <Since versions={versions} selection={selection} onChange={onChange} />
      <SomeOf
        label={t('stages')}
        options={STAGES}
        chosen={selection.stages}
        nameOf={(stage) => stages(`name.${stage}`)}
        onChange={(chosen) => onChange({ stages: chosen })}
      />
      <SomeOf
        label={t('statuses')}
        options={IMAGE_STATUSES}
        chosen={selection.imageStatuses}
        nameOf={(status) => words(`status.${status}`)}
        onChange={(chosen) => onChange({ imageStatuses: chosen })}
      />
      <SomeOf
        label={t('verdicts')}
        options={LATEST_VERDICTS}
        chosen={selection.verdicts}
        nameOf={(verdict) => t(`verdict.${verdict}`)}
        onChange={(chosen) => onChange({ verdicts: chosen })}
      />
      <Named projectId={projectId} selection={selection} onChange={onChange} />
      <Group grow align="flex-start">
        <TextInput
          type="date"
          label={t('from')}
          value={selection.fromDay ?? ''}
          onChange={(event) => onChange({ fromDay: event.currentTarget.value || null })}
        />
        <TextInput
          type="date"
          label={t('until')}
          value={selection.untilDay ?? ''}
          onChange={(event) => onChange({ untilDay: event.currentTarget.value || null })}
        />
      </Group>
    </Stack>
  );
}

function Since({ versions, selection, onChange }: Omit<FilterFieldsProps, 'projectId'>) {
  const t = useTranslations('datasets');
  const frozen = versions.filter(({ state }) => state === 'done');
  if (frozen.length === 0) return null;
  return (
    <Select
      label={t('since')}
      description={t('sinceHint')}
      placeholder={t('sinceNone')}
      data={frozen.map(({ id, number, name, models }) => ({
        value: id,
        label:
          models.length > 0
            ? t('sinceTrained', { number, models: models.map((model) => model.name).join(', ') })
            : t('sinceVersion', { number, name }),
      }))}
      value={selection.sinceVersionId}
      onChange={(id) => onChange({ sinceVersionId: id })}
      clearable
    />
  );
}

interface SomeOfProps<T extends string> {
  readonly label: string;
  readonly options: readonly T[];
  readonly chosen: readonly T[];
  readonly nameOf: (option: T) => string;
  readonly onChange: (chosen: T[]) => void;
}

/** Checkboxes of which at least one must stay. */
function SomeOf<T extends string>({ label, options, chosen, nameOf, onChange }: SomeOfProps<T>) {
  const t = useTranslations('datasets');
  return (
    <Checkbox.Group
      label={label}
      error={chosen.length === 0 && t('atLeastOne')}
      value={[...chosen]}
      onChange={(values) => onChange(options.filter((option) => values.includes(option)))}
    >
      <Group gap="md" mt={6} mb={4}>
        {options.map((option) => (
          <Checkbox key={option} value={option} label={nameOf(option)} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}

/** What is chosen by name: nothing chosen means any. */
function Named({ projectId, selection, onChange }: Omit<FilterFieldsProps, 'versions'>) {
  const t = useTranslations('datasets');
  const trpc = useTRPC();
  const project = useProject(projectId);
  const choices = useQuery(trpc.dataset.choices.queryOptions({ projectId }, { staleTime: 60_000 }));
  const { people = [], models = [], groups = [] } = choices.data ?? {};
  const named = (rows: readonly { id: string; name: string }[]) =>
    rows.map(({ id, name }) => ({ value: id, label: name }));
  const field = (key: 'classIds' | 'authorIds' | 'modelVersionIds', any: string) => ({
    placeholder: selection[key] === null ? any : '',
    value: [...(selection[key] ?? [])],
    onChange: (ids: string[]) => onChange({ [key]: ids.length > 0 ? ids : null }),
    maxValues: LIMITS.pageSize,
    clearable: true,
    searchable: true,
    nothingFoundMessage: t('noSuchName'),
  });
  return (
    <>
      <MultiSelect
        label={t('classes')}
        data={named((project.data?.classes ?? []).filter(({ deleted }) => !deleted))}
        {...field('classIds', t('anyClass'))}
      />
      <Checkbox
        label={t('unclassified')}
        checked={selection.includeUnclassified}
        onChange={(event) => onChange({ includeUnclassified: event.currentTarget.checked })}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <MultiSelect label={t('people')} data={named(people)} {...field('authorIds', t('anybody'))} />
        <MultiSelect label={t('models')} data={named(models)} {...field('modelVersionIds', t('anyModel'))} />
      </SimpleGrid>
      {(groups.length > 0 || selection.groupKeys !== null) && (
        <TagsInput
          label={t('groups')}
          placeholder={selection.groupKeys === null ? t('anyGroup') : ''}
          data={[...groups]}
          value={[...(selection.groupKeys ?? [])]}
          onChange={(keys) => onChange({ groupKeys: keys.length > 0 ? keys : null })}
          maxTags={LIMITS.pageSize}
          limit={100}
          clearable
        />
      )}
    </>
  );
}
