'use client';

import { Alert, Anchor, Box, Button, Collapse, Group, Skeleton, Text, Timeline } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { can, type Role, STAGE_RULES, type Stage, suggestedStage } from '@maskloop/domain';
import { IconArrowBackUp, IconArrowForwardUp, IconFlag } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { useThrottledRefresh } from '@/client/use-throttled-refresh.ts';
import { Ago } from '@/ui/Ago.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Section } from '@/ui/Section.tsx';
import { isForward, MoveStageDialog } from './MoveStageDialog.tsx';
import { StageBoard } from './StageBoard.tsx';

type Board = Outputs['project']['stageBoard'];

/** Measuring reads every mask's row; between moves a minute's age does no harm. */
const REFRESH_MS = 60_000;

/** Where the project stands, what is missing to the next stage, moving it, and every move so far. */
export function StageSection({ projectId, role }: { projectId: string; role: Role | null }) {
  const t = useTranslations('stage');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const board = useQuery(
    trpc.project.stageBoard.queryOptions({ projectId }, { refetchInterval: REFRESH_MS }),
  );
  useThrottledRefresh(
    projectId,
    () => {
      void queryClient.invalidateQueries({ queryKey: trpc.project.stageBoard.queryKey({ projectId }) });
      void queryClient.invalidateQueries({ queryKey: trpc.project.get.queryKey({ projectId }) });
    },
    ({ type }) => type === 'project.changed',
  );
  const [moving, { open, close }] = useDisclosure(false);
  const [to, setTo] = useState<Stage | null>(null);
  const mayMove = can(role, 'project.advanceStage');
  const startMove = (target: Stage | null) => {
    setTo(target);
    open();
  };
  const { data } = board;
  const suggested = data ? suggestedStage(data.stage, data.checks) : null;
  return (
    <Section
      title={t('title')}
      actions={
        mayMove &&
        data && (
          <Button variant="default" size="xs" onClick={() => startMove(STAGE_RULES[data.stage].next)}>
            {t('move')}
          </Button>
        )
      }
    >
      {board.isError && (
        <ErrorState what={t('loadFailed')} error={board.error} onRetry={() => void board.refetch()} />
      )}
      {board.isPending && <Skeleton height={170} radius="lg" />}
      {data && (
        <>
          {suggested && (
            <Alert icon={<IconFlag size={18} />} color="green" mb="md" title={t('suggested')}>
              <Group justify="space-between" gap="md">
                <Text size="sm" maw={640}>
                  {mayMove
                    ? t('suggestedText', { stage: t(`name.${suggested}`) })
                    : t('suggestedOther', { stage: t(`name.${suggested}`) })}
                </Text>
                {mayMove && (
                  <Button size="xs" color="green" onClick={() => startMove(suggested)}>
                    {t('moveTo', { stage: t(`name.${suggested}`) })}
                  </Button>
                )}
              </Group>
            </Alert>
          )}
          <StageBoard stage={data.stage} checks={data.checks} />
          {can(role, 'project.update') && STAGE_RULES[data.stage].next && (
            <Text size="xs" c="dimmed" mt="sm">
              {t.rich('targetsHint', {
                settings: (words) => (
                  <Anchor
                    component={Link}
                    href={`/projects/${projectId}/settings#gates`}
                    size="xs"
                    underline="always"
                  >
                    {words}
                  </Anchor>
                ),
              })}
            </Text>
          )}
          <Moves history={data.history} />
          {mayMove && (
            <MoveStageDialog
              projectId={projectId}
              stage={data.stage}
              checks={data.checks}
              initial={to}
              opened={moving}
              onClose={close}
            />
          )}
        </>
      )}
    </Section>
  );
}

/** Every move with its reason, newest first; folded away until somebody asks. */
function Moves({ history }: { history: Board['history'] }) {
  const t = useTranslations('stage');
  const format = useFormatter();
  const [shown, { toggle }] = useDisclosure(false);
  if (history.length === 0) return null;
  return (
    <Box mt="sm">
      <Button variant="subtle" size="compact-sm" onClick={toggle} aria-expanded={shown}>
        {t('history', { count: history.length, shown: format.number(history.length) })}
      </Button>
      <Collapse expanded={shown}>
        <Timeline bulletSize={22} lineWidth={2} mt="md" active={history.length}>
          {history.map(({ id, from, to, reason, at, user }) => (
            <Timeline.Item
              key={id}
              bullet={isForward(from, to) ? <IconArrowForwardUp size={13} /> : <IconArrowBackUp size={13} />}
              title={
                <Text size="sm" fw={600}>
                  {t('moved', { from: t(`name.${from}`), to: t(`name.${to}`) })}
                </Text>
              }
            >
              <Text size="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-line' }}>
                {reason}
              </Text>
              <Text size="xs" c="dimmed" mt={2}>
                {user.name} · <Ago date={at} />
              </Text>
            </Timeline.Item>
          ))}
        </Timeline>
      </Collapse>
    </Box>
  );
}
