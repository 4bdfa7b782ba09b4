import { getTranslations } from 'next-intl/server';
import { SessionFrame } from '@/features/session/SessionFrame.tsx';
import { LinkButton } from '@/ui/LinkButton.tsx';

export default async function NotFound() {
  const t = await getTranslations('notFound');
  return (
    <SessionFrame title={t('title')} description={t('description')}>
      <LinkButton href="/">{t('home')}</LinkButton>
    </SessionFrame>
  );
}
