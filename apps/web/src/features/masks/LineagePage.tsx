'use client';

import { Anchor, Badge, Group, Skeleton, Stack, Text, Timeline } from '@mantine/core';
import type { MaskOperationKind } from '@maskloop/domain';
import { IconArrowBackUp, IconCheck, IconPencil, IconRobot } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Facts } from '@/ui/Facts.tsx';
import { LinkButton } from '@/ui/LinkButton.tsx';
import { Page } from '@/ui/Page.tsx';
import { Section } from '@/ui/Section.tsx';
import { useProject } from '../projects/use-project.ts';
import { MaskPicture } from './MaskPicture.tsx';

type Lineage = Outputs['mask']['lineage'];
type Revision = Lineage['revisions'][number];

/** One mask from the proposal or the first click to the models that learnt from it. */
export function LineagePage({ projectId, maskId }: { projectId: string; maskId: string }) {
  const t = useTranslations('lineage');
  const planted = useTranslations('planted');
  const trpc = useTRPC();
  const project = useProject(projectId);
  const lineage = useQuery(trpc.mask.lineage.queryOptions({ maskId }));
  if (lineage.isError) {
    return (
      <Page title={t('title')} width="narrow">
        <ErrorState what={t('failed')} error={lineage.error} onRetry={() => void lineage.refetch()} />
      </Page>
    );
  }
  if (!lineage.data) {
    return (
      <Page title={t('title')}>
        <Skeleton height={360} radius="lg" />
      </Page>
    );
  }
  const { data } = lineage;
  const labelClass = project.data?.classes.find(({ id }) => id === data.classId);
  return (
    <Page
      title={t('titleOf', { name: labelClass?.name ?? t('unclassified') })}
      description={t('description')}
      mark={
        <>
          {data.removed && <Badge color="red">{t('removed')}</Badge>}
          {data.planted && <Badge color="grape">{planted(`state.${data.planted}`)}</Badge>}
        </>
      }
      actions={
        <LinkButton variant="default" href={`/projects/${projectId}/images/${data.image.id}`}>
          {t('openImage')}
        </LinkButton>
      }
    >
      <Stack gap="lg">
        <Summary lineage={data} />
        <Section title={t('revisions')} description={t('revisionsHint')}>
          <Timeline bulletSize={26} lineWidth={2} active={data.revisions.length}>
            {data.revisions.map((revision, index) => (
              <RevisionItem
                key={revision.id}
                image={data.image}
                revision={revision}
                before={data.revisions[index - 1] ?? null}
              />
            ))}
          </Timeline>
        </Section>
        <Other lineage={data} />
        <Reviews lineage={data} />
        <Versions projectId={projectId} lineage={data} />
      </Stack>
    </Page>
  );
}

function Summary({ lineage }: { readonly lineage: Lineage }) {
  const t = useTranslations('lineage');
  const planted = useTranslations('planted');
  const format = useFormatter();
  const stages = useTranslations('stage');
  const status = useTranslations('image');
  const seconds = lineage.revisions.reduce((sum, { activeMs }) => sum + activeMs, 0) / 1_000;
  const prompts = lineage.revisions.reduce((sum, { promptCount }) => sum + promptCount, 0);
  const people = [...new Set(lineage.revisions.flatMap(({ author }) => (author ? [author.name] : [])))];
  return (
    <Section title={t('summary')}>
      <Facts
        rows={[
          [t('image'), lineage.image.name],
          [t('imageStatus'), status(`status.${lineage.image.status}`)],
          [t('madeIn'), stages(`name.${lineage.stage}`)],
          [t('people'), people.length > 0 ? people.join(', ') : t('nobody')],
          [
            t('effort'),
            t('effortValue', { seconds: format.number(seconds, { maximumFractionDigits: 1 }), prompts }),
          ],
          ...(lineage.removed
            ? ([
                [
                  t('removedAt'),
                  t('removedValue', {
                    name: lineage.removed.by?.name ?? (lineage.planted ? planted('takenOut') : t('aJob')),
                    date: format.dateTime(lineage.removed.at, { dateStyle: 'medium', timeStyle: 'short' }),
                  }),
                ],
              ] as const)
            : []),
        ]}
      />
    </Section>
  );
}

