'use client';

import {
  Alert,
  Button,
  Group,
  NumberInput,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { DatasetInput, LIMITS, SPLITS, type SplitRule } from '@maskloop/domain';
import { IconSnowflake } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { zod4Resolver } from 'mantine-form-zod-resolver';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Section } from '@/ui/Section.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { filterOf, isComplete, moveShare, newSelection, newSplits, type Selection } from './builder.ts';
import { FilterFields } from './FilterFields.tsx';
import { SelectionCounts } from './SelectionCounts.tsx';

interface DatasetBuilderProps {
  readonly projectId: string;
  /** newest first */
  readonly versions: Outputs['dataset']['list'];
  readonly classNames: ReadonlyMap<string, string>;
  readonly onFrozen: (datasetVersionId: string) => void;
}

/** Chooses masks, shows at every change what that selects and why the rest is left out, and freezes it. */
export function DatasetBuilder({ projectId, versions, classNames, onFrozen }: DatasetBuilderProps) {
  const t = useTranslations('datasets');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notify = useNotify();
  const [selection, setSelection] = useState<Selection>(() => newSelection(versions));
  const [splits, setSplits] = useState<SplitRule>(newSplits);

  const [asked] = useDebouncedValue({ filter: filterOf(selection), splits }, 300);
  const complete = isComplete(asked.filter);
  const preview = useQuery(
    trpc.dataset.preview.queryOptions(
      { projectId, ...asked },
      { enabled: complete, placeholderData: keepPreviousData, staleTime: 5_000 },
    ),
  );

  const next = (versions[0]?.number ?? 0) + 1;
  const form = useForm({
    initialValues: { name: t('suggestedName', { number: next }), notes: '' },
    validate: zod4Resolver(DatasetInput.pick({ name: true, notes: true })),
  });
  const freeze = useMutation(
    trpc.dataset.freeze.mutationOptions({
      onSuccess: async ({ id, number }) => {
        await queryClient.invalidateQueries({ queryKey: trpc.dataset.list.queryKey({ projectId }) });
        notify.done(t('ordered', { number }));
        onFrozen(id);
      },
    }),
  );
  const empty = preview.data?.masks === 0 && preview.data.negatives === 0;
  return (
    <Section title={t('builder')} description={t('builderHint')}>
      <form
        onSubmit={form.onSubmit(({ name, notes }) =>
          freeze.mutate({ projectId, name, notes, filter: filterOf(selection), splits }),
        )}
      >
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="xl">
          <FilterFields
            projectId={projectId}
            versions={versions}
            selection={selection}
            onChange={(part) => setSelection({ ...selection, ...part })}
          />
          <Stack gap="lg">
            <SplitFields splits={splits} onChange={setSplits} />
            {preview.isError && (
              <ErrorState
                what={t('previewFailed')}
                error={preview.error}
                onRetry={() => void preview.refetch()}
              />
            )}
            {preview.isPending && complete && <Skeleton height={120} />}
            {preview.data && (
              <div
                aria-live="polite"
                aria-busy={preview.isFetching}
                style={{ opacity: preview.isPlaceholderData ? 0.6 : 1 }}
              >
                <SelectionCounts counts={preview.data} classNames={classNames} />
              </div>
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

function SplitFields({
  splits,
  onChange,
}: {
  readonly splits: SplitRule;
  readonly onChange: (splits: SplitRule) => void;
}) {
  const t = useTranslations('datasets');
  return (
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
            onChange={(value) => typeof value === 'number' && onChange(moveShare(splits, split, value))}
          />
        ))}
        <NumberInput
          label={t('seed')}
          min={0}
          max={2_147_483_647}
          allowDecimal={false}
          value={splits.seed}
          onChange={(value) => typeof value === 'number' && onChange({ ...splits, seed: value })}
        />
      </Group>
      <Text size="xs" c="dimmed" mt={6}>
        {t('splitHint')}
      </Text>
    </div>
  );
}
