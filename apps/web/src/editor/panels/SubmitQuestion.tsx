import { Button, CloseButton, Text } from '@mantine/core';
import { IconEyeSearch, IconSend } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { act, type EditorWindow } from '../actions.ts';
import styles from '../editor.module.css';
import { lookAtNext, unjudgedIn } from '../judging.ts';
import type { KeyMap } from '../keys.ts';
import type { EditorSession } from '../session.ts';
import { useCell } from '../use-cell.ts';
import { chordText } from './KeyHint.tsx';

interface SubmitQuestionProps {
  readonly session: EditorSession;
  readonly keys: KeyMap;
  readonly around: EditorWindow;
}

/** Below the picture, when it is submitted with masks that nobody judged: go on, or look at them. Stops no hand. */
export function SubmitQuestion({ session, keys, around }: SubmitQuestionProps) {
  const t = useTranslations('editor');
  useCell(session.document);
  useCell(session.concealed);
  useCell(session.hidden);
  const { count, hidden } = unjudgedIn(session);
  return (
    <div className={styles.question} role="alert" data-testid="submit-question" data-count={count}>
      <Text size="sm">
        {t('submit-unjudged', { count })}
        {hidden > 0 && ` ${t('submit-hidden', { count: hidden })}`}
      </Text>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconEyeSearch size={14} />}
        disabled={count === hidden}
        onClick={() => {
          session.asksToSubmit.set(false);
          lookAtNext(session);
        }}
        data-testid="look-at-unjudged"
      >
        {t('look-at-unjudged')}
      </Button>
      <Button
        size="compact-sm"
        leftSection={<IconSend size={14} />}
        rightSection={<span className={styles.chord}>{chordText(keys.submit[0] ?? '')}</span>}
        onClick={around.submit}
        data-testid="submit-anyway"
      >
        {t('submit-anyway')}
      </Button>
      <CloseButton size="sm" aria-label={t('dismiss')} onClick={() => act('cancel', session, around)} />
    </div>
  );
}
