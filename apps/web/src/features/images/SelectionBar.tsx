'use client';

import { Button, Divider, Group, Menu, Paper, Text } from '@mantine/core';
import { can, LIMITS, type Role } from '@maskloop/domain';
import { IconBolt, IconChevronDown, IconFlag, IconSparkles, IconTrash, IconX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC, useTRPCClient } from '@/client/trpc.tsx';
import { useConfirm } from '@/ui/use-confirm.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { handOverSelection } from '../runs/hand-over.ts';
import { AssignMenu } from './AssignMenu.tsx';
import { chunks, inParallel } from './batch.ts';
import classes from './SelectionBar.module.css';

interface SelectionBarProps {
  readonly projectId: string;
  readonly role: Role;
  readonly ids: ReadonlySet<string>;
  readonly onSelectAll: () => void;
  readonly onClear: () => void;
}

/** The server takes this many ids at once. */
const BATCH = 1000;
const PRIORITIES = [10, 5, 0, -5] as const;

/** What can be done with the selected images. */
export function SelectionBar({ projectId, role, ids, onSelectAll, onClear }: SelectionBarProps) {
  const t = useTranslations('images');
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const router = useRouter();
  const confirm = useConfirm();
  const notify = useNotify();
  const [requesting, setRequesting] = useState(false);
  const refresh = () => queryClient.invalidateQueries({ queryKey: trpc.image.page.pathKey() });
  const count = ids.size;

  const remove = useMutation({
    mutationFn: async () => {
      for (const imageIds of chunks([...ids], BATCH))
        await client.image.remove.mutate({ projectId, imageIds });
    },
    onSuccess: () => {
      notify.done(t('removed', { count }));
      onClear();
    },
    onError: (error) => notify.failed(t('removeFailed'), error),
    onSettled: refresh,
  });
  const prioritise = useMutation({
    mutationFn: async (priority: number) => {
      for (const imageIds of chunks([...ids], BATCH)) {
        await client.image.setPriority.mutate({ projectId, imageIds, priority });
      }
    },
    onSuccess: () => notify.done(t('prioritised', { count })),
    onError: (error) => notify.failed(t('prioritiseFailed'), error),
    onSettled: refresh,
  });

  async function requestEmbeddings() {
    setRequesting(true);
    const failures = await inParallel([...ids], 6, (imageId) =>
      client.image.requestEmbedding.mutate({ imageId }),
    );
    setRequesting(false);
    const [first] = failures;
    if (first === undefined) notify.done(t('requested', { count }));
    else notify.failed(t('requestFailed', { failed: failures.length, count }), first);
    void refresh();
  }

  return (
    <Paper
      className={classes.bar}
      shadow="sm"
      py={0}
      px="md"
      role="toolbar"
      aria-label={t('selectionActions')}
    >
      <Group gap="xs" wrap="nowrap">
        <Text size="sm" fw={600} className="ml-tabular" role="status">
          {t('selected', { count })}
        </Text>
        <Button size="compact-sm" variant="subtle" onClick={onSelectAll}>
          {t('selectAll')}
        </Button>
        <Divider orientation="vertical" />
        {can(role, 'embedding.request') && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconBolt size={14} />}
            loading={requesting}
            onClick={() => void requestEmbeddings()}
          >
            {t('requestEmbedding')}
          </Button>
        )}
        {can(role, 'run.start') && count <= LIMITS.imagesPerSelection && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconSparkles size={14} />}
            onClick={() => {
              handOverSelection(projectId, [...ids]);
              router.push(`/projects/${projectId}/runs/new?selected`);
            }}
          >
            {t('run')}
          </Button>
        )}
        {can(role, 'image.prioritise') && (
          <Menu>
            <Menu.Target>
              <Button
                size="compact-sm"
                variant="default"
                leftSection={<IconFlag size={14} />}
                rightSection={<IconChevronDown size={12} />}
                loading={prioritise.isPending}
              >
                {t('priority')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {PRIORITIES.map((priority) => (
                <Menu.Item key={priority} onClick={() => prioritise.mutate(priority)}>
                  {t('setPriority', { priority })}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
        {can(role, 'assignment.manage') && <AssignMenu projectId={projectId} ids={ids} />}
        {can(role, 'image.delete') && (
          <Button
            size="compact-sm"
            variant="light"
            color="red"
            leftSection={<IconTrash size={14} />}
            loading={remove.isPending}
            onClick={() =>
              confirm({
                title: t('removeTitle', { count }),
                children: t('removeText'),
                confirm: t('removeConfirm', { count }),
                danger: true,
                onConfirm: () => remove.mutate(),
              })
            }
          >
            {t('remove')}
          </Button>
        )}
        <Button size="compact-sm" variant="subtle" leftSection={<IconX size={14} />} onClick={onClear}>
          {t('clearSelection')}
        </Button>
      </Group>
    </Paper>
  );
}
