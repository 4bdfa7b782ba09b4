'use client';

import { Button, Menu } from '@mantine/core';
import { can, isRunOver } from '@maskloop/domain';
import {
  IconArrowBackUp,
  IconChevronDown,
  IconCopy,
  IconPlayerPlay,
  IconPlayerStop,
  IconRefresh,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { LinkButton } from '@/ui/LinkButton.tsx';
import { useConfirm } from '@/ui/use-confirm.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { useProject } from '../projects/use-project.ts';

/** What a lead can do with a run: stop it, take back what it made, go on, try again what failed, order it anew. */
export function RunActions({ run }: { run: Outputs['run']['get'] }) {
  const t = useTranslations('runs');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const confirm = useConfirm();
  const notify = useNotify();
  const project = useProject(run.projectId);
  const onSettled = () => queryClient.invalidateQueries({ queryKey: trpc.run.pathKey() });
  const cancel = useMutation(
    trpc.run.cancel.mutationOptions({
      onSettled,
      onError: (error) => notify.failed(t('cancelFailed'), error),
    }),
  );
  const resume = useMutation(
    trpc.run.resume.mutationOptions({
      onSettled,
      onError: (error) => notify.failed(t('resumeFailed'), error),
    }),
  );
  const retry = useMutation(
    trpc.run.retryFailed.mutationOptions({
      onSettled,
      onError: (error) => notify.failed(t('retryFailed'), error),
    }),
  );
  if (!can(project.data?.role ?? null, 'run.start')) return null;
  const { id: runId, counts, dryRun } = run;
  const over = isRunOver(run.state);
  const rollBack = () =>
    confirm({
      title: t('rollBackTitle'),
      children: t('rollBackText'),
      confirm: t('rollBack'),
      danger: true,
      onConfirm: () => cancel.mutate({ runId, made: 'roll-back' }),
    });
  return (
    <>
      {!over && dryRun && (
        <Button
          variant="default"
          leftSection={<IconPlayerStop size={16} />}
          loading={cancel.isPending}
          onClick={() => cancel.mutate({ runId, made: 'keep' })}
        >
          {t('cancel')}
        </Button>
      )}
      {!over && !dryRun && (
        <Menu>
          <Menu.Target>
            <Button
              variant="default"
              leftSection={<IconPlayerStop size={16} />}
              rightSection={<IconChevronDown size={14} />}
              loading={cancel.isPending}
            >
              {t('cancel')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<IconPlayerStop size={14} />}
              onClick={() => cancel.mutate({ runId, made: 'keep' })}
            >
              {t('cancelKeep')}
            </Menu.Item>
            <Menu.Item color="red" leftSection={<IconArrowBackUp size={14} />} onClick={rollBack}>
              {t('cancelRollBack')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {over && !dryRun && run.proposals > 0 && !run.rollingBack && (
        <Button
          variant="default"
          color="red"
          leftSection={<IconArrowBackUp size={16} />}
          loading={cancel.isPending}
          onClick={rollBack}
        >
          {t('rollBack')}
        </Button>
      )}
      {over && counts.cancelled > 0 && !run.rollingBack && (
        <Button
          variant="default"
          leftSection={<IconPlayerPlay size={16} />}
          loading={resume.isPending}
          onClick={() => resume.mutate({ runId })}
        >
          {t('resume', { count: counts.cancelled })}
        </Button>
      )}
      {over && counts.failed > 0 && !run.rollingBack && (
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} />}
          loading={retry.isPending}
          onClick={() => retry.mutate({ runId })}
        >
          {t('retry', { count: counts.failed })}
        </Button>
      )}
      {over && !dryRun && (
        <LinkButton
          href={`/projects/${run.projectId}/runs/new?from=${runId}`}
          variant="default"
          leftSection={<IconCopy size={16} />}
        >
          {t('again')}
        </LinkButton>
      )}
    </>
  );
}
