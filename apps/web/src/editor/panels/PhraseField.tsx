import { ActionIcon, Button, Group, Progress, Text, TextInput, Tooltip } from '@mantine/core';
import { chosenByText, LIMITS, type TextModelSummary } from '@maskloop/domain';
import { IconX } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { type FormEvent, useEffect, useState } from 'react';
import type { EditorSession } from '../session.ts';
import { forgetPhrase, rankByPhrase, setPhraseThreshold } from '../text-ranking.ts';
import { useCell } from '../use-cell.ts';
import { STEPS, Threshold } from './Threshold.tsx';

interface PhraseFieldProps {
  readonly session: EditorSession;
  readonly readOnly: boolean;
}

/** Finds proposals by words; where no text model is registered there is nothing to see. */
export function PhraseField({ session, readOnly }: PhraseFieldProps) {
  const t = useTranslations('editor');
  const view = useCell(session.ranking);
  const model = useTextModel(session);
  const [typed, setTyped] = useState('');
  if (model === null || readOnly) return null;
  const phrase = typed.trim();
  const find = (event: FormEvent) => {
    event.preventDefault();
    if (phrase) void rankByPhrase(session, model.id, phrase);
  };
  return (
    <form onSubmit={find} data-testid="phrase">
      <Group gap={6} mt={10} wrap="nowrap" align="flex-end">
        <TextInput
          flex={1}
          size="xs"
          label={t('phrase')}
          placeholder={t('phrase-example')}
          maxLength={LIMITS.phraseLength}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          rightSection={
            view.at !== 'none' && (
              <Tooltip label={t('phrase-forget')}>
                <ActionIcon
                  size="xs"
                  variant="subtle"
                  color="gray"
                  aria-label={t('phrase-forget')}
                  onClick={() => {
                    setTyped('');
                    forgetPhrase(session);
                  }}
                >
                  <IconX size={12} />
                </ActionIcon>
              </Tooltip>
            )
          }
        />
        <Button type="submit" size="xs" variant="default" disabled={!phrase} loading={view.at === 'running'}>
          {t('phrase-find')}
        </Button>
      </Group>
      <div aria-live="polite">
        {view.at === 'running' && (
          <Progress
            mt={6}
            size="xs"
            value={Math.max(4, 100 * view.progress)}
            aria-label={t('phrase-running', { phrase: view.phrase })}
          />
        )}
        {view.at === 'failed' && (
          <Text size="xs" c="red" mt={4} lineClamp={3} style={{ overflowWrap: 'anywhere' }}>
            {t('phrase-failed', { phrase: view.phrase, reason: view.message ?? '' })}
          </Text>
        )}
        {view.at === 'ranked' && (
          <Text size="xs" c="dimmed" mt={4} mb={4} lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
            {t('phrase-found', {
              phrase: view.phrase,
              count: chosenByText(view.ranking, view.threshold).length,
              all: view.ranking.scores.length,
            })}
          </Text>
        )}
      </div>
      {view.at === 'ranked' && (
        <Threshold
          label={t('threshold-text')}
          from={0}
          value={view.threshold}
          counts={Array.from(
            { length: STEPS + 1 },
            (_, step) => chosenByText(view.ranking, step / STEPS).length,
          )}
          onDraft={(threshold) => setPhraseThreshold(session, threshold)}
          onApply={(threshold) => setPhraseThreshold(session, threshold)}
        />
      )}
    </form>
  );
}

/** null: none is registered, or it is not known yet. */
function useTextModel(session: EditorSession): TextModelSummary | null {
  const [model, setModel] = useState<TextModelSummary | null>(null);
  const { api } = session.workspace;
  useEffect(() => {
    let current = true;
    // without an answer the rest of the panel works as ever
    api.textModel().then(
      (found) => current && setModel(found),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [api]);
  return model;
}
