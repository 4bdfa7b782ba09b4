import { Anchor, Badge, Button, Group, Loader, Stack, Text } from '@mantine/core';
import type { MaskRevisionSummary } from '@maskloop/domain';
import { useFormatter, useTranslations } from 'next-intl';
import { useCallback, useEffect, useState } from 'react';
import styles from '../editor.module.css';
import { newId } from '../ids.ts';
import type { EditorSession } from '../session.ts';
import { useCell } from '../use-cell.ts';

type Loaded = { readonly maskId: string; readonly revisions: readonly MaskRevisionSummary[] | null };

/** Every state the selected mask was in, who or what made it, and the way back. */
export function History({
  session,
  readOnly,
}: {
  readonly session: EditorSession;
  readonly readOnly: boolean;
}) {
  const t = useTranslations('editor');
  const selectedId = useCell(session.selectedId);
  const document = useCell(session.document);
  const save = useCell(session.workspace.drainer.state);
  const record = selectedId === null ? undefined : document.get(selectedId);
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const headId = record?.headId;
  // the server knows a revision once it is saved
  const settled = save.kept === 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new head and its arrival at the server make it stale
  useEffect(() => {
    if (selectedId === null || !settled) return;
    let current = true;
    session.workspace.api
      .history(selectedId)
      .then((revisions) => current && setLoaded({ maskId: selectedId, revisions }))
      .catch(() => current && setLoaded({ maskId: selectedId, revisions: null }));
    return () => {
      current = false;
    };
  }, [session, selectedId, headId, settled]);

  const revert = useCallback(
    async (revision: MaskRevisionSummary) => {
      if (selectedId === null) return;
      const { counts, prompts, summary } = await session.workspace.api.revision(revision.id);
      session.run({
        name: 'revertTo',
        maskId: selectedId,
        revisionId: newId(),
        target: {
          pixelsId: revision.id,
          origin: summary.origin,
          counts,
          prompts,
          area: summary.area,
          box: summary.box,
          modelVersionId: summary.modelVersionId,
          predictedIou: summary.predictedIou,
          stability: summary.stability,
        },
      });
    },
    [session, selectedId],
  );

  if (!record) return null;
  const revisions = loaded?.maskId === selectedId ? loaded.revisions : undefined;
  return (
    <section className={styles.history} aria-label={t('history')}>
      <Group justify="space-between" px="sm" pt="sm" pb={6} wrap="nowrap">
        <Text className={styles.heading}>{t('history')}</Text>
        {/* a window of its own: nothing in the editor leads away from the image */}
        <Anchor
          size="xs"
          href={`/projects/${session.projectId}/masks/${record.id}`}
          target="_blank"
          rel="noopener"
        >
          {t('lineage')}
        </Anchor>
      </Group>
      <Stack gap={0} className={styles.scroller} px="sm" pb="sm">
        {revisions === undefined && <Loader size="xs" aria-label={t('loading')} />}
        {revisions === null && (
          <Text size="xs" c="dimmed">
            {t('history-unreachable')}
          </Text>
        )}
        {revisions
          ?.toSorted((a, b) => b.seq - a.seq)
          .map((revision) => (
            <Revision
              key={revision.id}
              revision={revision}
              current={revision.id === record.headId}
              {...(readOnly || revision.id === record.headId
                ? {}
                : { onRevert: () => void revert(revision) })}
            />
          ))}
      </Stack>
    </section>
  );
}

function Revision(props: {
  readonly revision: MaskRevisionSummary;
  readonly current: boolean;
  readonly onRevert?: () => void;
}) {
  const t = useTranslations('editor');
  const format = useFormatter();
  const { revision, current } = props;
  const score = (value: number | null) =>
    value === null ? null : format.number(value, { maximumFractionDigits: 2 });
  const facts = [
    revision.predictedIou !== null && t('predicted-iou', { value: score(revision.predictedIou) ?? '' }),
    revision.text !== null &&
      t('by-text', { phrase: revision.text.phrase, value: score(revision.text.score) ?? '' }),
    revision.iouWithProposal !== null &&
      t('iou-with-proposal', { value: score(revision.iouWithProposal) ?? '' }),
    revision.promptCount > 0 && t('prompt-count', { count: revision.promptCount }),
    revision.activeMs > 0 &&
      t('active-seconds', { value: format.number(revision.activeMs / 1000, { maximumFractionDigits: 1 }) }),
  ].filter((fact) => fact !== false);
  return (
    <div className={styles.revision} data-current={current} data-testid="revision">
      <Group justify="space-between" gap={6} wrap="nowrap">
        <Group gap={6} wrap="nowrap">
          <Text size="xs" className="ml-mono" c="dimmed">
            {revision.seq}
          </Text>
          <Text size="xs" fw={600}>
            {t(`edit-${revision.edit}`)}
          </Text>
          <span className={styles.origin} data-origin={revision.origin}>
            {t(`origin-${revision.origin}`)}
          </span>
          {revision.branch && (
            <Badge size="xs" color="orange" style={{ flex: 'none' }}>
              {t('branch')}
            </Badge>
          )}
        </Group>
        {current && (
          <Text size="xs" c="dimmed">
            {t('current')}
          </Text>
        )}
        {props.onRevert && (
          <Button size="compact-xs" variant="subtle" style={{ flex: 'none' }} onClick={props.onRevert}>
            {t('revert')}
          </Button>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        {revision.author?.name ?? t('by-model')} ·{' '}
        {format.dateTime(revision.createdAt, { dateStyle: 'medium', timeStyle: 'short' })}
      </Text>
      {facts.length > 0 && (
        <Text size="xs" c="dimmed">
          {facts.join(' · ')}
        </Text>
      )}
    </div>
  );
}
