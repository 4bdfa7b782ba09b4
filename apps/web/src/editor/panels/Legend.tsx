import { ORIGINS } from '@maskloop/domain';
import { useFormatter, useTranslations } from 'next-intl';
import { ORIGIN_COLOURS, surenessColour } from '../canvas/colours.ts';
import styles from '../editor.module.css';
import type { EditorSession } from '../session.ts';
import { usePart } from '../use-cell.ts';

const SCORES = [0.5, 0.7, 0.85, 0.95, 1];

/** What the colours mean, while they mean something else than classes. */
export function Legend({ session }: { readonly session: EditorSession }) {
  const t = useTranslations('editor');
  const format = useFormatter();
  const by = usePart(session.workspace.settings, (settings) => settings.colourBy);
  if (by === 'class' || by === 'instance') return null;
  const rows =
    by === 'provenance'
      ? ORIGINS.map((origin) => [t(`origin-${origin}`), ORIGIN_COLOURS[origin]] as const)
      : SCORES.map((score) => [format.number(score), surenessColour(score)] as const);
  return (
    <ul className={styles.legend} aria-label={t(`colour-by-${by}`)} data-testid="legend">
      {rows.map(([label, colour]) => (
        <li key={label}>
          <span className={styles.dot} style={{ background: colour }} />
          {label}
        </li>
      ))}
    </ul>
  );
}
