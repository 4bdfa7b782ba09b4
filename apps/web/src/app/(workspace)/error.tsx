'use client';

import { useTranslations } from 'next-intl';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Page } from '@/ui/Page.tsx';

export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  const t = useTranslations('pageError');
  return (
    <Page title={t('title')} width="narrow">
      <ErrorState what={t('what')} error={error} onRetry={reset} />
    </Page>
  );
}
