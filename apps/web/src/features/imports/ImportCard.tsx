'use client';

import {
  Alert,
  Badge,
  Button,
  Collapse,
  Group,
  Paper,
  Progress,
  Skeleton,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import { type ImportState, mayImportMove } from '@maskloop/domain';
import { IconAlertTriangle, IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { Ago } from '@/ui/Ago.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { formatBytes } from '@/ui/format.ts';
import { useConfirm } from '@/ui/use-confirm.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { CheckResult } from './CheckResult.tsx';
import { ImportResult } from './ImportResult.tsx';
import { PlanForm } from './PlanForm.tsx';

const COLOURS: Record<ImportState, string> = {
  checking: 'petrol',
  ready: 'yellow',
  running: 'petrol',
  done: 'green',
  failed: 'red',
  cancelled: 'orange',
};

interface ImportCardProps {
  readonly projectId: string;
  readonly row: Outputs['import']['page']['items'][number];
  readonly open: boolean;
  readonly onToggle: () => void;
  /** 0..1 of what is under way */
  readonly progress: number;
  readonly mayWrite: boolean;
}

/** One uploaded file, from the look through it to what it brought. */
export function ImportCard({ row, open, onToggle, ...props }: ImportCardProps) {
  const t = useTranslations('imports');
  const format = useFormatter();
  const { name, bytes, state, createdBy, createdAt } = row;
  return (
    <Paper component="article" aria-label={name} data-testid="import" data-state={state}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Group gap="sm" wrap="nowrap">
            <Badge color={COLOURS[state]} style={{ flexShrink: 0 }}>
              {t(`state.${state}`)}
            </Badge>
            <Title order={3} lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Title>
          </Group>
          <Text size="sm" c="dimmed" mt={4}>
            {formatBytes(bytes, format.number)} · {createdBy.name} · <Ago date={createdAt} />
          </Text>
        </div>
        <Button
          variant="default"
          size="compact-sm"
          onClick={onToggle}
          aria-expanded={open}
          aria-label={t(open ? 'hideOf' : 'showOf', { name })}
          rightSection={open ? <IconChevronUp size={14} /> : <IconChevronDown size={14} />}
          style={{ flexShrink: 0 }}
        >
          {open ? t('hide') : t('show')}
        </Button>
      </Group>
      <Collapse expanded={open}>{open && <Details row={row} {...props} />}</Collapse>
    </Paper>
  );
}

function Details({ projectId, row, progress, mayWrite }: Omit<ImportCardProps, 'open' | 'onToggle'>) {
  const t = useTranslations('imports');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notify = useNotify();
  const confirm = useConfirm();
  const importId = row.id;
  const full = useQuery(
    trpc.import.get.queryOptions(
      { importId },
      {
        // events tell of changes; this is for the case that none come through
        refetchInterval: ({ state: { data } }) => (data && isAtWork(data) ? 5_000 : false),
      },
    ),
  );
  const refresh = () => queryClient.invalidateQueries({ queryKey: trpc.import.pathKey() });
  const onError = (error: unknown) => notify.failed(t('actionFailed'), error);
  const cancel = useMutation(trpc.import.cancel.mutationOptions({ onSuccess: refresh, onError }));
  const remove = useMutation(trpc.import.remove.mutationOptions({ onSuccess: refresh, onError }));

  if (full.isError) {
    return <ErrorState what={t('loadFailed')} error={full.error} onRetry={() => void full.refetch()} />;
  }
  if (full.isPending) return <Skeleton height={120} mt="md" />;
  const { state, check, report, error } = full.data;
  return (
    <Stack gap="lg" pt="md">
      {(state === 'checking' || state === 'running') && (
        <Stack gap={6}>
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm" role="status">
              {t(`doing.${state}`, { percent: Math.floor(100 * progress) })}
            </Text>
            {mayWrite && (
              <Button
                size="compact-sm"
                variant="default"
                loading={cancel.isPending}
                onClick={() => cancel.mutate({ importId })}
              >
                {common('cancel')}
              </Button>
            )}
          </Group>
          <Progress value={100 * progress} animated aria-label={t(`doing.${state}`, { percent: '' })} />
        </Stack>
      )}
      {(state === 'failed' || state === 'cancelled') && (
        <Alert
          color={COLOURS[state]}
          icon={<IconAlertTriangle size={18} />}
          title={t(`stopped.${state}`)}
          style={{ overflowWrap: 'anywhere' }}
        >
          {state === 'failed' ? error : t('stoppedHint')}
        </Alert>
      )}
      {report && state === 'done' ? (
        <ImportResult projectId={projectId} report={report} prompts={full.data.prompts} />
      ) : (
        check && <CheckResult check={check} />
      )}
      {check && mayWrite && mayImportMove(state, 'start') && (
        <PlanForm
          projectId={projectId}
          importId={importId}
          check={check}
          plan={full.data.plan}
          onStarted={() => void refresh()}
        />
      )}
      {mayWrite && mayImportMove(state, 'remove') && (
        <Button
          variant="subtle"
          color="red"
          size="compact-sm"
          style={{ alignSelf: 'flex-start' }}
          loading={remove.isPending}
          onClick={() =>
            confirm({
              title: t('remove'),
              children: t('removeText', { name: row.name }),
              confirm: t('remove'),
              danger: true,
              onConfirm: () => remove.mutate({ importId }),
            })
          }
        >
          {t('remove')}
        </Button>
      )}
    </Stack>
  );
}

function isAtWork({ state, prompts }: Outputs['import']['get']): boolean {
  return state === 'checking' || state === 'running' || (prompts.pending ?? 0) + (prompts.running ?? 0) > 0;
}
