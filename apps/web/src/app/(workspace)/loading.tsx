import { getTranslations } from 'next-intl/server';
import { Page } from '@/ui/Page.tsx';
import { RowsSkeleton } from '@/ui/Rows.tsx';

export default async function Loading() {
  const t = await getTranslations('common');
  return (
    <Page title={t('loading')}>
      <RowsSkeleton label={t('loading')} />
    </Page>
  );
}
