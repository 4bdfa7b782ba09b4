'use client';

import { Alert, Button, Group, Modal, Radio, Stack, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type GateCheck, LIMITS, STAGES, type Stage, StageMove, suggestedStage } from '@maskloop/domain';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { zod4Resolver } from 'mantine-form-zod-resolver';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { z } from 'zod';
import { useTRPC } from '@/client/trpc.tsx';
import { useNotify } from '@/ui/use-notify.tsx';

interface MoveStageDialogProps {
  readonly projectId: string;
  readonly stage: Stage;
  readonly checks: readonly GateCheck[];
  /** chosen when it opens */
  readonly initial: Stage | null;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** What the dialog asks for; where the project stands, it knows. */
const Fields = z.object({ to: StageMove.shape.to, reason: StageMove.shape.reason });

export function isForward(from: Stage, to: Stage): boolean {
  return STAGES.indexOf(to) > STAGES.indexOf(from);
}

/** ST5: to any other stage, with a reason; says when the gate is not reached, and lets it be. */
export function MoveStageDialog({
  projectId,
  stage,
  checks,
  initial,
  opened,
  onClose,
}: MoveStageDialogProps) {
  const t = useTranslations('stage');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notify = useNotify();
  const others = STAGES.filter((each) => each !== stage);
  const start = initial ?? others[0] ?? stage;
  const form = useForm({
    initialValues: { to: start, reason: '' },
    validate: zod4Resolver(Fields),
  });
  const { setValues, clearErrors } = form;
  useEffect(() => {
    if (!opened) return;
    setValues({ to: start, reason: '' });
    clearErrors();
  }, [opened, start, setValues, clearErrors]);
  const move = useMutation(
    trpc.project.moveStage.mutationOptions({
      onSuccess: (_, { to }) => {
        notify.done(t('movedTo', { stage: t(`name.${to}`) }));
        onClose();
      },
      onError: (error) => notify.failed(t('moveFailed'), error),
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.project.pathKey() }),
    }),
  );
  const { to } = form.values;
  const early = isForward(stage, to) && suggestedStage(stage, checks) === null;
  return (
    <Modal opened={opened} onClose={onClose} title={t('moveTitle')} size="lg">
      <form onSubmit={form.onSubmit((values) => move.mutate({ projectId, from: stage, ...values }))}>
        <Stack gap="md">
          <Radio.Group label={t('target')} {...form.getInputProps('to')}>
            <Stack gap="xs" mt={6}>
              {others.map((each) => (
                <Radio
                  key={each}
                  value={each}
                  label={`${t(`name.${each}`)} · ${isForward(stage, each) ? t('forward') : t('back')}`}
                  description={t(`text.${each}`)}
                />
              ))}
            </Stack>
          </Radio.Group>
          {early && checks.length > 0 && (
            <Alert color="orange" icon={<IconAlertTriangle size={18} />}>
              {t('early', { count: checks.filter(({ met }) => !met).length })}
            </Alert>
          )}
          <Textarea
            label={t('reason')}
            description={t('reasonHint')}
            autosize
            minRows={3}
            maxRows={10}
            required
            maxLength={LIMITS.noteLength}
            data-autofocus
            {...form.getInputProps('reason')}
          />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {common('cancel')}
            </Button>
            <Button type="submit" loading={move.isPending} disabled={!form.values.reason.trim()}>
              {t('moveTo', { stage: t(`name.${to}`) })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
