'use client';

import { Alert, Button, PasswordInput, Progress, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { LIMITS, Name } from '@maskloop/domain';
import { useMutation, useQuery } from '@tanstack/react-query';
import { zod4Resolver } from 'mantine-form-zod-resolver';
import { signIn } from 'next-auth/react';
import { useLocale, useTranslations } from 'next-intl';
import { z } from 'zod';
import { failureOf } from '@/client/failure.ts';
import { useTRPC, useTRPCClient } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { SessionFrame } from './SessionFrame.tsx';

/** A person invited, or whose password was reset, sets one and is signed in. */
export function InvitationPage({ token }: { token: string }) {
  const t = useTranslations('invitation');
  const trpc = useTRPC();
  const invitation = useQuery(trpc.invitation.get.queryOptions({ token }, { retry: false }));
  return (
    <SessionFrame
      title={t('title')}
      description={invitation.data && t('description', { email: invitation.data.email })}
    >
      {invitation.isPending && <Skeleton height={180} />}
      {invitation.isError && (
        <ErrorState
          what={t('failed')}
          error={invitation.error}
          actions={
            <Button component="a" href="/sign-in" size="xs" variant="default">
              {t('toSignIn')}
            </Button>
          }
        />
      )}
      {invitation.data && <PasswordForm token={token} name={invitation.data.name} />}
    </SessionFrame>
  );
}

function PasswordForm({ token, name }: { token: string; name: string }) {
  const t = useTranslations('invitation');
  const common = useTranslations('common');
  const locale = useLocale();
  const trpc = useTRPC();
  const client = useTRPCClient();
  const schema = z
    .object({
      name: Name,
      password: z.string().min(LIMITS.passwordMinLength, t('tooShort', { limit: LIMITS.passwordMinLength })),
      again: z.string(),
    })
    .refine(({ password, again }) => password === again, { path: ['again'], message: t('different') });
  const form = useForm({
    initialValues: { name, password: '', again: '' },
    validate: zod4Resolver(schema),
  });
  const accept = useMutation(
    trpc.invitation.accept.mutationOptions({
      onSuccess: async ({ email }, { password }) => {
        const answer = await signIn('credentials', { email, password, redirect: false });
        // a new account speaks the language its owner just read
        if (answer?.ok) await client.me.update.mutate({ locale }).catch(() => {});
        window.location.assign(answer?.ok ? '/' : '/sign-in');
      },
    }),
  );
  const length = Math.min(100, (100 * form.values.password.length) / LIMITS.passwordMinLength);
  return (
    <form
      onSubmit={form.onSubmit((values) =>
        accept.mutate({ token, password: values.password, name: values.name }),
      )}
    >
      <Stack gap="md">
        {accept.isError && (
          <Alert color="red" role="alert">
            {failureOf(accept.error).message ?? t('failed')}
          </Alert>
        )}
        <TextInput label={common('name')} autoComplete="name" {...form.getInputProps('name')} />
        <div>
          <PasswordInput
            label={t('password')}
            autoComplete="new-password"
            {...form.getInputProps('password')}
            visibilityToggleButtonProps={{ 'aria-label': t('showPassword'), tabIndex: 0 }}
          />
          <Progress value={length} size={4} mt={6} aria-hidden color={length < 100 ? 'orange' : 'petrol'} />
          <Text size="xs" c="dimmed" mt={4}>
            {t('hint', { limit: LIMITS.passwordMinLength })}
          </Text>
        </div>
        <PasswordInput
          label={t('again')}
          autoComplete="new-password"
          {...form.getInputProps('again')}
          visibilityToggleButtonProps={{ 'aria-label': t('showPassword'), tabIndex: 0 }}
        />
        <Button type="submit" size="md" fullWidth loading={accept.isPending || accept.isSuccess}>
          {t('submit')}
        </Button>
      </Stack>
    </form>
  );
}
