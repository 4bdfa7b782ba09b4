'use client';

import {
  ColorSwatch,
  Fieldset,
  ScrollArea,
  Select,
  Skeleton,
  Stack,
  Switch,
  Text,
  TextInput,
} from '@mantine/core';
import { LIMITS } from '@maskloop/domain';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { ThresholdField } from '../projects/ThresholdField.tsx';
import { type TextDraft, textFor, textOf } from './order.ts';

interface TextFieldsProps {
  readonly projectId: string;
  readonly text: TextDraft | null;
  readonly onChange: (text: TextDraft | null) => void;
}

/** Whether and how proposals get classes by text: the model, a phrase for each class, and how well one has to fit. */
export function TextFields({ projectId, text, onChange }: TextFieldsProps) {
  const t = useTranslations('runs');
  const trpc = useTRPC();
  const models = useQuery(trpc.text.models.queryOptions());
  const listed = useQuery(trpc.class.list.queryOptions({ projectId }));
  const failed = [models, listed].find(({ isError }) => isError);
  if (failed) {
    return <ErrorState what={t('textFailed')} error={failed.error} onRetry={() => void failed.refetch()} />;
  }
  if (!models.data || !listed.data) return <Skeleton height={36} />;
  const classes = listed.data.filter(({ deleted }) => !deleted);
  const [newest] = models.data;
  if (!newest || classes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {newest ? t('textNoClasses') : t('textNoModel')}
      </Text>
    );
  }
  const count = text ? textOf(text).phrases.length : 0;
  return (
    <Stack gap="lg">
      <Switch
        label={t('textOn')}
        checked={text !== null}
        onChange={(event) => onChange(event.currentTarget.checked ? textFor(newest.id, classes) : null)}
      />
      {text && (
        <>
          <Select
            label={t('textModel')}
            data={models.data.map(({ id, name }) => ({ value: id, label: name }))}
            value={text.textModelId}
            onChange={(textModelId) => textModelId && onChange({ ...text, textModelId })}
            allowDeselect={false}
            maw={420}
          />
          <ThresholdField
            label={t('textThreshold')}
            description={t('textThresholdHint')}
            value={text.threshold}
            onChange={(threshold) => onChange({ ...text, threshold })}
          />
          <Fieldset legend={t('textPhrases')}>
            <Text size="xs" c="dimmed" mb="sm">
              {t('textPhrasesHint')}
            </Text>
            <ScrollArea.Autosize mah={420} type="auto" offsetScrollbars>
              <Stack gap="xs">
                {classes.map(({ id, name, colour }) => (
                  <TextInput
                    key={id}
                    label={name}
                    size="xs"
                    leftSection={<ColorSwatch color={colour} size={12} />}
                    maxLength={LIMITS.phraseLength}
                    value={text.phrases[id] ?? ''}
                    onChange={(event) =>
                      onChange({ ...text, phrases: { ...text.phrases, [id]: event.currentTarget.value } })
                    }
                  />
                ))}
              </Stack>
            </ScrollArea.Autosize>
            {(count === 0 || count > LIMITS.phrasesPerRun) && (
              <Text size="sm" c="red" mt="sm" role="alert">
                {count === 0 ? t('textNone') : t('textTooMany', { most: LIMITS.phrasesPerRun })}
              </Text>
            )}
          </Fieldset>
        </>
      )}
    </Stack>
  );
}
