import { Button, Menu, ScrollArea } from '@mantine/core';
import { can } from '@maskloop/domain';
import { IconChevronDown, IconLockOpen, IconUserCheck } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC, useTRPCClient } from '@/client/trpc.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { chunks } from './batch.ts';

/** The server takes this many ids at once. */
const BATCH = 1000;

interface AssignMenuProps {
  readonly projectId: string;
  readonly ids: ReadonlySet<string>;
  /** somebody who cannot get them */
  readonly except?: string;
}

/** AS6: gives the selected images to somebody, or back to everybody; frees those that somebody holds. */
export function AssignMenu({ projectId, ids, except }: AssignMenuProps) {
  const t = useTranslations('images');
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const notify = useNotify();
  const members = useQuery(trpc.member.list.queryOptions({ projectId }));
  const count = ids.size;
  const refresh = () => queryClient.invalidateQueries({ queryKey: trpc.image.page.pathKey() });
  const assign = useMutation({
    mutationFn: async (userId: string | null) => {
      for (const imageIds of chunks([...ids], BATCH)) {
        await client.assignment.assign.mutate({ projectId, imageIds, userId });
      }
    },
    onSuccess: (_, userId) => notify.done(userId ? t('assigned', { count }) : t('unassigned', { count })),
    onError: (error) => notify.failed(t('assignFailed'), error),
    onSettled: refresh,
  });
  const free = useMutation({
    mutationFn: async () => {
      let freed = 0;
      for (const imageIds of chunks([...ids], BATCH)) {
        freed += (await client.assignment.free.mutate({ projectId, imageIds })).freed;
      }
      return freed;
    },
    onSuccess: (freed) => notify.done(t('freed', { count: freed })),
    onError: (error) => notify.failed(t('freeFailed'), error),
    onSettled: refresh,
  });
  const people = (members.data ?? []).filter(
    ({ user, role }) => !user.disabled && user.id !== except && can(role, 'assignment.claim'),
  );
  return (
    <Menu width={240}>
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconUserCheck size={14} />}
          rightSection={<IconChevronDown size={12} />}
          loading={assign.isPending || free.isPending}
        >
          {t('assign')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <ScrollArea.Autosize mah={320} type="auto">
          {people.map(({ user }) => (
            <Menu.Item key={user.id} onClick={() => assign.mutate(user.id)}>
              {user.name}
            </Menu.Item>
          ))}
        </ScrollArea.Autosize>
        <Menu.Divider />
        <Menu.Item onClick={() => assign.mutate(null)}>{t('unassign')}</Menu.Item>
        <Menu.Item leftSection={<IconLockOpen size={14} />} onClick={() => free.mutate()}>
          {t('free')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
