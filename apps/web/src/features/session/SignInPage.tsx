'use client';

import { Button, Divider, Stack } from '@mantine/core';
import { IconBrandGithub, IconBrandGoogle, IconKey } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getProviders, signIn } from 'next-auth/react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { SessionFrame } from './SessionFrame.tsx';
import { SignInForm } from './SignInForm.tsx';
import { readSignInFailure } from './sign-in-failure.ts';

const PROVIDER_ICONS: Record<string, typeof IconKey> = { github: IconBrandGithub, google: IconBrandGoogle };

interface SignInPageProps {
  /** path of this site to go to afterwards */
  readonly callbackUrl: string;
  readonly error: string | null;
}

/** Sign-in by password, and by the providers the server is set up for. */
export function SignInPage({ callbackUrl, error }: SignInPageProps) {
  const t = useTranslations('signIn');
  const [pending, setPending] = useState<string | null>(null);
  const providers = useQuery({
    queryKey: ['auth', 'providers'],
    queryFn: async () => Object.values((await getProviders()) ?? {}).filter(({ id }) => id !== 'credentials'),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <SessionFrame title={t('title')} description={t('description')}>
      <SignInForm
        failure={error ? readSignInFailure(error) : null}
        // a full load: the cookie is new, and nothing cached for a stranger may stay
        onSignedIn={() => window.location.assign(callbackUrl)}
      />
      {providers.data && providers.data.length > 0 && (
        <Stack gap="sm">
          <Divider label={t('or')} />
          {providers.data.map(({ id, name }) => {
            const Icon = PROVIDER_ICONS[id] ?? IconKey;
            return (
              <Button
                key={id}
                variant="default"
                leftSection={<Icon size={16} />}
                loading={pending === id}
                onClick={() => {
                  setPending(id);
                  void signIn(id, { callbackUrl });
                }}
              >
                {t('with', { provider: name })}
              </Button>
            );
          })}
        </Stack>
      )}
    </SessionFrame>
  );
}
