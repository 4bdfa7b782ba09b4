import { Alert, Button, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { signIn } from 'next-auth/react';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';

interface SignInDialogProps {
  readonly opened: boolean;
  readonly email: string;
  /** changes waiting in this browser */
  readonly kept: number;
  readonly onSignedIn: () => void;
}

/** The session ended while somebody works: they sign in over the canvas, and everything that was kept is sent. */
export function SignInDialog({ opened, email, kept, onSignedIn }: SignInDialogProps) {
  const t = useTranslations('editor');
  const [password, setPassword] = useState('');
  const [state, setState] = useState<'idle' | 'busy' | 'wrong' | 'unreachable'>('idle');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setState('busy');
    const answer = await signIn('credentials', { email, password, redirect: false }).catch(() => undefined);
    if (answer?.ok && !answer.error) {
      setPassword('');
      setState('idle');
      onSignedIn();
    } else {
      setState(answer ? 'wrong' : 'unreachable');
    }
  };
  return (
    <Modal
      opened={opened}
      onClose={() => undefined}
      withCloseButton={false}
      title={t('sign-in-title')}
      data-testid="sign-in-dialog"
    >
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <Text size="sm">{t('sign-in-text', { count: kept })}</Text>
          <TextInput label={t('email')} value={email} readOnly autoComplete="username" />
          <PasswordInput
            label={t('password')}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="current-password"
            data-autofocus
            required
          />
          {state === 'wrong' && <Alert color="red">{t('sign-in-wrong')}</Alert>}
          {state === 'unreachable' && <Alert color="red">{t('sign-in-unreachable')}</Alert>}
          <Button type="submit" loading={state === 'busy'}>
            {t('sign-in')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
