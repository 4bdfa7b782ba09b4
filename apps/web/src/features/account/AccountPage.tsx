'use client';

import {
  Badge,
  Button,
  Group,
  PasswordInput,
  SegmentedControl,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Table,
  Text,
  TextInput,
  useMantineColorScheme,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { LIMITS, Name } from '@maskloop/domain';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { zod4Resolver } from 'mantine-form-zod-resolver';
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { z } from 'zod';
import { failureOf } from '@/client/failure.ts';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { LOCALE_NAMES, LOCALES } from '@/i18n/locale.ts';
import { Ago } from '@/ui/Ago.tsx';
import { Day } from '@/ui/Day.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Page } from '@/ui/Page.tsx';
import { RowsSkeleton } from '@/ui/Rows.tsx';
import { Section } from '@/ui/Section.tsx';
import { useConfirm } from '@/ui/use-confirm.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { WideTable } from '@/ui/WideTable.tsx';
import { rememberLocale } from '../session/preferences.ts';
import { useMe } from '../session/use-me.ts';
import { THEMES } from '../shell/ThemeToggle.tsx';
import { ApiTokens } from './ApiTokens.tsx';
import { readUserAgent } from './user-agent.ts';

type User = Outputs['me']['get']['user'];

/** A person's own name, looks, password and sessions. */
export function AccountPage() {
  const t = useTranslations('account');
  const me = useMe();
  return (
    <Page title={t('title')}>
      {me.isError && <ErrorState what={t('loadFailed')} error={me.error} onRetry={() => void me.refetch()} />}
      {me.isPending && <Skeleton height={320} radius="lg" />}
      {me.data && (
        <Stack gap="lg">
          <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
            <Profile user={me.data.user} />
            <Password />
          </SimpleGrid>
          <ApiTokens />
          <Sessions />
        </Stack>
      )}
    </Page>
  );
}

function Profile({ user }: { user: User }) {
  const t = useTranslations('account');
  const common = useTranslations('common');
  const shell = useTranslations('shell');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  const notify = useNotify();
  const locale = useLocale();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const form = useForm({
    initialValues: { name: user.name },
    validate: zod4Resolver(z.object({ name: Name })),
  });
  const update = useMutation(
    trpc.me.update.mutationOptions({
      onSuccess: async () => {
        form.resetDirty();
        notify.done(common('saved'));
        await queryClient.invalidateQueries({ queryKey: trpc.me.get.queryKey() });
      },
      onError: (error) => notify.failed(t('saveFailed'), error),
    }),
  );
  return (
    <Section title={t('profile')}>
      <Stack gap="md">
        <form onSubmit={form.onSubmit((values) => update.mutate(values))}>
          <Group align="flex-start" gap="sm">
            <TextInput
              flex={1}
              label={common('name')}
              autoComplete="name"
              maxLength={LIMITS.nameLength}
              {...form.getInputProps('name')}
            />
            <Button type="submit" mt={24} disabled={!form.isDirty()} loading={update.isPending}>
              {common('save')}
            </Button>
          </Group>
        </form>
        <TextInput label={common('email')} value={user.email} readOnly description={t('emailHint')} />
        <Select
          label={shell('language')}
          data={LOCALES.map((value) => ({ value, label: LOCALE_NAMES[value] }))}
          value={locale}
          allowDeselect={false}
          onChange={(value) => {
            const next = LOCALES.find((each) => each === value);
            if (!next) return;
            rememberLocale(next);
            update.mutate({ locale: next });
            router.refresh();
          }}
        />
        <div>
          <Text size="sm" fw={500} mb={4} id="account-theme">
            {shell('theme.label')}
          </Text>
          <SegmentedControl
            aria-labelledby="account-theme"
            data={THEMES.map((value) => ({ value, label: shell(`theme.${value}`) }))}
            value={colorScheme}
            onChange={(value) => {
              const next = THEMES.find((each) => each === value);
              if (!next) return;
              setColorScheme(next);
              update.mutate({ theme: next });
            }}
          />
        </div>
      </Stack>
    </Section>
  );
}

function Password() {
  const t = useTranslations('account');
  const trpc = useTRPC();
  const notify = useNotify();
  const toggle = { 'aria-label': t('showPassword'), tabIndex: 0 };
  const schema = z
    .object({
      current: z.string().min(1, t('currentMissing')),
      next: z
        .string()
        .min(LIMITS.passwordMinLength, t('tooShort', { limit: LIMITS.passwordMinLength }))
        .max(LIMITS.passwordMaxLength),
      again: z.string(),
    })
    .refine(({ next, again }) => next === again, { path: ['again'], message: t('different') });
  const form = useForm({
    initialValues: { current: '', next: '', again: '' },
    validate: zod4Resolver(schema),
  });
  const queryClient = useQueryClient();
  const change = useMutation(
    trpc.me.changePassword.mutationOptions({
      onSuccess: async () => {
        form.reset();
        notify.done(t('passwordChanged'));
        await queryClient.invalidateQueries({ queryKey: trpc.me.sessions.queryKey() });
      },
      onError: (error) => {
        const { code, message } = failureOf(error);
        if (code === 'INVALID_INPUT' && message)
          form.setFieldError('current', message.replace(/^current: /, ''));
        else notify.failed(t('passwordFailed'), error);
      },
    }),
  );
  return (
    <Section title={t('password')} description={t('passwordHint')}>
      <form onSubmit={form.onSubmit(({ current, next }) => change.mutate({ current, next }))}>
        <Stack gap="md">
          <PasswordInput
            label={t('current')}
            autoComplete="current-password"
            visibilityToggleButtonProps={toggle}
            {...form.getInputProps('current')}
          />
          <PasswordInput
            label={t('next')}
            description={t('nextHint', { limit: LIMITS.passwordMinLength })}
            autoComplete="new-password"
            visibilityToggleButtonProps={toggle}
            {...form.getInputProps('next')}
          />
          <PasswordInput
            label={t('again')}
            autoComplete="new-password"
            visibilityToggleButtonProps={toggle}
            {...form.getInputProps('again')}
          />
          <Group justify="flex-end">
            <Button type="submit" loading={change.isPending}>
              {t('changePassword')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

function Sessions() {
  const t = useTranslations('account');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const confirm = useConfirm();
  const notify = useNotify();
  const sessions = useQuery(trpc.me.sessions.queryOptions());
  const revoke = useMutation(
    trpc.me.revokeSession.mutationOptions({
      onSuccess: () => notify.done(t('revoked')),
      onError: (error) => notify.failed(t('revokeFailed'), error),
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.me.sessions.queryKey() }),
    }),
  );
  return (
    <Section title={t('sessions')} description={t('sessionsHint')}>
      {sessions.isError && (
        <ErrorState
          what={t('sessionsFailed')}
          error={sessions.error}
          onRetry={() => void sessions.refetch()}
        />
      )}
      {sessions.isPending && <RowsSkeleton rows={2} label={common('loading')} />}
      {sessions.data && (
        <WideTable label={t('sessions')} minWidth={560}>
          <Table aria-label={t('sessions')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('device')}</Table.Th>
                <Table.Th>{t('signedIn')}</Table.Th>
                <Table.Th>{t('expires')}</Table.Th>
                <Table.Th>{common('actions')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {sessions.data.map(({ id, userAgent, createdAt, expiresAt, current }) => {
                const { browser, system } = readUserAgent(userAgent);
                const device = [browser, system].filter(Boolean).join(' · ') || t('unknownDevice');
                return (
                  <Table.Tr key={id}>
                    <Table.Td>
                      <Group gap="xs">
                        {device}
                        {current && <Badge>{t('thisOne')}</Badge>}
                      </Group>
                    </Table.Td>
                    <Table.Td>
                      <Ago date={createdAt} />
                    </Table.Td>
                    <Table.Td>
                      <Day date={expiresAt} />
                    </Table.Td>
                    <Table.Td>
                      {!current && (
                        <Button
                          size="compact-sm"
                          variant="light"
                          color="red"
                          aria-label={t('revokeOf', { device })}
                          loading={revoke.isPending && revoke.variables.sessionId === id}
                          onClick={() =>
                            confirm({
                              title: t('revokeTitle'),
                              children: t('revokeText', { device }),
                              confirm: t('revoke'),
                              danger: true,
                              onConfirm: () => revoke.mutate({ sessionId: id }),
                            })
                          }
                        >
                          {t('revoke')}
                        </Button>
                      )}
                    </Table.Td>
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </WideTable>
      )}
    </Section>
  );
}
