import { Button, Group, Stack, Text, Tooltip } from '@mantine/core';
import type { ProposalFloor } from '@maskloop/domain';
import { IconCheck, IconTag, IconX } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';
import { act, type EditorWindow } from '../actions.ts';
import { concealedBy, keptAlong, proposalsIn } from '../document/proposals.ts';
import styles from '../editor.module.css';
import type { KeyMap } from '../keys.ts';
import type { EditorSession } from '../session.ts';
import { useCell } from '../use-cell.ts';
import { KeyHint } from './KeyHint.tsx';
import { PhraseField } from './PhraseField.tsx';
import { STEPS, Threshold } from './Threshold.tsx';

const SCORES = ['predictedIou', 'stability'] as const satisfies readonly (keyof ProposalFloor)[];

interface ProposalsProps {
  readonly session: EditorSession;
  readonly keys: KeyMap;
  readonly around: EditorWindow;
  readonly readOnly: boolean;
}

/** While proposals wait: thresholds that say what they keep before they are applied, and judging many at once. */
export function Proposals({ session, keys, around, readOnly }: ProposalsProps) {
  const t = useTranslations('editor');
  const document = useCell(session.document);
  const concealed = useCell(session.concealed);
  const hidden = useCell(session.hidden);
  const stage = useCell(session.stage);
  const classId = useCell(session.classId);
  const classes = useCell(session.classes);
  const proposals = useMemo(() => proposalsIn(document), [document]);
  // what is shown while a thumb is held; null: what is applied
  const [draft, setDraft] = useState<ProposalFloor | null>(null);
  if (proposals.length === 0) return null;
  const least = stage?.floor ?? { predictedIou: 0, stability: 0 };
  const floor = draft ?? session.floor;
  const shown = proposals.filter(({ id }) => !concealed.has(id) && !hidden.has(id));
  const chosen = classes.find(({ id, deleted }) => id === classId && !deleted);
  const below = concealedBy(document, session.floor).size;
  const kept = proposals.length - concealedBy(document, floor).size;
  const apply = (thresholds: ProposalFloor) => {
    setDraft(null);
    session.narrow(thresholds);
  };
  return (
    <section className={styles.section} aria-label={t('proposals')} data-testid="proposals">
      <Group justify="space-between" mb={4} wrap="nowrap">
        <Text className={styles.heading}>{t('proposals')}</Text>
        <Text size="xs" c="dimmed" className="ml-tabular" data-testid="proposals-kept" aria-live="polite">
          {t('proposals-kept', { kept, count: proposals.length })}
        </Text>
      </Group>
      <Stack gap={6}>
        {SCORES.map((score) => (
          <Threshold
            key={score}
            label={t(`threshold-${score}`)}
            from={least[score]}
            value={floor[score]}
            counts={keptAlong(proposals, floor, { score, from: least[score], steps: STEPS })}
            onDraft={(value) => setDraft({ ...floor, [score]: value })}
            onApply={(value) => apply({ ...floor, [score]: value })}
          />
        ))}
      </Stack>
      <PhraseField session={session} readOnly={readOnly} />
      {!readOnly && (
        <Group gap={6} mt={10} grow>
          <Tooltip label={<KeyHint label={t('action-keep-shown')} chords={keys['keep-shown']} />}>
            <Button
              size="compact-xs"
              variant="light"
              leftSection={<IconCheck size={13} />}
              disabled={shown.length === 0}
              onClick={() => act('keep-shown', session, around)}
              data-testid="keep-shown"
            >
              {t('keep-shown', { count: shown.length })}
            </Button>
          </Tooltip>
          <Tooltip label={<KeyHint label={t('action-reject-hidden')} chords={keys['reject-hidden']} />}>
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<IconX size={13} />}
              disabled={below === 0}
              onClick={() => act('reject-hidden', session, around)}
              data-testid="reject-hidden"
            >
              {t('reject-hidden', { count: below })}
            </Button>
          </Tooltip>
        </Group>
      )}
      {!readOnly && chosen && (
        <Tooltip label={<KeyHint label={t('action-class-shown')} chords={keys['class-shown']} />}>
          <Button
            size="compact-xs"
            variant="default"
            fullWidth
            mt={6}
            leftSection={<IconTag size={13} />}
            disabled={shown.every((each) => each.classId === chosen.id)}
            onClick={() => act('class-shown', session, around)}
            data-testid="class-shown"
          >
            {t('class-shown', { name: chosen.name, count: shown.length })}
          </Button>
        </Tooltip>
      )}
    </section>
  );
}
