'use client';

import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { NextIntlClientProvider } from 'next-intl';
import type { ReactNode } from 'react';
import type { Locale } from '@/i18n/locale.ts';
import type { Messages } from '@/i18n/messages.ts';
import { cssVariables, theme } from '@/theme/theme.ts';
import { ApiProvider } from './trpc.tsx';

interface ProvidersProps {
  readonly locale: Locale;
  readonly messages: Messages;
  readonly children: ReactNode;
}

/** Theme, language and API for every page, signed in or not. */
export function Providers({ locale, messages, children }: ProvidersProps) {
  return (
    <NextIntlClientProvider locale={locale} messages={messages} timeZone={timeZone()}>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <ApiProvider>
          <ModalsProvider>
            <Notifications position="bottom-left" limit={4} />
            {children}
          </ModalsProvider>
        </ApiProvider>
      </MantineProvider>
    </NextIntlClientProvider>
  );
}

/** The reader's own. Times are only rendered from data fetched in the browser, so the server's never shows. */
function timeZone(): string {
  return typeof window === 'undefined' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone;
}
