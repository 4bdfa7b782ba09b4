import { Kbd } from '@mantine/core';
import { useFormatter, useTranslations } from 'next-intl';
import type { EditorWindow } from '../actions.ts';
import styles from '../editor.module.css';
import type { KeyMap } from '../keys.ts';
import type { EditorSession } from '../session.ts';
import { usePart } from '../use-cell.ts';
import { LookCloser } from './LookCloser.tsx';

const NAMES = ['whole', 'part', 'subpart'] as const;

interface CandidatesProps {
  readonly session: EditorSession;
  readonly keys: KeyMap;
  readonly around: EditorWindow;
}

/** Below the picture: what the decoder offers for the prompts at hand, with its own estimate of each. */
export function Candidates({ session, keys, around }: CandidatesProps) {
  const t = useTranslations('editor');
  const format = useFormatter();
  const set = usePart(session.tool, (tool) => (tool.name === 'prompt' ? tool.state.set : null));
  const waiting = usePart(session.tool, (tool) => (tool.name === 'prompt' ? tool.state.waiting : null));
  if (!set) return null;
  const round = set.rounds.at(-1);
  const offered = round?.result?.candidates ?? [];
  const chosen = offered[round?.candidate ?? 0];
  return (
    <div className={styles.candidates} data-testid="candidates" data-waiting={waiting !== null}>
      {offered.length === 0 && (
        <span className={styles.hint}>{waiting === null ? t('seeded') : t('decoding')}</span>
      )}
      {offered.map((candidate, index) => (
        <button
          key={candidate.channel}
          type="button"
          className={styles.candidate}
          aria-pressed={index === round?.candidate}
          data-testid="candidate"
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => {
            const steps = index - (round?.candidate ?? 0);
            for (let step = 0; step < Math.abs(steps); step++) {
              session.dispatch({ type: 'candidate', by: steps > 0 ? 1 : -1 });
            }
          }}
        >
          <span>
            {offered.length === 3
              ? t(`candidate-${NAMES[index] ?? 'part'}`)
              : t('candidate-n', { n: index + 1 })}
          </span>
          <span className={styles.score}>
            {format.number(candidate.iou, { minimumFractionDigits: 2, maximumFractionDigits: 2 })}
          </span>
        </button>
      ))}
      {chosen && <LookCloser session={session} keys={keys} around={around} share={chosen.share} />}
      <span className={styles.hint}>
        <Kbd size="xs">Tab</Kbd> <Kbd size="xs">Enter</Kbd> <Kbd size="xs">⌫</Kbd> <Kbd size="xs">Esc</Kbd>
      </span>
    </div>
  );
}
