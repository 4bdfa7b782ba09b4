'use client';

import {
  Alert,
  Button,
  Checkbox,
  Group,
  MultiSelect,
  NumberInput,
  Radio,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import {
  DatasetInput,
  IMAGE_STATUSES,
  LIMITS,
  ORIGIN_CHOICES,
  type OriginChoice,
  SPLITS,
  type SplitRule,
  STAGES,
} from '@maskloop/domain';
import { IconSnowflake } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { zod4Resolver } from 'mantine-form-zod-resolver';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Section } from '@/ui/Section.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { useProject } from '../projects/use-project.ts';
import { dropsOf, filterOf, moveShare, newSelection, newSplits, type Selection } from './builder.ts';
import { SplitBar } from './SplitBar.tsx';

interface DatasetBuilderProps {
  readonly projectId: string;
  /** proposed name of the version */
  readonly suggestedName: string;
  readonly onFrozen: (datasetVersionId: string) => void;
}

/** Chooses masks, shows at every change what that selects and why the rest is left out, and freezes it. */
export function DatasetBuilder({ projectId, suggestedName, onFrozen }: DatasetBuilderProps) {
  const t = useTranslations('datasets');
  const words = useTranslations('image');
  const stages = useTranslations('stage');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notify = useNotify();
  const project = useProject(projectId);
  const [selection, setSelection] = useState<Selection>(newSelection);
  const [splits, setSplits] = useState<SplitRule>(newSplits);
  const change = (part: Partial<Selection>) => setSelection({ ...selection, ...part });

  const [asked] = useDebouncedValue({ filter: filterOf(selection), splits }, 300);
  const complete = asked.filter.stages.length > 0 && asked.filter.imageStatuses.length > 0;
  const preview = useQuery(
    trpc.dataset.preview.queryOptions(
      { projectId, ...asked },
      { enabled: complete, placeholderData: keepPreviousData, staleTime: 5_000 },
    ),
  );

  const form = useForm({
    initialValues: { name: suggestedName, notes: '' },
    validate: zod4Resolver(DatasetInput.pick({ name: true, notes: true })),
  });
  const freeze = useMutation(
    trpc.dataset.freeze.mutationOptions({
      onSuccess: async ({ id, number }) => {
        await queryClient.invalidateQueries({ queryKey: trpc.dataset.list.queryKey({ projectId }) });
        notify.done(t('frozen', { number }));
        onFrozen(id);
      },
    }),
  );
  const classOptions = (project.data?.classes ?? [])
    .filter(({ deleted }) => !deleted)
    .map(({ id, name }) => ({ value: id, label: name }));
  const empty = preview.data?.masks === 0;
  return (
    <Section title={t('builder')} description={t('builderHint')}>
      <form
        onSubmit={form.onSubmit(({ name, notes }) =>
          freeze.mutate({ projectId, name, notes, filter: filterOf(selection), splits }),
        )}
      >
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="xl">
          <Stack gap="lg">
            <Radio.Group
              label={t('origins')}
              value={selection.origins}
              onChange={(value) => change({ origins: value as OriginChoice })}
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
            <Checkbox.Group
              label={t('stages')}
              error={selection.stages.length === 0 && t('atLeastOne')}
              value={[...selection.stages]}
              onChange={(values) => change({ stages: STAGES.filter((stage) => values.includes(stage)) })}
            >
              <Group gap="md" mt={6} mb={4}>
                {STAGES.map((stage) => (
                  <Checkbox key={stage} value={stage} label={stages(`name.${stage}`)} />
                ))}
              </Group>
            </Checkbox.Group>
            <Checkbox.Group
              label={t('statuses')}
              error={selection.imageStatuses.length === 0 && t('atLeastOne')}
              value={[...selection.imageStatuses]}
              onChange={(values) =>
                change({ imageStatuses: IMAGE_STATUSES.filter((status) => values.includes(status)) })
              }
            >
              <Group gap="md" mt={6} mb={4}>
                {IMAGE_STATUSES.map((status) => (
                  <Checkbox key={status} value={status} label={words(`status.${status}`)} />
                ))}
              </Group>
            </Checkbox.Group>
            <MultiSelect
              label={t('classes')}
              placeholder={selection.classIds === null ? t('anyClass') : ''}
              data={classOptions}
              value={[...(selection.classIds ?? [])]}
              onChange={(ids) => change({ classIds: ids.length > 0 ? ids : null })}
              clearable
              searchable
              nothingFoundMessage={t('noClass')}
            />
            <Checkbox
              label={t('unclassified')}
              checked={selection.includeUnclassified}
              onChange={(event) => change({ includeUnclassified: event.currentTarget.checked })}
            />
            <Group grow align="flex-start">
              <TextInput
                type="date"
                label={t('from')}
                value={selection.fromDay ?? ''}
                onChange={(event) => change({ fromDay: event.currentTarget.value || null })}
              />
              <TextInput
                type="date"
                label={t('until')}
                value={selection.untilDay ?? ''}
                onChange={(event) => change({ untilDay: event.currentTarget.value || null })}
              />
            </Group>
          </Stack>
          <Stack gap="lg">
            <div>
              <Group grow align="flex-start">
                {SPLITS.map((split) => (
                  <NumberInput
                    key={split}
                    label={t(`split.${split}`)}
                    suffix=" %"
                    min={0}
                    max={100}
                    value={splits[split]}
                    onChange={(value) =>
                      typeof value === 'number' && setSplits(moveShare(splits, split, value))
                    }
                  />
                ))}
                <NumberInput
                  label={t('seed')}
                  min={0}
                  max={2_147_483_647}
                  allowDecimal={false}
                  value={splits.seed}
                  onChange={(value) => typeof value === 'number' && setSplits({ ...splits, seed: value })}
                />
              </Group>
              <Text size="xs" c="dimmed" mt={6}>
                {t('splitHint')}
              </Text>
            </div>
            {preview.isError && (
              <ErrorState
                what={t('previewFailed')}
                error={preview.error}
                onRetry={() => void preview.refetch()}
              />
            )}
            {preview.isPending && complete && <Skeleton height={120} />}
            {preview.data && (
              <Stack
                gap="sm"
                aria-live="polite"
                aria-busy={preview.isFetching}
                style={{ opacity: preview.isPlaceholderData ? 0.6 : 1 }}
              >
                <Text fw={600}>
                  {t('selects', { masks: preview.data.masks, images: preview.data.images })}
                </Text>
                {dropsOf(preview.data).length > 0 ? (
                  <div>
                    <Text size="sm" c="dimmed">
                      {t('dropped', {
                        count: dropsOf(preview.data).reduce((sum, { count }) => sum + count, 0),
                      })}
                    </Text>
                    <Text component="ul" size="sm" c="dimmed" m={0} pl="lg">
                      {dropsOf(preview.data).map(({ reason, count }) => (
                        <li key={reason}>{t(`reason.${reason}`, { count })}</li>
                      ))}
                    </Text>
                  </div>
                ) : (
                  <Text size="sm" c="dimmed">
                    {t('droppedNone')}
                  </Text>
                )}
                {!empty && <SplitBar splits={preview.data.splits} />}
              </Stack>
            )}
            <TextInput
              label={t('name')}
              maxLength={LIMITS.nameLength}
              required
              {...form.getInputProps('name')}
            />
            <Textarea
              label={t('notes')}
              description={t('notesHint')}
              autosize
              minRows={2}
              maxRows={6}
              {...form.getInputProps('notes')}
            />
            {freeze.isError && <ErrorState what={t('freezeFailed')} error={freeze.error} />}
            {empty && <Alert color="orange">{t('emptySelection')}</Alert>}
            <Group justify="flex-end">
              <Button
                type="submit"
                leftSection={<IconSnowflake size={16} />}
                loading={freeze.isPending}
                disabled={!complete || !preview.data || empty}
              >
                {t('freeze')}
              </Button>
            </Group>
          </Stack>
        </SimpleGrid>
      </form>
    </Section>
  );
}
