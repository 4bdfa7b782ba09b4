import { Button, CloseButton, Group, Text } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { keepMine, keepTheirs, removeTwin } from '../conflicts.ts';
import styles from '../editor.module.css';
import type { Notice, NoticeText } from '../notices.ts';
import type { EditorSession } from '../session.ts';
import { useCell } from '../use-cell.ts';

/** Those that need no answer go by themselves; this one is longer than most. */
const PASSING_MS = 5_000;
const PLANTED_MS = 15_000;
const LASTING: readonly NoticeText[] = [
  'refused',
  'branched',
  'branch-waits',
  'not-kept',
  'commit-failed',
  'submit-failed',
  'skip-failed',
  'resolve-failed',
];

/** What the editor has to say, over the canvas; nothing here stops the hand. */
export function Notices({ session }: { readonly session: EditorSession }) {
  const notices = useCell(session.notices);
  return (
    <div className={styles.notices} role="log" aria-live="polite">
      {notices.slice(-4).map((notice) => (
        <NoticeLine key={notice.id} session={session} notice={notice} />
      ))}
    </div>
  );
}

function NoticeLine({ session, notice }: { readonly session: EditorSession; readonly notice: Notice }) {
  const t = useTranslations('editor');
  const lasting = LASTING.includes(notice.text);
  useEffect(() => {
    if (lasting) return;
    const shownMs = notice.text === 'planted' ? PLANTED_MS : PASSING_MS;
    const timer = setTimeout(() => session.dismiss(notice.id), shownMs);
    return () => clearTimeout(timer);
  }, [session, notice, lasting]);
  const { maskId } = notice;
  const answer = (how: typeof keepMine) => {
    if (maskId !== null) {
      how(session, maskId).catch((error: unknown) =>
        session.say('refused', { reason: String(error) }, maskId),
      );
    }
    session.dismiss(notice.id);
  };
  return (
    <div className={styles.notice} data-lasting={lasting} data-testid={`notice-${notice.text}`}>
      <Text size="sm" className={styles.grow}>
        {t(`notice-${notice.text}`, notice.values as never)}
      </Text>
      <Group gap={4} wrap="nowrap">
        {(notice.text === 'branched' || notice.text === 'branch-waits') && (
          <>
            <Button size="compact-xs" onClick={() => answer(keepMine)}>
              {t('keep-mine')}
            </Button>
            <Button size="compact-xs" variant="default" onClick={() => answer(keepTheirs)}>
              {t('keep-theirs')}
            </Button>
          </>
        )}
        {notice.text === 'duplicate' && (
          <Button size="compact-xs" variant="default" onClick={() => answer(removeTwin)}>
            {t('remove-twin')}
          </Button>
        )}
        <CloseButton size="sm" aria-label={t('dismiss')} onClick={() => session.dismiss(notice.id)} />
      </Group>
    </div>
  );
}
