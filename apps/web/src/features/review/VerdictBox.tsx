import { Button, Group, Textarea, Tooltip } from '@mantine/core';
import { LIMITS, saysWhy, type Verdict } from '@maskloop/domain';
import { IconCheck, IconCornerUpLeft } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { type Ref, useImperativeHandle, useRef, useState } from 'react';
import { KeyHint } from '@/editor/panels/KeyHint.tsx';
import classes from './Review.module.css';
import { REVIEW_KEYS } from './use-review-keys.ts';

/** What the keyboard does with the verdict. */
export interface VerdictHandle {
  decide(verdict: Verdict): void;
}

interface VerdictBoxProps {
  readonly ref: Ref<VerdictHandle>;
  readonly openPins: number;
  readonly busy: boolean;
  /** null: no verdict can be passed */
  readonly onDecide: ((verdict: Verdict, note: string) => void) | null;
}

/** Accept, or send back with a note. */
export function VerdictBox({ ref, openPins, busy, onDecide }: VerdictBoxProps) {
  const t = useTranslations('review');
  const [note, setNote] = useState('');
  const [missing, setMissing] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const decide = (verdict: Verdict) => {
    if (!onDecide || busy) return;
    // RV3
    if (!saysWhy(verdict, note, openPins)) {
      setMissing(true);
      field.current?.focus();
      return;
    }
    onDecide(verdict, note);
  };
  useImperativeHandle(ref, () => ({ decide }));
  return (
    <section className={classes.block} aria-label={t('verdict')}>
      <Textarea
        ref={field}
        label={t('note')}
        placeholder={t('noteHint')}
        size="xs"
        autosize
        minRows={2}
        maxRows={5}
        maxLength={LIMITS.noteLength}
        value={note}
        disabled={!onDecide}
        error={missing && !saysWhy('sent-back', note, openPins) ? t('sayWhy') : undefined}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Group grow gap="xs" mt="sm">
        <Tooltip label={<KeyHint label={t('sendBack')} chords={REVIEW_KEYS.sendBack} />}>
          <Button
            variant="default"
            leftSection={<IconCornerUpLeft size={16} color="var(--ml-status-sent-back)" />}
            disabled={!onDecide}
            loading={busy}
            onClick={() => decide('sent-back')}
          >
            {t('sendBack')}
          </Button>
        </Tooltip>
        <Tooltip label={<KeyHint label={t('accept')} chords={REVIEW_KEYS.accept} />}>
          <Button
            leftSection={<IconCheck size={16} />}
            disabled={!onDecide}
            loading={busy}
            onClick={() => decide('accepted')}
          >
            {t('accept')}
          </Button>
        </Tooltip>
      </Group>
    </section>
  );
}
