import { ActionIcon, Divider, Tooltip } from '@mantine/core';
import {
  IconArrowsMaximize,
  IconArrowsMinimize,
  IconBucketDroplet,
  IconCheck,
  IconCircleDot,
  IconGrain,
  IconScissors,
  IconTrash,
  IconWaveSine,
  IconX,
} from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { act, type EditorWindow } from '../actions.ts';
import { closeUpOf } from '../close-up.ts';
import { isUnjudged } from '../document/records.ts';
import styles from '../editor.module.css';
import { judge } from '../judging.ts';
import type { KeyMap } from '../keys.ts';
import type { EditorSession } from '../session.ts';
import type { Refinement } from '../tools/refine.ts';
import { isBusy } from '../tools/table.ts';
import { useCell, usePart } from '../use-cell.ts';
import { KeyHint } from './KeyHint.tsx';
import { LookCloser } from './LookCloser.tsx';

const ICONS: Readonly<Record<Refinement, ReactNode>> = {
  'fill-holes': <IconBucketDroplet size={17} />,
  'drop-islands': <IconGrain size={17} />,
  grow: <IconArrowsMaximize size={17} />,
  shrink: <IconArrowsMinimize size={17} />,
  smooth: <IconWaveSine size={17} />,
  clip: <IconScissors size={17} />,
};

interface SelectionBarProps {
  readonly session: EditorSession;
  readonly keys: KeyMap;
  readonly around: EditorWindow;
  readonly readOnly: boolean;
}

/** Below the picture while a saved mask is selected: what one step can do to it. */
export function SelectionBar({ session, keys, around, readOnly }: SelectionBarProps) {
  const t = useTranslations('editor');
  const selectedId = useCell(session.selectedId);
  const document = useCell(session.document);
  const busy = usePart(session.tool, isBusy);
  const embedding = useCell(session.embedding);
  const opening = useCell(session.opening);
  const record = selectedId === null ? undefined : document.get(selectedId);
  if (!record || readOnly || busy || opening.at !== 'open') return null;
  const { width, height } = opening.opened.image;
  const button = (
    label: string,
    icon: ReactNode,
    onClick: () => void,
    chords: readonly string[],
    disabled = false,
  ) => (
    <Tooltip key={label} label={<KeyHint label={label} chords={chords} />}>
      <ActionIcon
        size={30}
        aria-label={label}
        disabled={disabled}
        onMouseDown={(event) => event.preventDefault()}
        onClick={onClick}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
  return (
    <div className={styles.candidates} role="toolbar" aria-label={t('selection')} data-testid="selection-bar">
      {isUnjudged(record) && (
        <>
          {button(
            t('action-judge-accept'),
            <IconCheck size={17} />,
            () => judge(session, true),
            keys['judge-accept'],
          )}
          {button(
            t('action-judge-reject'),
            <IconX size={17} />,
            () => judge(session, false),
            keys['judge-reject'],
          )}
          <Divider orientation="vertical" />
        </>
      )}
      {button(
        t('action-reprompt'),
        <IconCircleDot size={17} />,
        () => void session.effects.reprompt(record.id),
        keys.reprompt,
        embedding.at !== 'ready',
      )}
      {closeUpOf(record.box, opening.opened.image) && (
        <LookCloser session={session} keys={keys} around={around} share={record.area / (width * height)} />
      )}
      <Divider orientation="vertical" />
      {(Object.keys(ICONS) as Refinement[]).map((how) =>
        button(t(`refine-${how}`), ICONS[how], () => session.effects.refine(record.id, how), []),
      )}
      <Divider orientation="vertical" />
      {button(t('action-delete'), <IconTrash size={17} />, () => act('delete', session, around), keys.delete)}
    </div>
  );
}
