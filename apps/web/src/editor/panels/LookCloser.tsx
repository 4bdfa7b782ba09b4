import { Kbd, Tooltip } from '@mantine/core';
import { SMALL_SHARE } from '@maskloop/domain';
import { IconZoomScan } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { act, type EditorWindow } from '../actions.ts';
import styles from '../editor.module.css';
import type { KeyMap } from '../keys.ts';
import type { EditorSession } from '../session.ts';
import { useCell } from '../use-cell.ts';
import { chordText } from './KeyHint.tsx';

interface LookCloserProps {
  readonly session: EditorSession;
  readonly keys: KeyMap;
  readonly around: EditorWindow;
  /** of the picture, 0..1 */
  readonly share: number;
}

/** Offers a close-up of what is small in the picture; nothing while there is one already. */
export function LookCloser({ session, keys, around, share }: LookCloserProps) {
  const t = useTranslations('editor');
  const closeUp = useCell(session.closeUp);
  const embedding = useCell(session.embedding);
  if (share >= SMALL_SHARE || closeUp.at !== 'closed' || embedding.at !== 'ready') return null;
  const [chord] = keys['close-up'];
  return (
    <Tooltip label={t('look-closer-tip')} multiline maw={320}>
      <button
        type="button"
        className={styles.candidate}
        data-offer
        data-testid="look-closer"
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => act('close-up', session, around)}
      >
        <IconZoomScan size={15} aria-hidden />
        {t('look-closer')}
        {chord && <Kbd size="xs">{chordText(chord)}</Kbd>}
      </button>
    </Tooltip>
  );
}
