'use client';

import { List, NumberInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { LIMITS, ProjectPatch } from '@maskloop/domain';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { zod4Resolver } from 'mantine-form-zod-resolver';
import { useTranslations } from 'next-intl';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { Section } from '@/ui/Section.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { SaveRow } from './SaveRow.tsx';

/** What people are told, and what happens besides; in reading order. */
const FACTS = ['told', 'hidden', 'taken', 'off'] as const;

/** PP1: how many of the proposals are planted. Typed as percent. */
export function PlantedForm({ project }: { project: Outputs['project']['get'] }) {
  const t = useTranslations('planted');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notify = useNotify();
  const { plantedShare } = project.settings;
  const form = useForm({ initialValues: { plantedShare }, validate: zod4Resolver(ProjectPatch) });
  const save = useMutation(
    trpc.project.update.mutationOptions({
      onSuccess: async () => {
        form.resetDirty();
        notify.done(common('saved'));
        await queryClient.invalidateQueries({ queryKey: trpc.project.pathKey() });
      },
      onError: (error) => notify.failed(t('saveFailed'), error),
    }),
  );
  return (
    <Section title={t('title')} description={t('hint')} anchor="planted">
      <form onSubmit={form.onSubmit((values) => save.mutate({ projectId: project.id, ...values }))}>
        <Stack gap="md">
          <NumberInput
            label={t('share')}
            description={t('shareHint')}
            maw={420}
            min={0}
            max={100 * LIMITS.plantedShare}
            step={1}
            decimalScale={1}
            suffix=" %"
            value={Number((100 * form.values.plantedShare).toFixed(1))}
            onChange={(value) =>
              form.setFieldValue('plantedShare', typeof value === 'number' ? value / 100 : 0)
            }
            error={form.errors.plantedShare}
          />
          <List size="sm" spacing={4} c="dimmed" maw={720}>
            {FACTS.map((fact) => (
              <List.Item key={fact}>{t(`facts.${fact}`)}</List.Item>
            ))}
          </List>
          <SaveRow dirty={form.isDirty()} busy={save.isPending} onReset={form.reset} />
        </Stack>
      </form>
    </Section>
  );
}
