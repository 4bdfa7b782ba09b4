'use client';

import {
  ActionIcon,
  Alert,
  Badge,
  Button,
  Checkbox,
  Group,
  Menu,
  Modal,
  Stack,
  Table,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { LIMITS, Name } from '@maskloop/domain';
import {
  IconDots,
  IconKey,
  IconLock,
  IconLockOpen,
  IconSearch,
  IconShield,
  IconShieldOff,
  IconUserPlus,
} from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { zod4Resolver } from 'mantine-form-zod-resolver';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { z } from 'zod';
import { failureOf } from '@/client/failure.ts';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { Ago } from '@/ui/Ago.tsx';
import { CopyValue } from '@/ui/CopyValue.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Page } from '@/ui/Page.tsx';
import { RowsSkeleton } from '@/ui/Rows.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { useConfirm } from '@/ui/use-confirm.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { WideTable } from '@/ui/WideTable.tsx';
import { useMe } from '../session/use-me.ts';

type User = Outputs['user']['list'][number];

interface Invite {
  readonly name: string;
  readonly url: string;
}

/** Who has an account; admins make, disable and reset them. */
export function UsersPage() {
  const t = useTranslations('users');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const me = useMe();
  const users = useQuery(trpc.user.list.queryOptions());
  const [text, setText] = useState('');
  const [creating, { open, close }] = useDisclosure();
  const [invite, setInvite] = useState<Invite | null>(null);
  const wanted = text.trim().toLowerCase();
  const shown = (users.data ?? []).filter(({ name, email }) =>
    `${name} ${email}`.toLowerCase().includes(wanted),
  );
  const showInvite = (name: string, path: string) =>
    setInvite({ name, url: `${window.location.origin}${path}` });
  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        me.data?.user.isAdmin && (
          <Button leftSection={<IconUserPlus size={16} />} onClick={open}>
            {t('create')}
          </Button>
        )
      }
    >
      <Stack gap="md">
        {invite && (
          <Alert
            title={t('inviteTitle', { name: invite.name })}
            withCloseButton
            closeButtonLabel={common('close')}
            onClose={() => setInvite(null)}
          >
            <Stack gap={4}>
              <CopyValue value={invite.url} label={t('inviteLink')} />
              <Text size="sm">{t('inviteText')}</Text>
            </Stack>
          </Alert>
        )}
        {users.isError && (
          <ErrorState what={t('loadFailed')} error={users.error} onRetry={() => void users.refetch()} />
        )}
        {users.isPending && <RowsSkeleton label={common('loading')} />}
        {users.data && (
          <>
            <TextInput
              aria-label={t('search')}
              placeholder={t('search')}
              leftSection={<IconSearch size={15} />}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              maw={320}
            />
            <WideTable label={t('title')} minWidth={820}>
              <Table highlightOnHover aria-label={t('title')} layout="fixed">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{common('name')}</Table.Th>
                    <Table.Th>{common('email')}</Table.Th>
                    <Table.Th w={190}>{common('state')}</Table.Th>
                    <Table.Th w={100}>{t('projects')}</Table.Th>
                    <Table.Th w={150}>{t('lastSeen')}</Table.Th>
                    <Table.Th w={104}>{common('actions')}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {shown.map((user) => (
                    <UserRow
                      key={user.id}
                      user={user}
                      isMe={user.id === me.data?.user.id}
                      onInvite={showInvite}
                    />
                  ))}
                </Table.Tbody>
              </Table>
            </WideTable>
            {shown.length === 0 && <Text c="dimmed">{t('noMatch')}</Text>}
          </>
        )}
      </Stack>
      <Modal opened={creating} onClose={close} title={t('create')}>
        <CreateUser
          onCreated={(name, path) => {
            close();
            showInvite(name, path);
          }}
        />
      </Modal>
    </Page>
  );
}

interface UserRowProps {
  readonly user: User;
  readonly isMe: boolean;
  readonly onInvite: (name: string, path: string) => void;
}

