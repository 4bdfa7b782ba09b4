'use client';

import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { signIn } from 'next-auth/react';
import { useTranslations } from 'next-intl';
import { type FormEvent, useEffect, useState } from 'react';
import { readSignInFailure, type SignInFailure } from './sign-in-failure.ts';

interface SignInFormProps {
  /** filled in when the person is known, as when a session ran out */
  readonly email?: string;
  /** a failure to show from the start */
  readonly failure?: SignInFailure | null;
  readonly onSignedIn: () => void;
}

/** E-mail and password. Says why it failed and, when attempts are used up, how long to wait. */
export function SignInForm({ email: knownEmail = '', failure: first = null, onSignedIn }: SignInFormProps) {
  const t = useTranslations('signIn');
  const common = useTranslations('common');
  const [email, setEmail] = useState(knownEmail);
  const [password, setPassword] = useState('');
  const [failure, setFailure] = useState<SignInFailure | null>(first);
  const [busy, setBusy] = useState(false);

  const waitSeconds = failure?.kind === 'wait' ? failure.seconds : 0;
  useEffect(() => {
    if (waitSeconds <= 0) return;
    const tick = setTimeout(
      () => setFailure(waitSeconds > 1 ? { kind: 'wait', seconds: waitSeconds - 1 } : null),
      1000,
    );
    return () => clearTimeout(tick);
  }, [waitSeconds]);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    try {
      const answer = await signIn('credentials', { email, password, redirect: false });
      if (answer?.ok && !answer.error) return onSignedIn();
      setPassword('');
      setFailure(readSignInFailure(answer?.error ?? ''));
    } catch {
      setFailure({ kind: 'other' });
    }
    setBusy(false);
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {failure && (
          <Alert
            color={failure.kind === 'session' ? 'petrol' : 'red'}
            icon={<IconAlertTriangle size={18} />}
            role="alert"
            p="sm"
          >
            {failure.kind === 'wait'
              ? t('failure.wait', { seconds: failure.seconds })
              : t(`failure.${failure.kind}`)}
          </Alert>
        )}
        <TextInput
          label={common('email')}
          name="email"
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label={common('password')}
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t('showPassword'), tabIndex: 0 }}
        />
        <Button type="submit" size="md" fullWidth loading={busy} disabled={waitSeconds > 0} mt={4}>
          {t('submit')}
        </Button>
      </Stack>
    </form>
  );
}
