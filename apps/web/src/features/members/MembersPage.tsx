'use client';

import {
  ActionIcon,
  Badge,
  Button,
  Group,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
  Tooltip,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { can, type MembershipRole, ROLES } from '@maskloop/domain';
import { IconTrash, IconUserPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { zod4Resolver } from 'mantine-form-zod-resolver';
import { useTranslations } from 'next-intl';
import { z } from 'zod';
import { failureOf } from '@/client/failure.ts';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { Ago } from '@/ui/Ago.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Page } from '@/ui/Page.tsx';
import { RowsSkeleton } from '@/ui/Rows.tsx';
import { Section } from '@/ui/Section.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { useConfirm } from '@/ui/use-confirm.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { WideTable } from '@/ui/WideTable.tsx';
import { useProject } from '../projects/use-project.ts';
import { Workload } from './Workload.tsx';

/** Roles inside a project; admins are admins everywhere. */
const MEMBER_ROLES = ROLES.filter((role): role is MembershipRole => role !== 'admin');

/** Who works on a project and as what. */
export function MembersPage({ projectId }: { projectId: string }) {
  const t = useTranslations('members');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const project = useProject(projectId);
  const mayChange = can(project.data?.role ?? null, 'project.members');
  const members = useQuery(trpc.member.list.queryOptions({ projectId }));
  return (
    <Page title={t('title')} description={t('description')} width="narrow">
      <Stack gap="lg">
        {mayChange && <AddMember projectId={projectId} />}
        <Section title={t('list')}>
          {members.isError && (
            <ErrorState what={t('loadFailed')} error={members.error} onRetry={() => void members.refetch()} />
          )}
          {members.isPending && <RowsSkeleton rows={3} label={common('loading')} />}
          {members.data?.length === 0 && <Text c="dimmed">{t('none')}</Text>}
          {members.data && members.data.length > 0 && (
            <WideTable label={t('list')} minWidth={640}>
              <Table aria-label={t('list')} layout="fixed">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{common('name')}</Table.Th>
                    <Table.Th w={180}>{common('role')}</Table.Th>
                    <Table.Th w={150}>{t('since')}</Table.Th>
                    {mayChange && <Table.Th w={104}>{common('actions')}</Table.Th>}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {members.data.map((member) => (
                    <MemberRow
                      key={member.user.id}
                      projectId={projectId}
                      member={member}
                      mayChange={mayChange}
                    />
                  ))}
                </Table.Tbody>
              </Table>
            </WideTable>
          )}
        </Section>
        {can(project.data?.role ?? null, 'assignment.manage') && <Workload projectId={projectId} />}
      </Stack>
    </Page>
  );
}

interface MemberRowProps {
  readonly projectId: string;
  readonly member: Outputs['member']['list'][number];
  readonly mayChange: boolean;
}

function MemberRow({ projectId, member: { user, role, createdAt }, mayChange }: MemberRowProps) {
  const t = useTranslations('members');
  const roles = useTranslations('role');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const confirm = useConfirm();
  const notify = useNotify();
  const onSettled = () =>
    queryClient.invalidateQueries({ queryKey: trpc.member.list.queryKey({ projectId }) });
  const setRole = useMutation(
    trpc.member.setRole.mutationOptions({
      onSettled,
      onError: (error) => notify.failed(t('setFailed'), error),
    }),
  );
  const remove = useMutation(
    trpc.member.remove.mutationOptions({
      onSettled,
      onError: (error) => notify.failed(t('removeFailed'), error),
    }),
  );
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          <TruncatedText size="sm" fw={500}>
            {user.name}
          </TruncatedText>
          {user.disabled && <Badge color="gray">{t('disabled')}</Badge>}
        </Group>
        <TruncatedText size="xs" c="dimmed">
          {user.email}
        </TruncatedText>
      </Table.Td>
      <Table.Td>
        {mayChange ? (
          <Select
            aria-label={t('roleOf', { name: user.name })}
            data={MEMBER_ROLES.map((value) => ({ value, label: roles(`name.${value}`) }))}
            value={setRole.isPending ? setRole.variables.role : role}
            allowDeselect={false}
            disabled={setRole.isPending}
            onChange={(value) => {
              const next = MEMBER_ROLES.find((each) => each === value);
              if (next && next !== role) setRole.mutate({ projectId, userId: user.id, role: next });
            }}
          />
        ) : (
          roles(`name.${role}`)
        )}
      </Table.Td>
      <Table.Td>
        <Ago date={createdAt} />
      </Table.Td>
      {mayChange && (
        <Table.Td>
          <Tooltip label={t('remove')}>
            <ActionIcon
              color="red"
              aria-label={t('removeOf', { name: user.name })}
              loading={remove.isPending}
              onClick={() =>
                confirm({
                  title: t('removeTitle', { name: user.name }),
                  children: t('removeText'),
                  confirm: t('remove'),
                  danger: true,
                  onConfirm: () => remove.mutate({ projectId, userId: user.id }),
                })
              }
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Tooltip>
        </Table.Td>
      )}
    </Table.Tr>
  );
}

function AddMember({ projectId }: { projectId: string }) {
  const t = useTranslations('members');
  const common = useTranslations('common');
  const roles = useTranslations('role');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notify = useNotify();
  const form = useForm<{ email: string; role: MembershipRole }>({
    initialValues: { email: '', role: 'annotator' },
    validate: zod4Resolver(z.object({ email: z.email() })),
  });
  const add = useMutation(
    trpc.member.add.mutationOptions({
      onSuccess: async (_, { email }) => {
        notify.done(t('added', { email }));
        form.reset();
        await queryClient.invalidateQueries({ queryKey: trpc.member.list.queryKey({ projectId }) });
      },
      onError: (error) => {
        const { message } = failureOf(error);
        if (message) form.setFieldError('email', message);
        else notify.failed(t('addFailed'), error);
      },
    }),
  );
  return (
    <Section title={t('add')} description={t('addHint')}>
      <form onSubmit={form.onSubmit((values) => add.mutate({ projectId, ...values }))}>
        <Group align="flex-start" gap="sm">
          <TextInput
            flex={1}
            miw={240}
            label={common('email')}
            type="email"
            placeholder="name@example.org"
            {...form.getInputProps('email')}
          />
          <Select
            w={180}
            label={common('role')}
            data={MEMBER_ROLES.map((value) => ({ value, label: roles(`name.${value}`) }))}
            allowDeselect={false}
            {...form.getInputProps('role')}
          />
          <Button type="submit" mt={24} leftSection={<IconUserPlus size={16} />} loading={add.isPending}>
            {t('addButton')}
          </Button>
        </Group>
        <Text size="xs" c="dimmed" mt={6}>
          {t(`roleText.${form.values.role}`)}
        </Text>
      </form>
    </Section>
  );
}
