'use client';

import { Anchor, Badge, Group, Select, Skeleton, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { IconGitCompare } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useFormatter, useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Page } from '@/ui/Page.tsx';
import { Section } from '@/ui/Section.tsx';
import { WideTable } from '@/ui/WideTable.tsx';
import { type MaskOutline, MaskPicture } from '../masks/MaskPicture.tsx';
import { MaskTiles } from '../masks/MaskTiles.tsx';
import { useClassNames } from './use-class-names.ts';

type Row = Outputs['dataset']['difference'][number];
type Example = Outputs['dataset']['differenceExamples']['items'][number];
const CHANGES = [
  'added',
  'removed',
  'changed',
  'relabelled',
  'same',
] as const satisfies readonly (keyof Row)[];
type Change = (typeof CHANGES)[number];

interface DifferencePageProps {
  readonly projectId: string;
  /** the earlier version; null: the one before `toId` */
  readonly fromId: string | null;
  /** null: the newest */
  readonly toId: string | null;
}

/** What became of each mask from one dataset version to another, in numbers and pictures. */
export function DifferencePage({ projectId, fromId, toId }: DifferencePageProps) {
  const t = useTranslations('difference');
  const datasets = useTranslations('datasets');
  const trpc = useTRPC();
  const router = useRouter();
  const versions = useQuery(trpc.dataset.list.queryOptions({ projectId }));
  const frozen = (versions.data ?? []).filter(({ state }) => state === 'done');
  const to = frozen.find(({ id }) => id === toId) ?? frozen[0];
  const from =
    frozen.find(({ id }) => id === fromId) ?? frozen.find(({ number }) => to && number < to.number) ?? null;
  const go = (nextFrom: string | undefined, nextTo: string | undefined) =>
    router.replace(`/projects/${projectId}/datasets/compare?from=${nextFrom ?? ''}&to=${nextTo ?? ''}`);
  const options = frozen.map(({ id, number, name }) => ({ value: id, label: t('option', { number, name }) }));
  return (
    <Page title={t('title')} description={t('description')}>
      <Stack gap="lg">
        {versions.isError && (
          <ErrorState
            what={datasets('loadFailed')}
            error={versions.error}
            onRetry={() => void versions.refetch()}
          />
        )}
        {versions.isPending && <Skeleton height={80} />}
        {versions.isSuccess && frozen.length < 2 && (
          <EmptyState icon={<IconGitCompare size={26} stroke={1.5} />} title={t('tooFew')}>
            {t('tooFewText')}
          </EmptyState>
        )}
        {frozen.length >= 2 && (
          <Group grow align="flex-start" maw={720}>
            <Select
              label={t('from')}
              data={options}
              value={from?.id ?? null}
              onChange={(id) => id && go(id, to?.id)}
              allowDeselect={false}
            />
            <Select
              label={t('to')}
              data={options}
              value={to?.id ?? null}
              onChange={(id) => id && go(from?.id, id)}
              allowDeselect={false}
            />
          </Group>
        )}
        {from && to && from.id !== to.id && (
          <Difference key={`${from.id}${to.id}`} projectId={projectId} fromId={from.id} toId={to.id} />
        )}
        {from && to && from.id === to.id && <Text c="dimmed">{t('itself')}</Text>}
      </Stack>
    </Page>
  );
}

function Difference({ projectId, fromId, toId }: { projectId: string; fromId: string; toId: string }) {
  const t = useTranslations('difference');
  const trpc = useTRPC();
  const input = { datasetVersionId: toId, fromVersionId: fromId };
  const difference = useQuery(trpc.dataset.difference.queryOptions(input, { staleTime: 300_000 }));
  // undefined: of any class; null: without one
  const [shown, setShown] = useState<{ change: Change; classId: string | null | undefined } | null>(null);
  if (difference.isError) {
    return (
      <ErrorState what={t('failed')} error={difference.error} onRetry={() => void difference.refetch()} />
    );
  }
  if (!difference.data) return <Skeleton height={200} radius="lg" />;
  const sum = (change: Change) => difference.data.reduce((total, row) => total + row[change], 0);
  const current = shown ?? {
    change: CHANGES.find((change) => sum(change) > 0) ?? 'same',
    classId: undefined,
  };
  return (
    <>
      <Section title={t('numbers')} description={t('numbersHint')}>
        <Numbers projectId={projectId} rows={difference.data} shown={current} onShow={setShown} />
      </Section>
      <Examples projectId={projectId} input={input} shown={current} />
    </>
  );
}

interface Shown {
  readonly change: Change;
  readonly classId: string | null | undefined;
}

