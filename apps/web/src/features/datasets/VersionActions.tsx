'use client';

import { ActionIcon, Button, Group, Menu, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { DatasetPatch, LIMITS } from '@maskloop/domain';
import { IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { zod4Resolver } from 'mantine-form-zod-resolver';
import { useTranslations } from 'next-intl';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { useConfirm } from '@/ui/use-confirm.tsx';
import { useNotify } from '@/ui/use-notify.tsx';

type Version = Outputs['dataset']['list'][number];

/** What may be done to a version that is frozen: describe it, or delete it. EX5, EX7. */
export function VersionActions({ version }: { readonly version: Version }) {
  const t = useTranslations('datasets');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const confirm = useConfirm();
  const notify = useNotify();
  const [editing, { open, close }] = useDisclosure(false);
  const { id: datasetVersionId, number, models, state } = version;
  const listed = () => queryClient.invalidateQueries({ queryKey: trpc.dataset.list.pathKey() });
  const remove = useMutation(
    trpc.dataset.remove.mutationOptions({
      onSuccess: async () => {
        await listed();
        notify.done(t('removed', { number }));
      },
      onError: (error) => notify.failed(t('removeFailed'), error),
    }),
  );
  const busy = state === 'pending' || state === 'running';
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('actionsOf', { number })}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={open}>
            {t('describe')}
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} />}
            disabled={models.length > 0 || busy}
            onClick={() =>
              confirm({
                title: t('removeTitle', { number }),
                children: t('removeText'),
                confirm: t('remove'),
                danger: true,
                onConfirm: () => remove.mutate({ datasetVersionId }),
              })
            }
          >
            {models.length > 0 ? t('trainedStays') : t('remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={editing} onClose={close} title={t('describeTitle', { number })}>
        <Describe version={version} onDone={close} />
      </Modal>
    </>
  );
}

function Describe({ version, onDone }: { readonly version: Version; readonly onDone: () => void }) {
  const t = useTranslations('datasets');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const form = useForm({
    initialValues: { name: version.name, notes: version.notes },
    validate: zod4Resolver(DatasetPatch.required()),
  });
  const update = useMutation(
    trpc.dataset.update.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.dataset.list.pathKey() });
        onDone();
      },
    }),
  );
  return (
    <form onSubmit={form.onSubmit((values) => update.mutate({ datasetVersionId: version.id, ...values }))}>
      <Stack>
        <TextInput
          label={t('name')}
          maxLength={LIMITS.nameLength}
          required
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Textarea
          label={t('notes')}
          description={t('notesHint')}
          autosize
          minRows={3}
          maxRows={12}
          {...form.getInputProps('notes')}
        />
        {update.isError && <ErrorState what={t('describeFailed')} error={update.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {common('cancel')}
          </Button>
          <Button type="submit" loading={update.isPending}>
            {common('save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
