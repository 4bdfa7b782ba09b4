'use client';

import { Button, Checkbox, Group, NumberInput, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import {
  EXPORT_FORMATS,
  type ExportFormat,
  type ExportOption,
  type ExportOptions,
  FORMAT_OPTIONS,
  optionsFor,
} from '@maskloop/domain';
import { IconFileExport } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '@/client/trpc.tsx';
import { useNotify } from '@/ui/use-notify.tsx';

/** Formats that other labeling tools read; the rest is for training. */
const FOR_TOOLS: readonly ExportFormat[] = ['datumaro', 'label-studio', 'labelme', 'cvat'];

/** Chooses a format and what can be chosen about it, and says what it keeps. */
export function ExportForm({ projectId, datasetVersionId }: { projectId: string; datasetVersionId: string }) {
  const t = useTranslations('exports');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notify = useNotify();
  const [format, setFormat] = useState<ExportFormat>('retraining');
  const [options, setOptions] = useState<ExportOptions>(optionsFor('retraining', {}));
  const create = useMutation(
    trpc.export.create.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.export.list.queryKey({ datasetVersionId }) });
        // the version says how many it has
        await queryClient.invalidateQueries({ queryKey: trpc.dataset.list.queryKey({ projectId }) });
      },
      onError: (error) => notify.failed(t('failed'), error),
    }),
  );
  const set = <Option extends ExportOption>(name: Option, value: ExportOptions[Option]) =>
    setOptions((before) => ({ ...before, [name]: value }));
  const has = (option: ExportOption) => FORMAT_OPTIONS[format].includes(option);
  const item = (value: ExportFormat) => ({ value, label: t(`name.${value}`) });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate({ datasetVersionId, format, options });
      }}
    >
      <Stack gap="sm">
        <Group align="flex-end" gap="md">
          <Select
            label={t('format')}
            w={280}
            allowDeselect={false}
            value={format}
            onChange={(value) => value && setFormat(value as ExportFormat)}
            data={[
              {
                group: t('groups.training'),
                items: EXPORT_FORMATS.filter((each) => !FOR_TOOLS.includes(each)).map(item),
              },
              { group: t('groups.tools'), items: FOR_TOOLS.map(item) },
            ]}
          />
          {has('shape') && (
            <SegmentedControl
              aria-label={t('shape')}
              value={options.shape}
              onChange={(value) => set('shape', value as ExportOptions['shape'])}
              data={(['mask', 'polygon'] as const).map((value) => ({ value, label: t(`shapeOf.${value}`) }))}
            />
          )}
          <Button type="submit" loading={create.isPending} leftSection={<IconFileExport size={16} />}>
            {t('start')}
          </Button>
        </Group>
        <Text size="sm" c="dimmed" maw={720}>
          {t(`about.${format}`)}
        </Text>
        <Group align="flex-start" gap="xl">
          <Checkbox
            label={t('includeImages')}
            checked={options.includeImages}
            onChange={(event) => set('includeImages', event.currentTarget.checked)}
          />
          {has('tolerance') && (!has('shape') || options.shape === 'polygon') && (
            <NumberInput
              label={t('tolerance')}
              description={t('toleranceHint')}
              w={300}
              min={0}
              max={10}
              step={0.5}
              clampBehavior="strict"
              value={options.tolerance}
              onChange={(value) => set('tolerance', Number(value))}
            />
          )}
          {has('border') && (
            <NumberInput
              label={t('border')}
              description={t('borderHint')}
              w={300}
              min={0}
              max={10}
              allowDecimal={false}
              clampBehavior="strict"
              value={options.border}
              onChange={(value) => set('border', Number(value))}
            />
          )}
        </Group>
      </Stack>
    </form>
  );
}
