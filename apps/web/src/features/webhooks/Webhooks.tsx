'use client';

import {
  ActionIcon,
  Anchor,
  Badge,
  Button,
  Checkbox,
  Group,
  Menu,
  Modal,
  Stack,
  Switch,
  Table,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { WEBHOOK_EVENTS, type WebhookEvent, WebhookInput } from '@maskloop/domain';
import { IconDots, IconPlus, IconSend, IconTrash, IconWebhook } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { zod4Resolver } from 'mantine-form-zod-resolver';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { Ago } from '@/ui/Ago.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { RowsSkeleton } from '@/ui/Rows.tsx';
import { SecretOnce } from '@/ui/SecretOnce.tsx';
import { Section } from '@/ui/Section.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { useConfirm } from '@/ui/use-confirm.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { WideTable } from '@/ui/WideTable.tsx';
import { DeliveryState } from './DeliveryState.tsx';

type Webhook = Outputs['webhook']['list'][number];

/** Addresses that are told what happens in the project. */
export function Webhooks({ projectId }: { projectId: string }) {
  const t = useTranslations('webhooks');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const webhooks = useQuery(trpc.webhook.list.queryOptions({ projectId }));
  const [creating, setCreating] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const close = () => {
    setCreating(false);
    setSecret(null);
  };
  return (
    <Section
      title={t('title')}
      description={t('hint')}
      actions={
        <Button variant="light" leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
          {t('create')}
        </Button>
      }
    >
      {webhooks.isError && (
        <ErrorState what={t('loadFailed')} error={webhooks.error} onRetry={() => void webhooks.refetch()} />
      )}
      {webhooks.isPending && <RowsSkeleton rows={2} label={common('loading')} />}
      {webhooks.data?.length === 0 && (
        <EmptyState icon={<IconWebhook size={28} stroke={1.5} />} title={t('none')}>
          {t('noneText')}
        </EmptyState>
      )}
      {webhooks.data && webhooks.data.length > 0 && (
        <WideTable label={t('title')} minWidth={760}>
          <Table aria-label={t('title')} layout="fixed">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('url')}</Table.Th>
                <Table.Th>{t('events')}</Table.Th>
                <Table.Th w={180}>{t('last')}</Table.Th>
                <Table.Th w={90}>{t('active')}</Table.Th>
                <Table.Th w={70}>{common('actions')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {webhooks.data.map((webhook) => (
                <WebhookRow key={webhook.id} webhook={webhook} />
              ))}
            </Table.Tbody>
          </Table>
        </WideTable>
      )}
      <Modal opened={creating} onClose={close} title={t('create')} closeOnClickOutside={secret === null}>
        {secret === null ? (
          <CreateWebhook projectId={projectId} onCreated={setSecret} />
        ) : (
          <SecretOnce secret={secret} onDone={close}>
            {t('once')}
          </SecretOnce>
        )}
      </Modal>
    </Section>
  );
}

function WebhookRow({ webhook }: { webhook: Webhook }) {
  const t = useTranslations('webhooks');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  const confirm = useConfirm();
  const notify = useNotify();
  const { id: webhookId, projectId, url, events, active, last } = webhook;
  const log = `/projects/${projectId}/webhooks/${webhookId}`;
  const refresh = () =>
    queryClient.invalidateQueries({ queryKey: trpc.webhook.list.queryKey({ projectId }) });
  const update = useMutation(
    trpc.webhook.update.mutationOptions({
      onError: (error) => notify.failed(t('saveFailed'), error),
      onSettled: refresh,
    }),
  );
  const remove = useMutation(
    trpc.webhook.remove.mutationOptions({
      onSuccess: () => notify.done(t('removed')),
      onError: (error) => notify.failed(t('removeFailed'), error),
      onSettled: refresh,
    }),
  );
  const test = useMutation(
    trpc.webhook.test.mutationOptions({
      onSuccess: () => router.push(log),
      onError: (error) => notify.failed(t('testFailed'), error),
    }),
  );
  return (
    <Table.Tr>
      <Table.Td>
        <TruncatedText
          size="sm"
          as={
            <Anchor component={Link} href={log} size="sm" fw={500}>
              {url}
            </Anchor>
          }
        >
          {url}
        </TruncatedText>
      </Table.Td>
      <Table.Td>
        <Group gap={4}>
          {events.map((event) => (
            <Badge key={event} variant="light">
              {t(`event.${keyOf(event)}`)}
            </Badge>
          ))}
        </Group>
      </Table.Td>
      <Table.Td>
        {last ? (
          <Group gap="xs" wrap="nowrap">
            <DeliveryState state={last.state} />
            <Ago date={last.createdAt} />
          </Group>
        ) : (
          <Text size="sm" c="dimmed">
            {t('neverSent')}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Switch
          checked={active}
          aria-label={t('activeOf', { url })}
          disabled={update.isPending}
          onChange={(event) => update.mutate({ webhookId, active: event.currentTarget.checked })}
        />
      </Table.Td>
      <Table.Td>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon aria-label={t('actionsOf', { url })} loading={test.isPending || remove.isPending}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconSend size={16} />} onClick={() => test.mutate({ webhookId })}>
              {t('test')}
            </Menu.Item>
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={16} />}
              onClick={() =>
                confirm({
                  title: t('removeTitle'),
                  children: t('removeText', { url }),
                  confirm: common('remove'),
                  danger: true,
                  onConfirm: () => remove.mutate({ webhookId }),
                })
              }
            >
              {common('remove')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Table.Td>
    </Table.Tr>
  );
}

/** Keys of messages have no dots inside. */
const KEYS = {
  'image.submitted': 'imageSubmitted',
  'run.finished': 'runFinished',
  'dataset.frozen': 'datasetFrozen',
  'export.ready': 'exportReady',
} as const satisfies Record<WebhookEvent, string>;
const keyOf = (event: WebhookEvent) => KEYS[event];

function CreateWebhook({ projectId, onCreated }: { projectId: string; onCreated: (secret: string) => void }) {
  const t = useTranslations('webhooks');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const form = useForm({
    initialValues: { url: '', events: [...WEBHOOK_EVENTS] },
    validate: zod4Resolver(WebhookInput),
  });
  const create = useMutation(
    trpc.webhook.create.mutationOptions({
      onSuccess: async ({ secret }) => {
        await queryClient.invalidateQueries({ queryKey: trpc.webhook.list.queryKey({ projectId }) });
        onCreated(secret);
      },
    }),
  );
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate({ projectId, ...values }))}>
      <Stack gap="md">
        {create.isError && <ErrorState what={t('createFailed')} error={create.error} />}
        <TextInput
          label={t('url')}
          description={t('urlHint')}
          placeholder="https://ci.example.org/maskloop"
          data-autofocus
          {...form.getInputProps('url')}
        />
        <Checkbox.Group label={t('events')} {...form.getInputProps('events')}>
          <Stack gap="xs" mt="xs">
            {WEBHOOK_EVENTS.map((event) => (
              <Checkbox key={event} value={event} label={t(`event.${keyOf(event)}`)} description={event} />
            ))}
          </Stack>
        </Checkbox.Group>
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            {t('createAndShow')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
