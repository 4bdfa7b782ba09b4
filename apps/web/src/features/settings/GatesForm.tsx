'use client';

import { Fieldset, NumberInput, SimpleGrid, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { GATE_MEASURES, type GateMeasure, type StageGate, StageGates } from '@maskloop/domain';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { zod4Resolver } from 'mantine-form-zod-resolver';
import { useTranslations } from 'next-intl';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { Section } from '@/ui/Section.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { SaveRow } from './SaveRow.tsx';

const GATED = Object.keys(StageGates.shape) as (keyof StageGates)[];

/** How a measure is typed in; shares are typed as percent. */
const INPUTS: Record<GateMeasure, { min: number; max: number; step: number; digits: number; scale: number }> =
  {
    verifiedMasks: { min: 1, max: 1_000_000_000, step: 100, digits: 0, scale: 1 },
    secondsPerMask: { min: 0.1, max: 3600, step: 1, digits: 1, scale: 1 },
    acceptedShare: { min: 0, max: 100, step: 1, digits: 1, scale: 100 },
    correctionIou: { min: 0, max: 1, step: 0.01, digits: 3, scale: 1 },
  };

/** ST4: what suggests the next stage in this project; an empty field is not asked for. */
export function GatesForm({ project }: { project: Outputs['project']['get'] }) {
  const t = useTranslations('stage');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notify = useNotify();
  const { gates } = project.settings;
  const form = useForm<StageGates>({ initialValues: gates, validate: zod4Resolver(StageGates) });
  const save = useMutation(
    trpc.project.update.mutationOptions({
      onSuccess: async () => {
        form.resetDirty();
        notify.done(common('saved'));
        await queryClient.invalidateQueries({ queryKey: trpc.project.pathKey() });
      },
      onError: (error) => notify.failed(t('gatesFailed'), error),
    }),
  );
  const setTarget = (
    stage: keyof StageGates,
    gate: StageGate,
    measure: GateMeasure,
    value: number | string,
  ) =>
    form.setFieldValue(stage, {
      ...gate,
      [measure]: typeof value === 'number' ? value / INPUTS[measure].scale : null,
    });
  return (
    <Section title={t('gates')} description={t('gatesHint')} anchor="gates">
      <form onSubmit={form.onSubmit((values) => save.mutate({ projectId: project.id, gates: values }))}>
        <Stack gap="lg">
          {GATED.map((stage) => (
            <Fieldset key={stage} legend={t('gateOf', { stage: t(`name.${stage}`) })}>
              <SimpleGrid cols={{ base: 1, md: 2, xl: 4 }} spacing="lg">
                {GATE_MEASURES.map((measure) => {
                  const { min, max, step, digits, scale } = INPUTS[measure];
                  const gate = form.values[stage];
                  const target = gate[measure];
                  return (
                    <NumberInput
                      key={measure}
                      label={t(`measure.${measure}`)}
                      description={t(`bound.${measure}`)}
                      placeholder={t('notAsked')}
                      min={min}
                      max={max}
                      step={step}
                      decimalScale={digits}
                      thousandSeparator={measure === 'verifiedMasks' ? ',' : false}
                      value={target === null ? '' : Number((target * scale).toFixed(digits))}
                      onChange={(value) => setTarget(stage, gate, measure, value)}
                      error={form.errors[`${stage}.${measure}`]}
                    />
                  );
                })}
              </SimpleGrid>
            </Fieldset>
          ))}
          <Text size="xs" c="dimmed">
            {t('windowHint')}
          </Text>
          <SaveRow dirty={form.isDirty()} busy={save.isPending} onReset={form.reset} />
        </Stack>
      </form>
    </Section>
  );
}
