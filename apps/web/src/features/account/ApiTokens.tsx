'use client';

import {
  Anchor,
  Badge,
  Button,
  Checkbox,
  Group,
  Modal,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { API_SCOPES, type ApiScope, ApiTokenInput, LIMITS } from '@maskloop/domain';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { zod4Resolver } from 'mantine-form-zod-resolver';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { Ago } from '@/ui/Ago.tsx';
import { Day } from '@/ui/Day.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { RowsSkeleton } from '@/ui/Rows.tsx';
import { SecretOnce } from '@/ui/SecretOnce.tsx';
import { Section } from '@/ui/Section.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { useConfirm } from '@/ui/use-confirm.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { WideTable } from '@/ui/WideTable.tsx';

type Token = Outputs['token']['list'][number];

/** What programs of this person sign in with. */
export function ApiTokens() {
  const t = useTranslations('tokens');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const tokens = useQuery(trpc.token.list.queryOptions());
  const [creating, setCreating] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const close = () => {
    setCreating(false);
    setSecret(null);
  };
  return (
    <Section
      title={t('title')}
      description={t.rich('hint', {
        document: (text) => (
          <Anchor inherit underline="always" href="/api/v1/openapi.json" target="_blank">
            {text}
          </Anchor>
        ),
      })}
      actions={
        <Button variant="light" leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
          {t('create')}
        </Button>
      }
    >
      {tokens.isError && (
        <ErrorState what={t('loadFailed')} error={tokens.error} onRetry={() => void tokens.refetch()} />
      )}
      {tokens.isPending && <RowsSkeleton rows={2} label={common('loading')} />}
      {tokens.data?.length === 0 && (
        <EmptyState icon={<IconKey size={28} stroke={1.5} />} title={t('none')}>
          {t('noneText')}
        </EmptyState>
      )}
      {tokens.data && tokens.data.length > 0 && <TokenTable tokens={tokens.data} />}
      <Modal opened={creating} onClose={close} title={t('create')} closeOnClickOutside={secret === null}>
        {secret === null ? (
          <CreateToken onCreated={setSecret} />
        ) : (
          <SecretOnce secret={secret} onDone={close}>
            {t('once')}
          </SecretOnce>
        )}
      </Modal>
    </Section>
  );
}

function TokenTable({ tokens }: { tokens: readonly Token[] }) {
  const t = useTranslations('tokens');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const confirm = useConfirm();
  const notify = useNotify();
  const revoke = useMutation(
    trpc.token.revoke.mutationOptions({
      onSuccess: () => notify.done(t('revoked')),
      onError: (error) => notify.failed(t('revokeFailed'), error),
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.token.list.queryKey() }),
    }),
  );
  return (
    <WideTable label={t('title')} minWidth={720}>
      <Table aria-label={t('title')} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{common('name')}</Table.Th>
            <Table.Th>{t('scopes')}</Table.Th>
            <Table.Th w={140}>{t('lastUsed')}</Table.Th>
            <Table.Th w={140}>{t('expires')}</Table.Th>
            <Table.Th w={120}>{common('actions')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tokens.map(({ id, name, scopes, lastUsedAt, expiresAt }) => (
            <Table.Tr key={id}>
              <Table.Td>
                <TruncatedText size="sm" fw={500}>
                  {name}
                </TruncatedText>
              </Table.Td>
              <Table.Td>
                <Group gap={4}>
                  {scopes.map((scope) => (
                    <Badge key={scope} variant="light">
                      {t(`scope.${scope}`)}
                    </Badge>
                  ))}
                </Group>
              </Table.Td>
              <Table.Td>{lastUsedAt ? <Ago date={lastUsedAt} /> : t('never')}</Table.Td>
              <Table.Td>{expiresAt ? <Day date={expiresAt} /> : t('noEnd')}</Table.Td>
              <Table.Td>
                <Button
                  size="compact-sm"
                  variant="light"
                  color="red"
                  aria-label={t('revokeOf', { name })}
                  loading={revoke.isPending && revoke.variables.tokenId === id}
                  onClick={() =>
                    confirm({
                      title: t('revokeTitle', { name }),
                      children: t('revokeText'),
                      confirm: t('revoke'),
                      danger: true,
                      onConfirm: () => revoke.mutate({ tokenId: id }),
                    })
                  }
                >
                  {t('revoke')}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}

/** Ends on offer, in days; 0: none. */
const ENDS = [7, 30, 90, 365, 0] as const;

function CreateToken({ onCreated }: { onCreated: (secret: string) => void }) {
  const t = useTranslations('tokens');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const form = useForm({
    initialValues: { name: '', scopes: ['read'] as ApiScope[], days: 90 as number | null },
    validate: zod4Resolver(ApiTokenInput),
  });
  const create = useMutation(
    trpc.token.create.mutationOptions({
      onSuccess: async ({ secret }) => {
        await queryClient.invalidateQueries({ queryKey: trpc.token.list.queryKey() });
        onCreated(secret);
      },
    }),
  );
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
      <Stack gap="md">
        {create.isError && <ErrorState what={t('createFailed')} error={create.error} />}
        <TextInput
          label={common('name')}
          description={t('nameHint')}
          maxLength={LIMITS.nameLength}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Checkbox.Group label={t('scopes')} description={t('scopesHint')} {...form.getInputProps('scopes')}>
          <Stack gap="xs" mt="xs">
            {API_SCOPES.map((scope) => (
              <Checkbox
                key={scope}
                value={scope}
                label={t(`scope.${scope}`)}
                description={t(`scopeHint.${scope}`)}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <Select
          label={t('expires')}
          data={ENDS.map((days) => ({
            value: String(days),
            label: days === 0 ? t('noEnd') : t('days', { days }),
          }))}
          value={String(form.values.days ?? 0)}
          onChange={(value) => form.setFieldValue('days', Number(value) || null)}
          allowDeselect={false}
        />
        {form.values.days === null && (
          <Text size="sm" c="dimmed">
            {t('noEndHint')}
          </Text>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            {t('createAndShow')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
