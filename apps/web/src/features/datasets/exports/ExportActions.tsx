'use client';

import { ActionIcon, Button, Group, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDots, IconDownload, IconFileText, IconLink, IconTrash, IconX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { CopyValue } from '@/ui/CopyValue.tsx';
import { useConfirm } from '@/ui/use-confirm.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { ExportReportDialog } from './ExportReportDialog.tsx';

interface ExportActionsProps {
  readonly projectId: string;
  readonly built: Outputs['export']['list'][number];
  readonly mayChange: boolean;
}

/** What may be done with an export: fetch it, read its report, share it, stop it, remove it. */
export function ExportActions({ projectId, built, mayChange }: ExportActionsProps) {
  const t = useTranslations('exports');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const confirm = useConfirm();
  const notify = useNotify();
  const copyLink = useCopyLink(built.id);
  const [open, { open: show, close }] = useDisclosure();
  const listed = async () => {
    await queryClient.invalidateQueries({ queryKey: trpc.export.list.pathKey() });
    await queryClient.invalidateQueries({ queryKey: trpc.dataset.list.pathKey() });
  };
  const cancel = useMutation(
    trpc.export.cancel.mutationOptions({
      onSettled: listed,
      onError: (error) => notify.failed(t('cancelFailed'), error),
    }),
  );
  const remove = useMutation(
    trpc.export.remove.mutationOptions({
      onSuccess: () => notify.done(t('removed')),
      onSettled: listed,
      onError: (error) => notify.failed(t('removeFailed'), error),
    }),
  );
  const name = t(`name.${built.format}`);
  const unfinished = built.state === 'pending' || built.state === 'running';
  return (
    <Group gap="xs" wrap="nowrap">
      {unfinished && mayChange && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconX size={14} />}
          loading={cancel.isPending}
          disabled={built.stopping}
          onClick={() => cancel.mutate({ exportId: built.id })}
        >
          {t('cancel')}
        </Button>
      )}
      {built.state === 'done' && (
        <Button
          component="a"
          href={`/api/exports/${built.id}/download`}
          download
          size="compact-sm"
          leftSection={<IconDownload size={14} />}
        >
          {t('download')}
        </Button>
      )}
      {built.report && (
        <>
          <Button size="compact-sm" variant="default" leftSection={<IconFileText size={14} />} onClick={show}>
            {t('report')}
          </Button>
          <ExportReportDialog
            projectId={projectId}
            title={t('reportOf', { format: name })}
            report={built.report}
            opened={open}
            onClose={close}
          />
        </>
      )}
      {mayChange && !unfinished && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={t('actionsOf', { format: name })}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {built.state === 'done' && (
              <Menu.Item leftSection={<IconLink size={16} />} onClick={copyLink}>
                {t('copyLink')}
              </Menu.Item>
            )}
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={16} />}
              onClick={() =>
                confirm({
                  title: t('removeTitle'),
                  children: t('removeText'),
                  confirm: t('remove'),
                  danger: true,
                  onConfirm: () => remove.mutate({ exportId: built.id }),
                })
              }
            >
              {t('remove')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </Group>
  );
}

/** EX13: puts a signed address on the clipboard, or shows it where there is none (plain http). */
function useCopyLink(exportId: string): () => void {
  const t = useTranslations('exports');
  const format = useFormatter();
  const trpc = useTRPC();
  const notify = useNotify();
  const confirm = useConfirm();
  const link = useMutation(
    trpc.export.link.mutationOptions({
      onSuccess: async ({ path, expiresAt }) => {
        const address = new URL(path, window.location.href).href;
        const time = format.dateTime(expiresAt, { timeStyle: 'short' });
        try {
          await navigator.clipboard.writeText(address);
          notify.done(t('linkCopied', { time }));
        } catch {
          confirm({
            title: t('linkShown', { time }),
            children: <CopyValue value={address} label={t('copyLink')} />,
            confirm: t('close'),
            onConfirm: () => {},
          });
        }
      },
      onError: (error) => notify.failed(t('linkFailed'), error),
    }),
  );
  return () => link.mutate({ exportId });
}