function Numbers({
  projectId,
  rows,
  shown,
  onShow,
}: {
  readonly projectId: string;
  readonly rows: readonly Row[];
  readonly shown: Shown;
  readonly onShow: (shown: Shown) => void;
}) {
  const t = useTranslations('difference');
  const datasets = useTranslations('datasets');
  const format = useFormatter();
  const classNames = useClassNames(projectId);
  const all = {
    classId: undefined,
    ...(Object.fromEntries(
      CHANGES.map((change) => [change, rows.reduce((sum, row) => sum + row[change], 0)]),
    ) as Record<Change, number>),
  };
  const nameOf = (classId: string | null | undefined) =>
    classId === undefined
      ? t('allClasses')
      : classId === null
        ? datasets('noClassAtAll')
        : (classNames.get(classId) ?? datasets('deletedClass'));
  return (
    <WideTable label={t('numbers')} minWidth={640}>
      <Table aria-label={t('numbers')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('class')}</Table.Th>
            {CHANGES.map((change) => (
              <Table.Th key={change} ta="right">
                {t(`change.${change}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {[all, ...rows].map((row) => (
            <Table.Tr key={row.classId === undefined ? 'all' : row.classId}>
              <Table.Td fw={row.classId === undefined ? 600 : 400} style={{ overflowWrap: 'anywhere' }}>
                {nameOf(row.classId)}
              </Table.Td>
              {CHANGES.map((change) => (
                <Table.Td key={change} ta="right" className="ml-tabular">
                  {row[change] === 0 ? (
                    <Text span size="sm" c="dimmed">
                      0
                    </Text>
                  ) : (
                    <UnstyledButton
                      fz="sm"
                      fw={shown.change === change && shown.classId === row.classId ? 700 : 400}
                      td="underline"
                      aria-label={t('showOf', {
                        change: t(`change.${change}`),
                        class: nameOf(row.classId),
                        count: row[change],
                      })}
                      aria-pressed={shown.change === change && shown.classId === row.classId}
                      onClick={() => onShow({ change, classId: row.classId })}
                    >
                      {format.number(row[change])}
                    </UnstyledButton>
                  )}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}

function Examples({
  projectId,
  input,
  shown,
}: {
  readonly projectId: string;
  readonly input: { readonly datasetVersionId: string; readonly fromVersionId: string };
  readonly shown: Shown;
}) {
  const t = useTranslations('difference');
  const trpc = useTRPC();
  const examples = useInfiniteQuery(
    trpc.dataset.differenceExamples.infiniteQueryOptions(
      { ...input, change: shown.change, classId: shown.classId },
      {
        getNextPageParam: ({ nextCursor }) => nextCursor,
        placeholderData: keepPreviousData,
        staleTime: 300_000,
      },
    ),
  );
  const none = examples.isSuccess && examples.data.pages[0]?.items.length === 0;
  return (
    <Section title={t(`examples.${shown.change}`)} description={t('examplesHint')}>
      {examples.isError && (
        <ErrorState what={t('failed')} error={examples.error} onRetry={() => void examples.refetch()} />
      )}
      {none && <Text c="dimmed">{t('noExamples')}</Text>}
      {!examples.isError && !none && (
        <MaskTiles label={t(`examples.${shown.change}`)} list={examples} keyOf={({ maskId }) => maskId}>
          {(example) => <ExampleTile projectId={projectId} example={example} />}
        </MaskTiles>
      )}
    </Section>
  );
}

function ExampleTile({ projectId, example }: { readonly projectId: string; readonly example: Example }) {
  const t = useTranslations('difference');
  const datasets = useTranslations('datasets');
  const classNames = useClassNames(projectId);
  const { from, to } = example;
  const image = useMemo(() => ({ ...example, id: example.imageId }), [example]);
  const outlines = useMemo((): MaskOutline[] => {
    const now = to ? [{ counts: to.counts, look: 'fill' as const }] : [];
    const was =
      from && from.revisionId !== to?.revisionId ? [{ counts: from.counts, look: 'ghost' as const }] : [];
    return [...now, ...was];
  }, [from, to]);
  const nameOf = (classId: string | null) =>
    classId === null ? datasets('noClassAtAll') : (classNames.get(classId) ?? datasets('deletedClass'));
  const names = [...new Set([from, to].filter((side) => side !== null).map((side) => nameOf(side.classId)))];
  return (
    <Stack gap={6}>
      <MaskPicture label={t('pictureOf', { image: example.imageName })} image={image} outlines={outlines} />
      <Anchor component={Link} href={`/projects/${projectId}/masks/${example.maskId}`} size="sm" truncate>
        {names.join(' → ')}
      </Anchor>
      <Group gap={6}>
        {!from && <Badge size="sm">{t('change.added')}</Badge>}
        {!to && (
          <Badge size="sm" color="red">
            {t('change.removed')}
          </Badge>
        )}
      </Group>
      <Text size="xs" c="dimmed" truncate title={example.imageName}>
        {example.imageName}
      </Text>
    </Stack>
  );
}
