'use client';

import {
  Badge,
  Button,
  Checkbox,
  Collapse,
  Group,
  Paper,
  Progress,
  Skeleton,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import {
  type DatasetFilter,
  EXPORT_FORMATS,
  IMAGE_STATUSES,
  LATEST_VERDICTS,
  STAGES,
} from '@maskloop/domain';
import { IconChevronDown, IconChevronUp, IconFileExport } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { Ago } from '@/ui/Ago.tsx';
import { CopyValue } from '@/ui/CopyValue.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { BuildState } from './BuildState.tsx';
import { ClassBalance } from './ClassBalance.tsx';
import { ExportsTable } from './ExportsTable.tsx';
import { Drops } from './SelectionCounts.tsx';
import { SplitBar } from './SplitBar.tsx';
import { VersionActions } from './VersionActions.tsx';

type Version = Outputs['dataset']['list'][number];

interface VersionCardProps {
  readonly projectId: string;
  readonly version: Version;
  readonly open: boolean;
  readonly onToggle: () => void;
  readonly mayExport: boolean;
  readonly mayWrite: boolean;
  readonly classNames: ReadonlyMap<string, string>;
  /** 0..1 by id of an export or a version, from events */
  readonly progress: ReadonlyMap<string, number>;
}

/** A frozen selection: what is in it, and the files made of it. */
export function VersionCard(props: VersionCardProps) {
  const { projectId, version, open, onToggle, classNames } = props;
  const t = useTranslations('datasets');
  const { number, name, notes, state, error, counts, contentSha256, createdAt, createdBy, splits } = version;
  return (
    <Paper component="article" p="md">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Group gap="sm" wrap="nowrap">
            <Badge variant="filled" style={{ flexShrink: 0 }}>{`v${number}`}</Badge>
            <Title order={3} lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Title>
            {state !== 'done' && <BuildState state={state} />}
          </Group>
          <Text size="sm" c="dimmed" mt={4}>
            {state === 'done' && `${t('holds', { masks: counts.masks, images: counts.images })} · `}
            {createdBy.name}
            {' · '}
            <Ago date={createdAt} />
            {' · '}
            {t('exportCount', { count: version.exports })}
            {version.models.length > 0 &&
              ` · ${t('trained', { models: version.models.map((model) => model.name).join(', ') })}`}
          </Text>
        </div>
        <Group gap="xs" wrap="nowrap">
          <Button
            variant="default"
            size="compact-sm"
            onClick={onToggle}
            aria-expanded={open}
            aria-label={t(open ? 'hideOf' : 'showOf', { number })}
            rightSection={open ? <IconChevronUp size={14} /> : <IconChevronDown size={14} />}
          >
            {open ? t('hide') : t('show')}
          </Button>
          {props.mayWrite && <VersionActions version={version} />}
        </Group>
      </Group>
      {(state === 'pending' || state === 'running') && (
        <Progress
          value={100 * (props.progress.get(version.id) ?? 0)}
          size={6}
          mt="sm"
          animated
          aria-label={t('freezeProgress', { number })}
        />
      )}
      {error && (
        <Text size="sm" c="red" mt="xs" style={{ overflowWrap: 'anywhere' }}>
          {error}
        </Text>
      )}
      <Collapse expanded={open}>
        <Stack gap="lg" pt="md">
          {notes && (
            <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
              {notes}
            </Text>
          )}
          <FilterSummary filter={version.filter} classNames={classNames} />
          {state === 'done' && (
            <>
              {counts.negatives > 0 && (
                <Text size="sm">{t('selectsNegatives', { count: counts.negatives })}</Text>
              )}
              <div>
                <Text size="sm" fw={600} mb={8}>
                  {t('splitsOf', {
                    seed: splits.seed,
                    train: splits.train,
                    val: splits.val,
                    test: splits.test,
                  })}
                </Text>
                <SplitBar splits={counts.splits} />
              </div>
              <ClassBalance counts={counts} classNames={classNames} />
              <Drops counts={counts} />
            </>
          )}
          {contentSha256 && (
            <Group gap="xs">
              <Text size="sm" c="dimmed">
                {t('contentHash')}
              </Text>
              <CopyValue value={contentSha256} label={t('contentHash')} show={20} />
            </Group>
          )}
          {open && state === 'done' && <Exports {...props} projectId={projectId} />}
        </Stack>
      </Collapse>
    </Paper>
  );
}

/** Only what narrows the selection is worth a word. */
function FilterSummary({
  filter,
  classNames,
}: {
  filter: DatasetFilter;
  classNames: ReadonlyMap<string, string>;
}) {
  const t = useTranslations('datasets');
  const words = useTranslations('image');
  const stages = useTranslations('stage');
  const format = useFormatter();
  const day = (iso: string) => format.dateTime(new Date(iso), { dateStyle: 'medium', timeStyle: 'short' });
  const parts = [
    t(`origin.${filter.origins}`),
    filter.stages.length < STAGES.length && filter.stages.map((stage) => stages(`name.${stage}`)).join(', '),
    filter.imageStatuses.length < IMAGE_STATUSES.length &&
      filter.imageStatuses.map((status) => words(`status.${status}`)).join(', '),
    filter.verdicts.length < LATEST_VERDICTS.length &&
      filter.verdicts.map((verdict) => t(`verdict.${verdict}`)).join(', '),
    filter.includeNegatives && t('withNegatives'),
    filter.sinceVersionId && t('onlyNew'),
    filter.authorIds && t('ofPeople', { count: filter.authorIds.length }),
    filter.modelVersionIds && t('ofModels', { count: filter.modelVersionIds.length }),
    filter.groupKeys?.join(', '),
    filter.classIds?.map((id) => classNames.get(id) ?? t('deletedClass')).join(', '),
    !filter.includeUnclassified && t('onlyClassified'),
    filter.from && t('fromValue', { date: day(filter.from) }),
    filter.until && t('untilValue', { date: day(filter.until) }),
  ].filter((part): part is string => typeof part === 'string');
  return (
    <Group gap={6}>
      {parts.map((part) => (
        <Badge key={part} color="gray" maw="100%">
          {part}
        </Badge>
      ))}
    </Group>
  );
}

function Exports({ projectId, version, mayExport, progress }: VersionCardProps) {
  const t = useTranslations('datasets');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notify = useNotify();
  const input = { datasetVersionId: version.id };
  const exports = useQuery(
    trpc.export.list.queryOptions(input, {
      // events tell of changes; this is for the case that none come through
      refetchInterval: ({ state }) =>
        state.data?.some((each) => each.state === 'pending' || each.state === 'running') ? 5_000 : false,
    }),
  );
  const [includeImages, setIncludeImages] = useState(false);
  const create = useMutation(
    trpc.export.create.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.export.list.queryKey(input) });
        // the version says how many it has
        await queryClient.invalidateQueries({ queryKey: trpc.dataset.list.queryKey({ projectId }) });
      },
      onError: (error) => notify.failed(t('exportFailed'), error),
    }),
  );
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={4} fz="sm">
          {t('exports')}
        </Title>
        {mayExport && version.state === 'done' && (
          <Group gap="md">
            <Checkbox
              size="xs"
              label={t('includeImages')}
              checked={includeImages}
              onChange={(event) => setIncludeImages(event.currentTarget.checked)}
            />
            {EXPORT_FORMATS.map((format) => (
              <Button
                key={format}
                size="compact-sm"
                leftSection={<IconFileExport size={14} />}
                loading={create.isPending}
                onClick={() => create.mutate({ ...input, format, options: { includeImages } })}
              >
                {t('exportAs', { format: format.toUpperCase() })}
              </Button>
            ))}
          </Group>
        )}
      </Group>
      {exports.isError && (
        <ErrorState what={t('exportsFailed')} error={exports.error} onRetry={() => void exports.refetch()} />
      )}
      {exports.isPending && <Skeleton height={70} />}
      {exports.data?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('noExports')}
        </Text>
      )}
      {exports.data && exports.data.length > 0 && (
        <ExportsTable projectId={projectId} exports={exports.data} progress={progress} />
      )}
    </Stack>
  );
}