const BULLETS = {
  draw: <IconPencil size={14} />,
  prompt: <IconPencil size={14} />,
  accept: <IconCheck size={14} />,
  propose: <IconRobot size={14} />,
  import: <IconRobot size={14} />,
  revert: <IconArrowBackUp size={14} />,
} as const;

interface RevisionItemProps {
  readonly image: Lineage['image'];
  readonly revision: Revision;
  readonly before: Revision | null;
}

function RevisionItem({ image, revision, before }: RevisionItemProps) {
  const t = useTranslations('lineage');
  const origins = useTranslations('origin');
  const format = useFormatter();
  const ratio = (value: number) => format.number(value, { maximumFractionDigits: 2 });
  const outlines = useMemo(
    () => [
      { counts: revision.counts, look: 'fill' as const },
      ...(before ? [{ counts: before.counts, look: 'ghost' as const }] : []),
    ],
    [revision, before],
  );
  const facts = [
    revision.promptCount > 0 && t('prompts', { count: revision.promptCount }),
    revision.activeMs > 0 &&
      t('seconds', { value: format.number(revision.activeMs / 1_000, { maximumFractionDigits: 1 }) }),
    revision.predictedIou !== null && t('predictedIou', { value: ratio(revision.predictedIou) }),
    revision.stability !== null && t('stability', { value: ratio(revision.stability) }),
    revision.text !== null && t('text', { phrase: revision.text.phrase, value: ratio(revision.text.score) }),
    revision.iouWithParent !== null && t('iouWithParent', { value: ratio(revision.iouWithParent) }),
    revision.iouWithProposal !== null && t('iouWithProposal', { value: ratio(revision.iouWithProposal) }),
    t('area', { value: format.number(revision.area) }),
  ].filter((fact) => fact !== false);
  return (
    <Timeline.Item
      bullet={BULLETS[revision.edit]}
      title={
        <Group gap="xs">
          {t('revision', { seq: revision.seq, edit: t(`edit.${revision.edit}`) })}
          <Badge variant="light">{origins(`name.${revision.origin}`)}</Badge>
          {revision.branch && <Badge color="orange">{t('branch')}</Badge>}
        </Group>
      }
      data-testid="lineage-revision"
    >
      <Group align="flex-start" gap="md" mt={6} wrap="nowrap">
        <div style={{ width: 150, flexShrink: 0 }}>
          <MaskPicture label={t('pictureOf', { seq: revision.seq })} image={image} outlines={outlines} />
        </div>
        <Stack gap={4} miw={0}>
          <Text size="sm">
            {revision.author?.name ?? (revision.edit === 'import' ? t('byImport') : t('byModel'))} ·{' '}
            {format.dateTime(revision.createdAt, { dateStyle: 'medium', timeStyle: 'medium' })}
          </Text>
          {revision.model && (
            <Text size="sm">
              {t('model')}{' '}
              <Anchor component={Link} href={`/models/${revision.model.id}`}>
                {revision.model.name}
              </Anchor>
            </Text>
          )}
          {revision.run && (
            <Text size="sm">
              {t('run', {
                date: format.dateTime(revision.run.createdAt, { dateStyle: 'medium', timeStyle: 'short' }),
                note: revision.run.note,
              })}
            </Text>
          )}
          <Text size="sm" c="dimmed">
            {facts.join(' · ')}
          </Text>
          {revision.prompts.length > 0 && (
            <Text size="xs" c="dimmed" className="ml-mono" style={{ overflowWrap: 'anywhere' }}>
              {revision.prompts.map(promptText).join(' → ')}
            </Text>
          )}
        </Stack>
      </Group>
    </Timeline.Item>
  );
}

