'use client';

import { Anchor, Badge, Group, Select, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import type { ItemKind, Origin } from '@maskloop/domain';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { LinkButton } from '@/ui/LinkButton.tsx';
import { Page } from '@/ui/Page.tsx';
import { Section } from '@/ui/Section.tsx';
import { MaskPicture } from '../masks/MaskPicture.tsx';
import { MaskTiles } from '../masks/MaskTiles.tsx';
import { Composition } from './Composition.tsx';
import { useClassNames } from './use-class-names.ts';

type Item = Outputs['dataset']['items']['items'][number];

interface Chosen {
  readonly kind: ItemKind;
  readonly origin: Origin | null;
  /** the option's value: an id, or `none` */
  readonly person: string | null;
  readonly classId: string | null;
}

const NONE = 'none';
/** An option's value as the query wants it: left out, null for "none", or the id. */
const asked = (value: string | null) => (value === null ? undefined : value === NONE ? null : value);

/** What a frozen version is made of: counts by origin, person and class, and the masks behind each. */
export function VersionPage({
  projectId,
  datasetVersionId,
}: {
  projectId: string;
  datasetVersionId: string;
}) {
  const t = useTranslations('version');
  const datasets = useTranslations('datasets');
  const origins = useTranslations('origin');
  const trpc = useTRPC();
  const classNames = useClassNames(projectId);
  const version = useQuery(trpc.dataset.get.queryOptions({ datasetVersionId }));
  const composition = useQuery(trpc.dataset.composition.queryOptions({ datasetVersionId }));
  const [chosen, setChosen] = useState<Chosen>({ kind: 'mask', origin: null, person: null, classId: null });
  const items = useInfiniteQuery(
    trpc.dataset.items.infiniteQueryOptions(
      {
        datasetVersionId,
        kind: chosen.kind,
        origin: chosen.origin ?? undefined,
        authorId: asked(chosen.person),
        classId: asked(chosen.classId),
      },
      { getNextPageParam: ({ nextCursor }) => nextCursor, placeholderData: keepPreviousData },
    ),
  );
  if (version.isError) {
    return (
      <Page title={datasets('title')} width="narrow">
        <ErrorState what={t('failed')} error={version.error} onRetry={() => void version.refetch()} />
      </Page>
    );
  }
  if (!version.data) {
    return (
      <Page title={datasets('title')}>
        <Skeleton height={300} radius="lg" />
      </Page>
    );
  }
  const { number, name, notes, counts, models } = version.data;
  const nameOf = (classId: string | null) =>
    classId === null ? datasets('noClassAtAll') : (classNames.get(classId) ?? datasets('deletedClass'));
  const { byOrigin = [], byPerson = [], byClass = [] } = composition.data ?? {};
  const empty = items.isSuccess && items.data.pages[0]?.items.length === 0;
  return (
    <Page
      title={t('title', { number, name })}
      description={datasets('holds', { masks: counts.masks, images: counts.images })}
      actions={
        <>
          <LinkButton
            variant="default"
            href={`/projects/${projectId}/datasets/compare?to=${datasetVersionId}`}
          >
            {t('compare')}
          </LinkButton>
          <LinkButton
            variant="default"
            href={`/projects/${projectId}/datasets/lint?version=${datasetVersionId}`}
          >
            {t('check')}
          </LinkButton>
        </>
      }
    >
      <Stack gap="lg">
        {notes && (
          <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
            {notes}
          </Text>
        )}
        {models.length > 0 && (
          <Group gap="xs">
            <Text size="sm">{t('trainedModels')}</Text>
            {models.map((model) => (
              <Anchor key={model.id} component={Link} href={`/models/${model.id}`} size="sm">
                {model.name}
              </Anchor>
            ))}
          </Group>
        )}
        <Composition datasetVersionId={datasetVersionId} nameOf={nameOf} />
        <Section title={t('masks')} description={t('masksHint')}>
          <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} mb="md">
            <Select
              label={t('kind')}
              data={[
                { value: 'mask', label: t('kinds.mask') },
                { value: 'negative', label: t('kinds.negative') },
              ]}
              value={chosen.kind}
              onChange={(kind) => kind && setChosen({ ...chosen, kind: kind as ItemKind })}
              allowDeselect={false}
            />
            <Select
              label={t('origin')}
              placeholder={t('any')}
              data={byOrigin.map(({ origin }) => ({ value: origin, label: origins(`name.${origin}`) }))}
              value={chosen.origin}
              onChange={(origin) => setChosen({ ...chosen, origin: origin as Origin | null })}
              clearable
            />
            <Select
              label={t('person')}
              placeholder={t('any')}
              data={byPerson.map((person) => ({
                value: person.id ?? NONE,
                label: person.name ?? t('nobody'),
              }))}
              value={chosen.person}
              onChange={(person) => setChosen({ ...chosen, person })}
              clearable
              searchable
            />
            <Select
              label={t('class')}
              placeholder={t('any')}
              data={byClass.map(({ classId }) => ({ value: classId ?? NONE, label: nameOf(classId) }))}
              value={chosen.classId}
              onChange={(classId) => setChosen({ ...chosen, classId })}
              clearable
              searchable
            />
          </SimpleGrid>
          {items.isError && (
            <ErrorState what={t('failed')} error={items.error} onRetry={() => void items.refetch()} />
          )}
          {empty && <Text c="dimmed">{t('noneLikeThis')}</Text>}
          {!items.isError && !empty && (
            <MaskTiles label={t('masks')} list={items} keyOf={({ maskId }) => maskId}>
              {(item) => <ItemTile projectId={projectId} item={item} className={nameOf(item.classId)} />}
            </MaskTiles>
          )}
        </Section>
      </Stack>
    </Page>
  );
}

function ItemTile({
  projectId,
  item,
  className,
}: {
  readonly projectId: string;
  readonly item: Item;
  readonly className: string;
}) {
  const t = useTranslations('version');
  const origins = useTranslations('origin');
  const datasets = useTranslations('datasets');
  const format = useFormatter();
  const image = useMemo(() => ({ ...item, id: item.imageId }), [item]);
  const outlines = useMemo(() => [{ counts: item.counts, look: 'fill' as const }], [item]);
  return (
    <Stack gap={6}>
      <MaskPicture
        label={t('pictureOf', { class: className, image: item.imageName })}
        image={image}
        outlines={outlines}
      />
      <Anchor component={Link} href={`/projects/${projectId}/masks/${item.maskId}`} size="sm" truncate>
        {className}
      </Anchor>
      <Group gap={6}>
        <Badge size="sm" variant="light">
          {origins(`name.${item.origin}`)}
        </Badge>
        <Badge size="sm" variant="default">
          {datasets(`split.${item.split}`)}
        </Badge>
      </Group>
      <Text size="xs" c="dimmed" truncate title={item.imageName}>
        {item.author ?? t('nobody')} · {format.number(item.box.width)} × {format.number(item.box.height)} px
      </Text>
    </Stack>
  );
}