function UserRow({ user, isMe, onInvite }: UserRowProps) {
  const t = useTranslations('users');
  const { id: userId, name, email, isAdmin, disabledAt, hasPassword, projects, lastSeenAt } = user;
  return (
    <Table.Tr>
      <Table.Td>
        <TruncatedText size="sm" fw={500}>
          {name}
        </TruncatedText>
      </Table.Td>
      <Table.Td>
        <TruncatedText size="sm">{email}</TruncatedText>
      </Table.Td>
      <Table.Td>
        <Group gap={4}>
          {isAdmin && <Badge>{t('admin')}</Badge>}
          {disabledAt && <Badge color="red">{t('disabled')}</Badge>}
          {!hasPassword && !disabledAt && <Badge color="gray">{t('invited')}</Badge>}
          {hasPassword && !disabledAt && <Badge color="green">{t('active')}</Badge>}
        </Group>
      </Table.Td>
      <Table.Td>{projects}</Table.Td>
      <Table.Td>{lastSeenAt ? <Ago date={lastSeenAt} /> : t('never')}</Table.Td>
      <Table.Td>
        <UserActions userId={userId} user={user} isMe={isMe} onInvite={onInvite} />
      </Table.Td>
    </Table.Tr>
  );
}

function UserActions({ userId, user, isMe, onInvite }: UserRowProps & { userId: string }) {
  const t = useTranslations('users');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const confirm = useConfirm();
  const notify = useNotify();
  const { name, isAdmin } = user;
  const disabled = user.disabledAt !== null;
  const onSettled = () => queryClient.invalidateQueries({ queryKey: trpc.user.list.queryKey() });
  const onError = (error: unknown) => notify.failed(t('changeFailed', { name }), error);
  const reset = useMutation(
    trpc.user.resetPassword.mutationOptions({
      onError,
      onSuccess: ({ invitePath }) => onInvite(name, invitePath),
    }),
  );
  const setDisabled = useMutation(trpc.user.setDisabled.mutationOptions({ onSettled, onError }));
  const setAdmin = useMutation(trpc.user.setAdmin.mutationOptions({ onSettled, onError }));
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon
          aria-label={t('actionsOf', { name })}
          loading={reset.isPending || setDisabled.isPending || setAdmin.isPending}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconKey size={16} />} onClick={() => reset.mutate({ userId })}>
          {user.hasPassword ? t('reset') : t('inviteAgain')}
        </Menu.Item>
        <Menu.Item
          leftSection={isAdmin ? <IconShieldOff size={16} /> : <IconShield size={16} />}
          disabled={isMe}
          onClick={() =>
            confirm({
              title: isAdmin ? t('noAdminTitle', { name }) : t('makeAdminTitle', { name }),
              children: isAdmin ? t('noAdminText') : t('makeAdminText'),
              confirm: isAdmin ? t('noAdmin') : t('makeAdmin'),
              onConfirm: () => setAdmin.mutate({ userId, isAdmin: !isAdmin }),
            })
          }
        >
          {isAdmin ? t('noAdmin') : t('makeAdmin')}
        </Menu.Item>
        <Menu.Item
          leftSection={disabled ? <IconLockOpen size={16} /> : <IconLock size={16} />}
          disabled={isMe}
          onClick={() =>
            disabled
              ? setDisabled.mutate({ userId, disabled: false })
              : confirm({
                  title: t('disableTitle', { name }),
                  children: t('disableText'),
                  confirm: t('disable'),
                  danger: true,
                  onConfirm: () => setDisabled.mutate({ userId, disabled: true }),
                })
          }
        >
          {disabled ? t('enable') : t('disable')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function CreateUser({ onCreated }: { onCreated: (name: string, path: string) => void }) {
  const t = useTranslations('users');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const form = useForm({
    initialValues: { email: '', name: '', isAdmin: false },
    validate: zod4Resolver(z.object({ email: z.email(), name: Name })),
  });
  const create = useMutation(
    trpc.user.create.mutationOptions({
      onSuccess: async ({ invitePath }, { name }) => {
        await queryClient.invalidateQueries({ queryKey: trpc.user.list.queryKey() });
        onCreated(name, invitePath);
      },
      onError: (error) => {
        const { code, message } = failureOf(error);
        if (code === 'INVALID_INPUT' && message) form.setFieldError('email', message.replace(/^email: /, ''));
      },
    }),
  );
  const shownElsewhere = create.isError && failureOf(create.error).code !== 'INVALID_INPUT';
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
      <Stack gap="md">
        {shownElsewhere && <ErrorState what={t('createFailed')} error={create.error} />}
        <TextInput
          label={common('name')}
          maxLength={LIMITS.nameLength}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <TextInput label={common('email')} type="email" {...form.getInputProps('email')} />
        <Checkbox
          label={t('admin')}
          description={t('makeAdminText')}
          {...form.getInputProps('isAdmin', { type: 'checkbox' })}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            {t('createAndInvite')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