/** `+` a foreground point, `−` a background point, `□` a box; image pixels. */
function promptText({ points, box }: Revision['prompts'][number]): string {
  const at = (x: number, y: number) => `${Math.round(x)},${Math.round(y)}`;
  return [
    ...(box ? [`□${at(box.x0, box.y0)}…${at(box.x1, box.y1)}`] : []),
    ...points.map(({ x, y, label }) => `${label === 'foreground' ? '+' : '−'}${at(x, y)}`),
  ].join(' ');
}

const PIXELLESS = [
  'setClass',
  'setParent',
  'setOrder',
  'remove',
  'restore',
] as const satisfies MaskOperationKind[];
const isPixelless = (kind: string): kind is (typeof PIXELLESS)[number] =>
  (PIXELLESS as readonly string[]).includes(kind);

/** What people did that changed no pixel. */
function Other({ lineage }: { readonly lineage: Lineage }) {
  const t = useTranslations('lineage');
  const format = useFormatter();
  if (lineage.operations.length === 0) return null;
  return (
    <Section title={t('operations')}>
      <Stack gap={4} component="ul" m={0} pl="lg">
        {lineage.operations.map(({ id, kind, at, user }) => (
          <Text component="li" size="sm" key={id}>
            {isPixelless(kind) && `${t(`operationOf.${kind}`)} · `}
            {user.name} · {format.dateTime(at, { dateStyle: 'medium', timeStyle: 'short' })}
          </Text>
        ))}
      </Stack>
    </Section>
  );
}

function Reviews({ lineage }: { readonly lineage: Lineage }) {
  const t = useTranslations('lineage');
  const format = useFormatter();
  return (
    <Section title={t('reviews')}>
      {lineage.reviews.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('noReviews')}
        </Text>
      )}
      <Stack gap="xs">
        {lineage.reviews.map(({ id, verdict, note, at, reviewer }) => (
          <Group key={id} gap="sm" align="flex-start" wrap="nowrap">
            <Badge color={verdict === 'accepted' ? 'green' : 'orange'} style={{ flexShrink: 0 }}>
              {t(`verdict.${verdict}`)}
            </Badge>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {reviewer.name} · {format.dateTime(at, { dateStyle: 'medium', timeStyle: 'short' })}
              {note && ` · ${note}`}
            </Text>
          </Group>
        ))}
      </Stack>
    </Section>
  );
}

function Versions({ projectId, lineage }: { readonly projectId: string; readonly lineage: Lineage }) {
  const t = useTranslations('lineage');
  const datasets = useTranslations('datasets');
  const seqOf = new Map(lineage.revisions.map(({ id, seq }) => [id, seq]));
  return (
    <Section title={t('versions')} description={t('versionsHint')}>
      {lineage.versions.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('noVersions')}
        </Text>
      )}
      <Stack gap="sm">
        {lineage.versions.map((version) => (
          <div key={`${version.id}${version.revisionId}`}>
            <Text size="sm">
              <Anchor component={Link} href={`/projects/${projectId}/datasets/${version.id}`}>
                {t('version', { number: version.number, name: version.name })}
              </Anchor>{' '}
              ·{' '}
              {t('inSplit', {
                seq: seqOf.get(version.revisionId) ?? 0,
                split: datasets(`split.${version.split}`),
              })}
              {version.kind === 'negative' && ` · ${t('asNegative')}`}
            </Text>
            <Text size="sm" c="dimmed">
              {version.exports.length === 0
                ? t('notExported')
                : t('exportedAs', {
                    formats: version.exports
                      .map(({ format, state }) => `${format} (${datasets(`state.${state}`)})`)
                      .join(', '),
                  })}
              {' · '}
              {version.models.length === 0
                ? t('trainedNone')
                : version.models.map(({ id, name }) => (
                    <Anchor key={id} component={Link} href={`/models/${id}`} mr={6}>
                      {t('trained', { model: name })}
                    </Anchor>
                  ))}
            </Text>
          </div>
        ))}
      </Stack>
    </Section>
  );
}
