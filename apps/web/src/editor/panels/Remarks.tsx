import { ActionIcon, Badge, Group, Stack, Text, Tooltip } from '@mantine/core';
import type { Comment } from '@maskloop/domain';
import { IconArrowBackUp, IconCheck } from '@tabler/icons-react';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import type { CanvasController } from '../canvas/controller.ts';
import { Pins } from '../canvas/Pins.tsx';
import styles from '../editor.module.css';
import type { EditorSession } from '../session.ts';
import { useCell } from '../use-cell.ts';

interface RemarksProps {
  readonly session: EditorSession;
  readonly canvas: CanvasController | null;
  readonly readOnly: boolean;
}

/** Why the picture came back, and what is to be done: the reviewer's note and pins. */
export function Remarks({ session, canvas, readOnly }: RemarksProps) {
  const t = useTranslations('editor');
  const format = useFormatter();
  const remarks = useCell(session.remarks);
  const active = useCell(session.activePin);
  const [busy, setBusy] = useState<string | null>(null);
  const latest = remarks?.reviews[0];
  if (!remarks || (!latest && remarks.comments.length === 0)) return null;
  const open = remarks.comments.filter(({ resolvedAt }) => resolvedAt === null).length;
  const choose = (comment: Comment) => {
    session.activePin.set(comment.id);
    canvas?.centreOn({ x0: comment.x, y0: comment.y, x1: comment.x, y1: comment.y });
    if (comment.maskId && session.document.get().has(comment.maskId)) session.select(comment.maskId);
  };
  const resolve = async ({ id, resolvedAt }: Comment) => {
    setBusy(id);
    try {
      await session.workspace.api.resolve(id, resolvedAt === null);
      await session.loader.loadRemarks();
    } catch (error) {
      session.say('resolve-failed', { reason: error instanceof Error ? error.message : String(error) });
    }
    setBusy(null);
  };
  return (
    <section className={styles.remarks} aria-label={t('remarks')} data-testid="remarks">
      <Group justify="space-between" mb={4}>
        <Text className={styles.heading}>{t('remarks')}</Text>
        {open > 0 && (
          <Badge size="sm" color="orange">
            {t('remarks-open', { count: open })}
          </Badge>
        )}
      </Group>
      {latest && (
        <Stack gap={2} mb={6}>
          <Text size="xs" c="dimmed">
            {t(`status-${latest.verdict}`)} · {latest.reviewer.name} ·{' '}
            {format.dateTime(latest.at, { dateStyle: 'medium', timeStyle: 'short' })}
          </Text>
          {latest.note && (
            <Text size="sm" className={styles.remarkText} data-testid="review-note">
              {latest.note}
            </Text>
          )}
        </Stack>
      )}
      {remarks.comments.map((comment, at) => (
        <div key={comment.id} className={styles.remark} data-active={comment.id === active}>
          <button
            type="button"
            className={styles.remarkButton}
            aria-label={t('remark', { n: at + 1, text: comment.text })}
            onClick={() => choose(comment)}
          >
            <span className={styles.remarkNumber} data-resolved={comment.resolvedAt !== null}>
              {at + 1}
            </span>
            <span className={styles.remarkText} data-resolved={comment.resolvedAt !== null}>
              {comment.text}
            </span>
          </button>
          {!readOnly && (
            <Tooltip label={comment.resolvedAt === null ? t('resolve') : t('unresolve')}>
              <ActionIcon
                size={24}
                loading={busy === comment.id}
                aria-label={comment.resolvedAt === null ? t('resolve') : t('unresolve')}
                data-testid="resolve"
                onClick={() => void resolve(comment)}
              >
                {comment.resolvedAt === null ? <IconCheck size={15} /> : <IconArrowBackUp size={15} />}
              </ActionIcon>
            </Tooltip>
          )}
        </div>
      ))}
    </section>
  );
}

/** The pins that still want something, at their places on the picture. */
export function RemarkPins({
  session,
  canvas,
}: {
  readonly session: EditorSession;
  readonly canvas: CanvasController;
}) {
  const t = useTranslations('editor');
  const remarks = useCell(session.remarks);
  const active = useCell(session.activePin);
  const pins = (remarks?.comments ?? [])
    .map((comment, at) => ({
      id: comment.id,
      n: at + 1,
      x: comment.x,
      y: comment.y,
      resolved: comment.resolvedAt !== null,
      label: t('remark', { n: at + 1, text: comment.text }),
    }))
    .filter((pin) => !pin.resolved || pin.id === active);
  if (pins.length === 0) return null;
  return (
    <Pins view={canvas.view} pins={pins} activeId={active} onChoose={(id) => session.activePin.set(id)} />
  );
}
