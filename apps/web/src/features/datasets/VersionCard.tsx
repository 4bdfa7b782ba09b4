'use client';

import { Anchor, Badge, Button, Collapse, Group, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import { type DatasetFilter, IMAGE_STATUSES, LATEST_VERDICTS, STAGES } from '@maskloop/domain';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import type { Outputs } from '@/client/trpc.tsx';
import { Ago } from '@/ui/Ago.tsx';
import { CopyValue } from '@/ui/CopyValue.tsx';
import { BuildState } from './BuildState.tsx';
import { ClassBalance } from './ClassBalance.tsx';
import { VersionExports } from './exports/VersionExports.tsx';
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
              {state === 'done' ? (
                <Anchor
                  component={Link}
                  href={`/projects/${projectId}/datasets/${version.id}`}
                  inherit
                  c="inherit"
                >
                  {name}
                </Anchor>
              ) : (
                name
              )}
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
          {open && state === 'done' && <VersionExports {...props} projectId={projectId} />}
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
